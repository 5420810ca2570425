import { atMost } from '../at-most.ts';
import { currentCorrelation, withCorrelation } from '../correlation.ts';
import type { CorrelationId, EpochMs, ServerName } from '../model/ids.ts';
import type { Problem } from '../model/problem.ts';
import { assertNever, type Result } from '../model/result.ts';
import type { ConfiguredClient } from '../model/server-config.ts';
import { isRenewable, type Login, mergeTokens } from '../model/token-set.ts';
import { namedBy } from '../oauth/named-by.ts';
import { refreshTokens, requestClientToken, type TokenGrant } from '../oauth/token-request.ts';
import { tokenFields } from '../oauth-log.ts';
import type { Clock, Http, Logger, Random } from '../ports.ts';
import { currentClient, isClientRejected } from './current-client.ts';
import { ATTEMPTS_PER_FLIGHT, judgeRefreshFailure, nextAttemptDelayMs } from './refresh-policy.ts';
import { revokeUnwanted } from './revoke-login.ts';
import type { Ticket, TokenStore } from './token-store.ts';

/** How long the program's end waits for refreshes in flight. */
const STOP_WAITS_MS = 15_000;

export type RefreshOutcome =
  | { readonly kind: 'renewed' }
  /** A login, or another program, put a newer token there meanwhile. */
  | { readonly kind: 'replaced' }
  | { readonly kind: 'ended'; readonly why: 'invalid-grant' | 'client' }
  /** The client that signs in for itself was refused: it needs another secret or key. */
  | { readonly kind: 'client-refused'; readonly problem: Problem }
  | { readonly kind: 'failed'; readonly problem: Problem }
  /** The person signed out meanwhile. */
  | { readonly kind: 'discarded' }
  | { readonly kind: 'impossible'; readonly why: 'no-login' | 'no-refresh-token' };

export type RefreshReason = 'due' | 'expired' | 'rejected' | 'reconnect';

export interface RefreshFlight {
  readonly startedAt: EpochMs;
  readonly correlationId: CorrelationId;
  readonly outcome: Promise<RefreshOutcome>;
}

/** One refresh in flight for each server; whoever comes meanwhile awaits the same promise (rule 2). */
export class Refresher {
  readonly #flights = new Map<ServerName, RefreshFlight>();
  readonly #store: TokenStore;
  readonly #http: Http;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #logger: Logger;
  readonly #allowsPrivateNetwork: (server: ServerName) => boolean;
  readonly #configuredClient: (server: ServerName) => ConfiguredClient | undefined;
  readonly #pauses = new Set<() => void>();
  #stopped = false;

  constructor(deps: {
    store: TokenStore;
    http: Http;
    clock: Clock;
    random: Random;
    logger: Logger;
    /** The client that the configuration names now. */
    configuredClient?: (server: ServerName) => ConfiguredClient | undefined;
    /** D8: what the server's metadata names may be anywhere. */
    allowsPrivateNetwork?: (server: ServerName) => boolean;
  }) {
    this.#store = deps.store;
    this.#http = deps.http;
    this.#clock = deps.clock;
    this.#random = deps.random;
    this.#logger = deps.logger;
    this.#configuredClient = deps.configuredClient ?? (() => undefined);
    this.#allowsPrivateNetwork = deps.allowsPrivateNetwork ?? (() => false);
  }

  flight(server: ServerName): RefreshFlight | undefined {
    return this.#flights.get(server);
  }

  /** Its authorization server refused the client as it is configured now: nothing is asked until that changes. */
  isClientRejected(server: ServerName): boolean {
    const login = this.#store.current(server);
    return login !== undefined && isClientRejected(login, this.#configuredClient(server));
  }

  /** Joins the flight that is under way, or starts one. */
  refresh(server: ServerName, reason: RefreshReason): RefreshFlight {
    const running = this.#flights.get(server);
    if (running) {
      const waiter = currentCorrelation();
      this.#logger.debug('refresh.joined', {
        server,
        reason,
        correlationId: running.correlationId,
        ...(waiter === undefined ? {} : { detail: `asked by ${waiter}` }),
      });
      return running;
    }
    const correlationId = `r-${this.#random.uuid()}`;
    const outcome = withCorrelation(correlationId, () => this.#run(server, reason)).finally(() =>
      this.#flights.delete(server),
    );
    const flight = { startedAt: this.#clock.now(), correlationId, outcome };
    this.#flights.set(server, flight);
    return flight;
  }

  /** Lets what is in flight be stored; nothing new is begun. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const goOn of [...this.#pauses]) goOn();
    const ended = Promise.allSettled([...this.#flights.values()].map((flight) => flight.outcome));
    // Nobody waits at the program's end for an authorization server that does not answer.
    await atMost(this.#clock, STOP_WAITS_MS, ended);
  }

  async #run(server: ServerName, reason: RefreshReason): Promise<RefreshOutcome> {
    const begun = this.#clock.monotonicMs();
    this.#logger.info('refresh.started', { server, reason });
    const outcome = await this.#attempts(server);
    const ms = Math.round(this.#clock.monotonicMs() - begun);
    const hasProblem = outcome.kind === 'failed' || outcome.kind === 'client-refused';
    const problem = hasProblem ? { problem: outcome.problem.code } : {};
    const why = outcome.kind === 'ended' || outcome.kind === 'impossible' ? { detail: outcome.why } : {};
    this.#logger.info('refresh.done', { server, outcome: outcome.kind, ms, ...problem, ...why });
    return outcome;
  }

  async #attempts(server: ServerName): Promise<RefreshOutcome> {
    for (let attempt = 1; ; attempt += 1) {
      // A login on its way to the vault is the one to renew: the one before it may have a refresh token that was used.
      const storing = this.#store.storing(server);
      if (storing) await storing;
      // Read anew before each attempt: a login may have replaced it.
      const ticket = this.#store.ticket(server);
      const login = this.#store.current(server);
      if (!login) return { kind: 'impossible', why: 'no-login' };
      if (!isRenewable(login)) return { kind: 'impossible', why: 'no-refresh-token' };
      this.#logger.info('refresh.attempt', {
        server,
        attempt,
        issuer: login.authorizationServer.issuer,
        ...(login.tokens ? tokenFields(login.tokens, 'memory') : {}),
      });
      const client = currentClient(login, this.#configuredClient(server));
      const grant = await this.#ask(server, { ...login, client });
      if (this.#store.isSignedOutSince(server, ticket)) return this.#discard(server, login, grant);
      const current = this.#store.current(server);
      if (!current || !isSameGrant(current, login)) return { kind: 'replaced' };
      // One that was given another secret meanwhile is newer than what was sent.
      const isNewClient = current.client !== login.client;
      const now: Login = isNewClient ? current : { ...current, client };
      if (grant.ok) return this.#keep(server, now, grant.value, ticket);

      const judged = judgeRefreshFailure(grant.problem);
      // No grant of a person's stands behind it, so none can end.
      const verdict = judged === 'grant-ended' && login.clientCredentials ? 'try-again' : judged;
      this.#logger.warn('refresh.attempt-failed', { server, attempt, problem: grant.problem.code, outcome: verdict });
      switch (verdict) {
        case 'client-unknown':
          if (isNewClient) return { kind: 'replaced' };
          if (login.clientCredentials) return { kind: 'client-refused', problem: grant.problem };
          await this.#store.save(server, { ...now, clientRejected: true }, ticket);
          return { kind: 'ended', why: 'client' };
        case 'grant-ended': {
          const ended = await this.#confirmEnded(server, current, ticket);
          if (ended) return ended;
          break;
        }
        case 'try-again': {
          const delayMs = this.#stopped ? undefined : nextAttemptDelayMs(attempt + 1, grant.problem);
          if (delayMs === undefined) return { kind: 'failed', problem: grant.problem };
          if (delayMs > 0) await this.#pause(delayMs);
          if (this.#stopped) return { kind: 'failed', problem: grant.problem };
          break;
        }
        default:
          return assertNever(verdict);
      }
      if (attempt >= ATTEMPTS_PER_FLIGHT) return { kind: 'failed', problem: grant.problem };
    }
  }

  #ask(server: ServerName, login: Login): Promise<Result<TokenGrant>> {
    const { authorizationServer, client, resource, tokens, clientCredentials } = login;
    const http = this.#httpFor(server, login);
    const now = () => this.#clock.now();
    if (clientCredentials || !tokens?.refreshToken) {
      return requestClientToken({ authorizationServer, client, resource, scope: clientCredentials?.scope }, http, now);
    }
    const { refreshToken } = tokens;
    return refreshTokens({ authorizationServer, client, resource, refreshToken }, http, now);
  }

  /** D8: the endpoints are kept with the login, and who named them is asked for anew each time. */
  #httpFor(server: ServerName, { serverUrl }: Login): Http {
    return namedBy({ url: serverUrl, allowPrivateNetwork: this.#allowsPrivateNetwork(server) }, this.#http);
  }

  async #keep(server: ServerName, login: Login, grant: TokenGrant, ticket: Ticket): Promise<RefreshOutcome> {
    const answeredAt = this.#clock.monotonicMs();
    const tokens = mergeTokens(login.tokens, grant.tokens);
    const account = grant.account ?? login.account;
    const { clientRejected, ...lasting } = login;
    const renewed: Login = {
      ...lasting,
      // R4: no sign-in begins again with a registered one; a configured one was given another secret.
      ...(clientRejected && login.client.how === 'dynamic' ? { clientRejected } : {}),
      tokens,
      ...(account === undefined ? {} : { account }),
      // The first token of a client that signs in for itself renews nothing.
      ...(login.tokens ? {} : { signedInAt: tokens.obtainedAt }),
      renewedCount: login.renewedCount + (login.tokens ? 1 : 0),
    };
    const saved = await this.#store.save(server, renewed, ticket);
    if (saved === 'superseded') return { kind: 'replaced' };
    if (saved === 'discarded') return this.#discard(server, login, { ok: true, value: grant });
    // From the answer to the vault's word for it: the time in which only this process knew the new refresh token.
    const ms = Math.round(this.#clock.monotonicMs() - answeredAt);
    this.#logger.info('token.renewed', { server, outcome: saved, ms, ...tokenFields(tokens, 'server') });
    return { kind: 'renewed' };
  }

  /** `invalid_grant` ends a login only when the store, read again, has nothing newer (T5). */
  async #confirmEnded(server: ServerName, login: Login, ticket: Ticket): Promise<RefreshOutcome | undefined> {
    const stored = await this.#store.readAgain(server, login.authorizationServer.issuer);
    if (this.#store.isSignedOutSince(server, ticket)) return { kind: 'discarded' };
    if (this.#store.current(server) !== login) return { kind: 'replaced' };
    if (stored.kind === 'locked') return { kind: 'failed', problem: { code: 'vault-locked' } };
    if (stored.kind === 'unavailable') {
      return { kind: 'failed', problem: { code: 'vault-unavailable', detail: stored.detail } };
    }
    const storedToken = stored.kind === 'found' ? stored.login.tokens?.refreshToken : undefined;
    // A newest login that the vault has not taken yet is not older than what the vault has.
    const isNewer =
      storedToken && !storedToken.equals(login.tokens?.refreshToken) && !this.#store.unsavedProblem(server);
    if (stored.kind === 'found' && isNewer) {
      this.#logger.info('refresh.newer-token-found', { server, tokenSource: 'vault' });
      this.#store.adopt(server, stored.login);
      return undefined;
    }
    // The registration stays: the next login uses it again.
    const { tokens: _ended, ...registration } = login;
    const saved = await this.#store.save(server, registration, ticket);
    if (saved === 'discarded') return { kind: 'discarded' };
    if (saved === 'superseded') return { kind: 'replaced' };
    this.#logger.warn('login.ended', { server, reason: 'invalid_grant' });
    return { kind: 'ended', why: 'invalid-grant' };
  }

  /** Nobody wants what arrived: it is revoked, as far as the server lets us. */
  async #discard(server: ServerName, login: Login, grant: Result<TokenGrant>): Promise<RefreshOutcome> {
    if (grant.ok) {
      await revokeUnwanted(login, grant.value.tokens, this.#httpFor(server, login));
      this.#logger.info('token.discarded', { server, reason: 'signed out meanwhile' });
    }
    return { kind: 'discarded' };
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const goOn = (): void => {
        cancel();
        this.#pauses.delete(goOn);
        resolve();
      };
      const cancel = this.#clock.setAlarm(this.#clock.now() + ms, goOn);
      this.#pauses.add(goOn);
    });
  }
}

/** Nothing was stored meanwhile that makes the answer one for an older grant. */
function isSameGrant(current: Login, asked: Login): boolean {
  if (asked.clientCredentials) return current.clientCredentials !== undefined && current.tokens === asked.tokens;
  return current.tokens?.refreshToken?.equals(asked.tokens?.refreshToken) ?? false;
}
