import { createHash } from 'node:crypto';
import { currentCorrelation, withCorrelation } from '../correlation.ts';
import type { Issuer, ServerName } from '../model/ids.ts';
import type { Problem } from '../model/problem.ts';
import { say } from '../model/sayings.ts';
import type { Secret } from '../model/secret.ts';
import { type ClientRegistration, isExpired, type Login } from '../model/token-set.ts';
import { tokenFields } from '../oauth-log.ts';
import type { Clock, Dispose, Logger, LoginIndex, Vault, VaultWrite } from '../ports.ts';
import { readClientSecret, readRecord, writeClientSecret, writeRecord } from './login-record.ts';
import { VAULT_WRITE_LIMIT_MS } from './refresh-policy.ts';
import { VaultErasures } from './vault-erasures.ts';

export type Loaded =
  | { readonly kind: 'found'; readonly login: Login }
  | { readonly kind: 'absent' }
  | { readonly kind: 'locked' }
  | { readonly kind: 'unavailable'; readonly detail: string };

/**
 * `unsaved`: the vault did not take it in time; it is used from memory and written again until it is taken.
 * `discarded`: the person signed out meanwhile, so it was not kept.
 * `superseded`: a newer grant is there or on its way, so it was not kept.
 */
export type Saved = 'saved' | 'unsaved' | 'discarded' | 'superseded';

/** Taken before something slow begins; `save` compares it with what happened meanwhile. */
export interface Ticket {
  /** Changes with every sign-out: what began before it may not be stored after it. */
  readonly epoch: number;
  /** Counts the person's sign-ins: the later grant wins, and a refresh of an older one never overwrites it. */
  readonly grant: number;
}

export interface PersistedToken {
  readonly hasRefreshToken: boolean;
  readonly isExpired: boolean;
}

interface Entry {
  epoch: number;
  /** The grant that `login` belongs to. */
  grant: number;
  /** The newest grant that is being stored. */
  newestGrant: number;
  /** What callers use. Never newer than what the vault was given. */
  login?: Login;
  loading?: Promise<Loaded>;
  /** One store or erasure after the other: what is stored is made from what is there then. */
  storing?: Promise<void>;
  unsaved?: { readonly problem: Problem; readonly cancelRetry: Dispose };
}

/**
 * The logins, one record for each (server, issuer), in memory and in the vault. The vault is read once for each server
 * and start, besides the check after `invalid_grant`.
 */
export class TokenStore {
  readonly #entries = new Map<ServerName, Entry>();
  readonly #vault: Vault;
  readonly #index: LoginIndex;
  readonly #erasures: VaultErasures;
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor(vault: Vault, index: LoginIndex, clock: Clock, logger: Logger) {
    this.#vault = vault;
    this.#index = index;
    this.#erasures = new VaultErasures(vault, index, logger);
    this.#clock = clock;
    this.#logger = logger;
  }

  /** The login in memory, at once. */
  current(server: ServerName): Login | undefined {
    return this.#entries.get(server)?.login;
  }

  ticket(server: ServerName): Ticket {
    const { epoch, grant } = this.#entry(server);
    return { epoch, grant };
  }

  isSignedOutSince(server: ServerName, ticket: Ticket): boolean {
    return this.#entry(server).epoch !== ticket.epoch;
  }

  /** Why the newest login is in memory only. */
  unsavedProblem(server: ServerName): Problem | undefined {
    return this.#entries.get(server)?.unsaved?.problem;
  }

  /** From memory, otherwise from the vault; whoever comes meanwhile joins the one read. */
  load(server: ServerName): Promise<Loaded> {
    const entry = this.#entry(server);
    if (entry.login) {
      this.#logFound(server, entry.login, 'memory');
      return Promise.resolve({ kind: 'found', login: entry.login });
    }
    const { epoch } = entry;
    entry.loading ??= this.#readWhenQuiet(server, entry).then((loaded) => {
      delete entry.loading;
      // A login that was completed while the vault was read is newer than what was read.
      if (entry.login) return { kind: 'found', login: entry.login };
      // What was read before a sign-out is of use for its revocation only.
      if (loaded.kind === 'found' && entry.epoch === epoch) entry.login = loaded.login;
      return loaded;
    });
    return entry.loading;
  }

  /** Asks for the persisted token apart from the one in memory: has it a refresh token, is it expired? */
  async hasPersistedToken(server: ServerName): Promise<PersistedToken | undefined> {
    const loaded = await this.load(server);
    const tokens = loaded.kind === 'found' ? loaded.login.tokens : undefined;
    if (!tokens) return undefined;
    return { hasRefreshToken: tokens.refreshToken !== undefined, isExpired: isExpired(tokens, this.#clock.now()) };
  }

  async getPersistedRefreshToken(server: ServerName): Promise<Secret | undefined> {
    const loaded = await this.load(server);
    return loaded.kind === 'found' ? loaded.login.tokens?.refreshToken : undefined;
  }

  /** Past the memory, for the check after `invalid_grant`: did somebody else store a newer token? */
  readAgain(server: ServerName, issuer: Issuer): Promise<Loaded> {
    return this.#read(server, issuer);
  }

  /** What is kept for one issuer, be it the login in use or the registration of an abandoned one. */
  async recordFor(server: ServerName, issuer: Issuer): Promise<Login | undefined> {
    await this.load(server);
    const current = this.current(server);
    if (current?.authorizationServer.issuer === issuer) return current;
    if (!this.#index.issuers(server).includes(issuer)) return undefined;
    const read = await this.#read(server, issuer);
    return read.kind === 'found' ? read.login : undefined;
  }

  /**
   * Keeps a registration before anybody signed in with it (R4), beside the one whose refresh token still works; a login
   * in use at another issuer stays in use.
   *
   * @param record what is kept where there is no login
   */
  async saveRegistration(server: ServerName, record: Login, ticket: Ticket): Promise<void> {
    const current = this.current(server);
    const { issuer } = record.authorizationServer;
    if (!current?.tokens || current.authorizationServer.issuer === issuer) {
      // Beside the tokens that are there when its turn comes: a refresh may have rotated them meanwhile (rule 1).
      await this.#inTurn(server, (latest) => besideTokens(latest, record), ticket);
      return;
    }
    await this.#afterOthers(this.#entry(server), async () => {
      if (this.isSignedOutSince(server, ticket)) return;
      await this.#index.put(server, issuer);
      if (this.isSignedOutSince(server, ticket)) return;
      await this.#writeInTime(vaultKey(server, issuer), writeRecord(record));
    });
  }

  /** R4: the authorization server does not know this client. It stays where it is, but no sign-in begins with it again. */
  async rejectClient(server: ServerName, issuer: Issuer, clientId: string, ticket: Ticket): Promise<void> {
    const record = await this.recordFor(server, issuer);
    if (!record || this.isSignedOutSince(server, ticket)) return;
    if (this.current(server)?.authorizationServer.issuer === issuer) {
      // Only a sign-out takes the latest away, and then nothing is stored.
      await this.#inTurn(server, (latest) => withoutClient(latest ?? record, clientId), ticket);
    } else {
      await this.#writeInTime(vaultKey(server, issuer), writeRecord(withoutClient(record, clientId)));
    }
  }

  /** Takes over what `readAgain` found. */
  adopt(server: ServerName, login: Login): void {
    this.#entry(server).login = login;
  }

  /**
   * Stores a renewed login, or a registration, and only then lets it be seen. A vault that refuses or takes over 5 s
   * holds nobody up: the login is used from memory and written again; there is no way back to an old refresh token
   * (rule 1).
   *
   * @param ticket as it was when the exchange began
   */
  async save(server: ServerName, login: Login, ticket: Ticket): Promise<Saved> {
    return this.#inTurn(server, () => login, ticket);
  }

  /** Stores what a person's sign-in brought; from now on nothing of an older grant is stored. */
  async saveNewGrant(server: ServerName, login: Login, ticket: Ticket): Promise<Saved> {
    const entry = this.#entry(server);
    if (entry.epoch !== ticket.epoch) return 'discarded';
    entry.newestGrant += 1;
    return this.#inTurn(server, () => login, { ...ticket, grant: entry.newestGrant });
  }

  /** What is being stored for the server, or erased; undefined where nothing is. */
  storing(server: ServerName): Promise<void> | undefined {
    return this.#entries.get(server)?.storing;
  }

  #inTurn(server: ServerName, make: (latest: Login | undefined) => Login, ticket: Ticket): Promise<Saved> {
    const entry = this.#entry(server);
    return this.#afterOthers(entry, () => this.#store(server, entry, make, ticket));
  }

  #afterOthers<T>(entry: Entry, work: () => Promise<T>): Promise<T> {
    const mine = (entry.storing ?? Promise.resolve()).then(work);
    const quiet = mine.then(
      () => undefined,
      () => undefined,
    );
    entry.storing = quiet;
    void quiet.then(() => {
      if (entry.storing === quiet) delete entry.storing;
    });
    return mine;
  }

  async #store(
    server: ServerName,
    entry: Entry,
    make: (latest: Login | undefined) => Login,
    { epoch, grant }: Ticket,
  ): Promise<Saved> {
    if (entry.epoch !== epoch) return 'discarded';
    if (entry.newestGrant > grant) return 'superseded';
    const login = make(entry.login);
    this.#settleUnsaved(entry);
    const issuer = login.authorizationServer.issuer;
    if (this.#index.issuers(server)[0] !== issuer) await this.#index.put(server, issuer);
    if (entry.epoch !== epoch) return 'discarded';
    await this.#erasures.keep(vaultKey(server, issuer));
    if (entry.epoch !== epoch) return 'discarded';
    // A sign-out from here on erases after this write: the vault keeps the order of one key.
    const written = await this.#writeInTime(vaultKey(server, issuer), writeRecord(login));
    if (entry.epoch !== epoch) return 'discarded';
    entry.login = login;
    entry.grant = grant;
    if (written.kind === 'done') {
      this.#logger.info('vault.saved', {
        server,
        issuer,
        ...(login.tokens ? tokenFields(login.tokens, 'server') : {}),
      });
      return 'saved';
    }
    this.#retryLater(server, entry, written, 1);
    return 'unsaved';
  }

  /**
   * The secret of a configured client that came in past the configuration file. Nothing where it was given for another
   * client than this one.
   */
  async clientSecret(server: ServerName, clientId: string): Promise<Secret | undefined> {
    const read = await this.#vault.get(clientSecretKey(server));
    return read.kind === 'found' ? readClientSecret(read.value, clientId) : undefined;
  }

  async saveClientSecret(server: ServerName, clientId: string, secret: Secret): Promise<VaultWrite> {
    await this.#erasures.keep(clientSecretKey(server));
    return this.#vault.set(clientSecretKey(server), writeClientSecret(clientId, secret));
  }

  /** The login's client proves itself otherwise from now on; what was refused to it is forgotten. */
  async replaceClient(server: ServerName, client: ClientRegistration): Promise<void> {
    const login = this.current(server);
    if (!login) return;
    const proved = ({ clientRejected: _old, ...latest }: Login): Login => ({ ...latest, client });
    // As above: it is never gone here.
    await this.#inTurn(server, (latest) => proved(latest ?? login), this.ticket(server));
  }

  async forgetClientSecret(server: ServerName): Promise<void> {
    await this.#erasures.erase(server, [clientSecretKey(server)]);
  }

  /** What waited for the vault goes on at once: logins that it did not take, records that it did not let go. */
  vaultCanBeRead(): void {
    for (const [server, entry] of this.#entries) {
      if (!entry.unsaved) continue;
      this.#settleUnsaved(entry);
      this.#writeNewest(server, entry, 1);
    }
    this.#erasures.goOn();
  }

  /** Sign-out, removal, another URL: what is in flight is not stored any more, and nothing is left behind. */
  async forget(server: ServerName): Promise<Login | undefined> {
    const entry = this.#entry(server);
    entry.epoch += 1;
    this.#settleUnsaved(entry);
    // Nobody uses it from here on. The vault follows in turn: a later login is stored after the erasure.
    const inMemory = entry.login;
    delete entry.login;
    return this.#afterOthers(entry, async () => {
      const login = inMemory ?? (await this.#loginInVault(server));
      const keys = this.#index
        .issuers(server)
        .map((issuer) => vaultKey(server, issuer))
        .flatMap((key) => [key, asideKey(key)]);
      await this.#erasures.erase(server, keys, () => this.#index.remove(server));
      this.#logger.info('login.forgotten', { server, found: login !== undefined });
      return login;
    });
  }

  /** Offers what is in memory only to the vault once more: the next start would go on with an old refresh token. */
  async stop(): Promise<void> {
    for (const [server, { login, unsaved }] of this.#entries) {
      if (!unsaved || !login) continue;
      unsaved.cancelRetry();
      const written = await this.#vault.set(vaultKey(server, login.authorizationServer.issuer), writeRecord(login));
      if (written.kind === 'done') this.#logger.info('vault.saved', { server });
      else this.#logger.error('vault.newest-login-not-written', { server, outcome: written.kind });
    }
    await this.#erasures.settled();
  }

  #entry(server: ServerName): Entry {
    let entry = this.#entries.get(server);
    if (!entry) {
      entry = { epoch: 0, grant: 0, newestGrant: 0 };
      this.#entries.set(server, entry);
    }
    return entry;
  }

  /** Not in the middle of an erasure: what is half gone would be taken for a login. */
  async #readWhenQuiet(server: ServerName, entry: Entry): Promise<Loaded> {
    if (entry.storing) await entry.storing;
    return this.#readAny(server);
  }

  async #loginInVault(server: ServerName): Promise<Login | undefined> {
    const loaded = await this.#readAny(server);
    return loaded.kind === 'found' ? loaded.login : undefined;
  }

  async #readAny(server: ServerName): Promise<Loaded> {
    let registration: Loaded | undefined;
    for (const issuer of this.#index.issuers(server)) {
      const loaded = await this.#read(server, issuer);
      if (loaded.kind === 'found') this.#logFound(server, loaded.login, 'vault');
      // A registration that nobody signed in with yet does not hide an older login that works.
      if (loaded.kind === 'found' && !loaded.login.tokens) registration ??= loaded;
      else if (loaded.kind !== 'absent') return loaded;
    }
    if (registration) return registration;
    this.#logger.info('token.looked-up', { server, tokenSource: 'vault', found: false });
    return { kind: 'absent' };
  }

  async #read(server: ServerName, issuer: Issuer): Promise<Loaded> {
    const read = await this.#vault.get(vaultKey(server, issuer));
    if (read.kind !== 'found') return read;
    const login = readRecord(read.value);
    if (login && login.authorizationServer.issuer === issuer) return { kind: 'found', login };
    await this.#setAside(server, issuer, read.value);
    return { kind: 'absent' };
  }

  #logFound(server: ServerName, login: Login, source: 'memory' | 'vault'): void {
    const { tokens } = login;
    // Once for each server and start: it tells what a restart found.
    this.#logger[source === 'vault' ? 'info' : 'debug']('token.looked-up', {
      server,
      found: tokens !== undefined,
      tokenSource: source,
      ...(tokens ? { ...tokenFields(tokens, source), expired: isExpired(tokens, this.#clock.now()) } : {}),
    });
  }

  #writeInTime(key: string, value: string): Promise<VaultWrite> {
    return new Promise((resolve) => {
      const cancel = this.#clock.setAlarm(this.#clock.now() + VAULT_WRITE_LIMIT_MS, () =>
        resolve({ kind: 'unavailable', detail: 'it took over 5 s' }),
      );
      void this.#vault.set(key, value).then((written) => {
        cancel();
        resolve(written);
      });
    });
  }

  #retryLater(server: ServerName, entry: Entry, failed: VaultWrite, attempt: number): void {
    const problem: Problem =
      failed.kind === 'unavailable'
        ? { code: 'vault-write-failed', detail: failed.detail }
        : { code: 'vault-write-failed', ...say('write-locked') };
    this.#logger.error('vault.write-failed', { server, attempt, detail: problem.detail });
    // One that was tried again while this one was written has planned its own.
    this.#settleUnsaved(entry);
    const delayMs = Math.min(1000 * 2 ** (attempt - 1), 60_000);
    const cause = currentCorrelation();
    const cancelRetry = this.#clock.setAlarm(this.#clock.now() + delayMs, () => {
      const retry = (): void => this.#writeNewest(server, entry, attempt + 1);
      if (cause === undefined) retry();
      else withCorrelation(cause, retry);
    });
    entry.unsaved = { problem, cancelRetry };
  }

  /** Always the newest login: an old one written late would bring an old refresh token back. */
  #writeNewest(server: ServerName, entry: Entry, attempt: number): void {
    const { login, epoch } = entry;
    // What is unsaved is there; a sign-out settles it first.
    if (!login) return;
    void this.#vault.set(vaultKey(server, login.authorizationServer.issuer), writeRecord(login)).then((written) => {
      if (entry.epoch !== epoch || entry.login !== login) return;
      delete entry.unsaved;
      if (written.kind === 'done') this.#logger.info('vault.saved', { server, attempt });
      else this.#retryLater(server, entry, written, attempt);
    });
  }

  #settleUnsaved(entry: Entry): void {
    entry.unsaved?.cancelRetry();
    delete entry.unsaved;
  }

  /** The next login is written to the same place, so what cannot be read is kept beside it. */
  async #setAside(server: ServerName, issuer: Issuer, text: string): Promise<void> {
    const aside = asideKey(vaultKey(server, issuer));
    const kept = await this.#vault.set(aside, text);
    this.#logger.error('vault.record-unreadable', { server, issuer, outcome: kept.kind, detail: `kept as ${aside}` });
  }
}

function besideTokens(latest: Login | undefined, record: Login): Login {
  const isBeside = latest?.tokens && latest.authorizationServer.issuer === record.authorizationServer.issuer;
  if (!isBeside) return record;
  const { nextClientRejected: _older, ...kept } = latest;
  return { ...kept, nextClient: record.nextClient ?? record.client };
}

function withoutClient(login: Login, clientId: string): Login {
  return {
    ...login,
    ...(login.client.clientId === clientId ? { clientRejected: true } : {}),
    ...(login.nextClient?.clientId === clientId ? { nextClientRejected: true } : {}),
  };
}

function vaultKey(server: ServerName, issuer: Issuer): string {
  return `${server}/${createHash('sha256').update(issuer).digest('hex').slice(0, 16)}`;
}

function asideKey(key: string): string {
  return `${key}/set-aside`;
}

function clientSecretKey(server: ServerName): string {
  return `${server}/client-secret`;
}
