import { atMost } from '../at-most.ts';
import { prepareClientLogin } from '../login/client-login.ts';
import type { EpochMs } from '../model/ids.ts';
import type { Problem } from '../model/problem.ts';
import { assertNever, fail, ok, type Result } from '../model/result.ts';
import type { ServerConfig } from '../model/server-config.ts';
import { reminderAt, signInAhead } from '../model/sign-in-ahead.ts';
import { isExpired, isRenewable, type Login, type TokenSet } from '../model/token-set.ts';
import { configuredRegistration } from '../oauth/client-registration.ts';
import { namedBy } from '../oauth/named-by.ts';
import type { Challenge } from '../oauth/www-authenticate.ts';
import type { Clock, Dispose, Http, Logger, Random } from '../ports.ts';
import { currentClient } from '../tokens/current-client.ts';
import { loginFits } from '../tokens/login-fits.ts';
import type { RefreshScheduler } from '../tokens/refresh-scheduler.ts';
import { revokeLogin } from '../tokens/revoke-login.ts';
import type { TokenStore } from '../tokens/token-store.ts';
import { Credentials } from './credentials.ts';
import type { CurrentState } from './current-state.ts';

const REVOCATION_WAIT_MS = 1000;

interface ServerLoginDeps {
  readonly store: TokenStore;
  readonly scheduler: RefreshScheduler;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** For OAuth exchanges: each is logged. */
  readonly oauthHttp: Http;
  readonly state: CurrentState;
  readonly config: () => ServerConfig;
  /** The access token's end came while it was in use. */
  readonly onExpiry: () => void;
  /** A person will be needed soon: the state is to say so. */
  readonly onReminder: () => void;
  /** The vault cannot be read for another reason than being locked. */
  readonly onVaultUnavailable: (problem: Problem) => void;
}

/** The login of one server as its requests need it: read once, made into a credential, watched, forgotten. */
export class ServerLogin {
  readonly credentials: Credentials;
  readonly #deps: ServerLoginDeps;
  #cancelExpiry: Dispose = () => {};
  #cancelReminder: Dispose = () => {};
  /** The end that was reminded of already. */
  #remindedOf: EpochMs | undefined;
  #preparing: Promise<Result<void>> | undefined;
  #stopped = false;

  constructor(deps: ServerLoginDeps) {
    this.#deps = deps;
    this.credentials = new Credentials(deps.clock);
  }

  get current(): Login | undefined {
    return this.#deps.store.current(this.#name);
  }

  get tokens(): TokenSet | undefined {
    return this.current?.tokens;
  }

  get hasExpired(): boolean {
    const { tokens } = this;
    return tokens !== undefined && isExpired(tokens, this.#deps.clock.now());
  }

  /** A new token can be had without anybody. */
  get isRenewable(): boolean {
    return isRenewable(this.current);
  }

  /** There is an access token that neither ended nor was refused for good. */
  get isUsable(): boolean {
    const { tokens } = this;
    return tokens !== undefined && !this.hasExpired && !this.credentials.isRefused(tokens);
  }

  /** Reads the login once, and ends one that does not belong to the configuration. */
  async load(): Promise<Result<void>> {
    if (this.current) return ok(undefined);
    const loaded = await this.#deps.store.load(this.#name);
    switch (loaded.kind) {
      case 'locked':
        this.#deps.state.apply({ kind: 'vault-locked', at: this.#deps.clock.now() });
        return fail({ code: 'vault-locked' });
      case 'unavailable': {
        const problem: Problem = { code: 'vault-unavailable', detail: loaded.detail };
        this.#deps.onVaultUnavailable(problem);
        return fail(problem);
      }
      case 'absent':
        break;
      case 'found':
        if (!loginFits(loaded.login, this.#deps.config())) void this.revoke(await this.forget());
        // One that has expired is renewed by who asked for it.
        else if (!this.hasExpired) this.#deps.scheduler.plan(this.#name);
        break;
      default:
        return assertNever(loaded);
    }
    this.makeCredential();
    return ok(undefined);
  }

  /** Of a client that signs in for itself: finds out where, joined by whoever comes meanwhile. */
  async prepareClient(challenge: Challenge | undefined): Promise<Result<void>> {
    if (this.current) return ok(undefined);
    const { store, config, oauthHttp } = this.#deps;
    this.#preparing ??= prepareClientLogin(
      { config: config(), ticket: store.ticket(this.#name), ...(challenge ? { challenge } : {}) },
      { ...this.#deps, http: oauthHttp },
    ).finally(() => {
      this.#preparing = undefined;
    });
    return this.#preparing;
  }

  /** After every change of the tokens, the configuration or the state. */
  makeCredential(): void {
    const { state, config } = this.#deps;
    const { tokens } = this;
    const withheld = state.blocked !== undefined || (!tokens && state.needsPerson);
    if (withheld) this.credentials.withhold();
    else this.credentials.make(config(), tokens);
    this.#watchExpiry(tokens?.expiresAt);
    this.#watchSignIn();
  }

  /** The secret that the vault has for the configured client is another one, or gone. */
  async takeClientSecret(): Promise<void> {
    const { store } = this.#deps;
    const { client } = this.#deps.config();
    const loaded = await this.load();
    const { current } = this;
    if (!loaded.ok || !client || current?.client.how !== 'configured') return;
    const clientSecret = await store.clientSecret(this.#name, client.clientId);
    const proved = clientSecret ? { ...client, clientSecret } : client;
    await store.replaceClient(this.#name, configuredRegistration(proved, current.authorizationServer));
    if (this.tokens) this.#deps.scheduler.plan(this.#name);
  }

  /** What it answers is to be revoked. */
  async forget(): Promise<Login | undefined> {
    const { store, scheduler } = this.#deps;
    scheduler.cancel(this.#name);
    this.credentials.withhold();
    this.credentials.forgive();
    const login = await store.forget(this.#name);
    // Whoever was reading the login meanwhile may have planned for it.
    if (!this.current) scheduler.cancel(this.#name);
    return login;
  }

  /** Whoever signs out is not kept waiting by an authorization server that is slow to answer (T6). */
  async revokeBriefly(login: Login | undefined): Promise<void> {
    if (login) await atMost(this.#deps.clock, REVOCATION_WAIT_MS, this.revoke(login));
  }

  async revoke(login: Login | undefined): Promise<void> {
    if (!login) return;
    const client = currentClient(login, this.#deps.config().client);
    // Where the address was changed, the old one's metadata led there.
    const server = { ...this.#deps.config(), url: login.serverUrl };
    await revokeLogin({ ...login, client }, namedBy(server, this.#deps.oauthHttp));
  }

  /** Nothing is renewed and nothing watched any more; what is stored stays. */
  rest(): void {
    this.#cancelExpiry();
    this.#cancelReminder();
    this.#deps.scheduler.cancel(this.#name);
  }

  stop(): void {
    this.#stopped = true;
    this.rest();
  }

  get #name(): string {
    return this.#deps.config().name;
  }

  /** T4: says in time, once for each end, that a person will be needed. */
  #watchSignIn(): void {
    const { clock, logger, onReminder } = this.#deps;
    const { current } = this;
    this.#cancelReminder();
    if (!current || this.#stopped || this.#deps.state.isOff) return;
    const now = clock.now();
    const ahead = signInAhead(current, now);
    if (ahead?.soon && ahead.by > now && this.#remindedOf !== ahead.by) {
      this.#remindedOf = ahead.by;
      logger.warn('login.ends-soon', { server: this.#name, at: ahead.by });
      onReminder();
    }
    const at = reminderAt(current, now);
    if (at !== undefined) this.#cancelReminder = clock.setAlarm(at, () => this.#watchSignIn());
  }

  /** At expiry the state is looked at anew: a refresh that failed meanwhile shows only then. */
  #watchExpiry(expiresAt: EpochMs | undefined): void {
    this.#cancelExpiry();
    if (expiresAt === undefined || expiresAt <= this.#deps.clock.now() || this.#stopped) return;
    this.#cancelExpiry = this.#deps.clock.setAlarm(expiresAt, this.#deps.onExpiry);
  }
}
