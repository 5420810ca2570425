import { atMost } from '../at-most.ts';
import type { Issuer } from '../model/ids.ts';
import type { Problem } from '../model/problem.ts';
import { assertNever, fail, ok, type Result } from '../model/result.ts';
import { type ServerConfig, signsInByItself, usesStaticCredential } from '../model/server-config.ts';
import type { Challenge } from '../oauth/www-authenticate.ts';
import type { Clock, Logger } from '../ports.ts';
import { isTimeNamed } from '../tokens/refresh-policy.ts';
import type { RefreshScheduler } from '../tokens/refresh-scheduler.ts';
import type { RefreshReason } from '../tokens/refresher.ts';
import type { Credential } from './credentials.ts';
import type { CurrentState } from './current-state.ts';
import { CALLER_WAKES_EVERY_MS } from './reconnect-policy.ts';
import type { ServerLogin } from './server-login.ts';
import type { ServerSignIn } from './server-sign-in.ts';
import { STEP_UPS_AT_MOST } from './step-up.ts';

/** A caller that meets an expired token waits this long for the one refresh. */
const CALLER_WAITS_MS = 10_000;

/** What follows a 401: the request is sent again with this, or the caller is told. */
export type AfterRejection =
  | { readonly kind: 'replay'; readonly credential: Credential }
  | { readonly kind: 'give-up'; readonly problem: Problem };

interface CallerAdmissionDeps {
  readonly state: CurrentState;
  readonly login: ServerLogin;
  readonly signIn: ServerSignIn;
  readonly scheduler: RefreshScheduler;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly config: () => ServerConfig;
  /** What the store has decides whether there is a login; the problem tells why it came to that. */
  readonly settle: (reason: Problem) => void;
  readonly waitAndReconnect: (problem: Problem) => void;
  readonly becomeUsable: () => void;
  /** Only a change of the configuration helps. */
  readonly hopeless: (problem: Problem) => void;
}

/** What a caller's request may carry to one server, and what the server's answers to it mean. */
export class CallerAdmission {
  readonly #deps: CallerAdmissionDeps;
  #lastWakeAt = 0;
  #lastKnockAt = 0;

  constructor(deps: CallerAdmissionDeps) {
    this.#deps = deps;
  }

  /** The hot path: what is valid now, at once. Undefined: ask `credentialSoon`. */
  credentialNow(): Credential | undefined {
    return this.#deps.state.value.kind === 'waiting' ? undefined : this.#deps.login.credentials.now();
  }

  /** Waits for the vault, or for the one refresh, at most 10 s; otherwise says what a person or time has to do. */
  async credentialSoon(): Promise<Result<Credential>> {
    const { state, login, signIn } = this.#deps;
    if (state.blocked) return fail(state.blocked);
    const away = this.#stillAway();
    if (away) return fail(away);
    const loaded = await login.load();
    if (!loaded.ok) return loaded;
    if (login.isRenewable && login.hasExpired) {
      const problem = await this.#refresh('expired');
      if (problem) return fail(state.needsPerson ? signIn.personNeeded() : problem);
    }
    login.makeCredential();
    const credential = login.credentials.now();
    if (credential) return ok(credential);
    if (!state.needsPerson) this.#deps.settle({ code: 'login-ended', why: 'expired' });
    return fail(signIn.personNeeded());
  }

  /** The server answered 401 to a caller's request that carried `used`. */
  async rejected(used: Credential, challenge: Challenge | undefined): Promise<AfterRejection> {
    const after = await this.afterRejection(used, challenge);
    if (after.kind === 'give-up' && this.#deps.state.needsPerson) {
      return { kind: 'give-up', problem: this.#deps.signIn.personNeeded() };
    }
    return after;
  }

  /** The replay was refused as well: the tokens are kept, and nobody storms the server. */
  rejectedAgain(): Problem {
    const problem: Problem = { code: 'token-rejected' };
    // Fifty callers say it at once; the next look is planned once.
    if (!this.#deps.state.isTokenRejected) this.#deps.waitAndReconnect(problem);
    return problem;
  }

  /** 403 with `insufficient_scope` for a request that carried `used`: still connected; a person may allow more (S3). */
  scopeMissing(challenge: Challenge, used: Credential): Problem {
    const { state, login, signIn, logger } = this.#deps;
    const scope = challenge.scope ?? '';
    // Nobody is there to allow more to a client that signs in for itself.
    if (signsInByItself(this.#deps.config())) return { code: 'insufficient-scope', scope };
    const current = login.tokens?.accessToken;
    // Of a login that was replaced meanwhile it says nothing about the new one.
    if (current && !current.equals(used.accessToken)) return { code: 'insufficient-scope', scope };
    if (!signIn.stepUps.ask(scope)) {
      logger.warn('step-up.refused', { server: this.#name, count: STEP_UPS_AT_MOST });
      return { code: 'scope-not-granted', scope, times: STEP_UPS_AT_MOST };
    }
    state.apply({ kind: 'scope-missing', scope });
    return { code: 'insufficient-scope', scope };
  }

  /** 403 otherwise: with a configured credential it is that which was refused (D7). */
  forbidden(status: number): Problem | undefined {
    return usesStaticCredential(this.#deps.config()) ? this.#credentialRejected(status) : undefined;
  }

  /** A request could not reach the server; the state says so until the next look. */
  unreachable(problem: Problem): void {
    const { kind } = this.#deps.state.value;
    if (kind === 'ready' || kind === 'connecting') this.#deps.waitAndReconnect(problem);
  }

  /** A request was answered: what was waiting is over. */
  answered(): void {
    this.#deps.login.credentials.accepted();
    const { kind } = this.#deps.state.value;
    if (kind === 'waiting' || kind === 'connecting') this.#deps.becomeUsable();
  }

  /** The same for whoever looks at the server on its own behalf: starts no flow. */
  async afterRejection(used: Credential, challenge: Challenge | undefined): Promise<AfterRejection> {
    const { login, signIn, logger } = this.#deps;
    signIn.heard(challenge);
    if (usesStaticCredential(this.#deps.config())) {
      return { kind: 'give-up', problem: this.#credentialRejected(401) };
    }
    const loaded = await login.load();
    if (!loaded.ok) return { kind: 'give-up', problem: loaded.problem };
    const { tokens } = login;
    const isCurrent = tokens?.accessToken.equals(used.accessToken) ?? false;
    logger.warn('token.rejected', {
      server: this.#name,
      found: tokens !== undefined,
      outcome: isCurrent ? 'current' : 'replaced meanwhile',
    });
    if (!tokens && signsInByItself(this.#deps.config())) return this.#firstToken(challenge);
    if (!tokens) return this.#giveUpLogin({ code: 'login-absent' });
    if (!isCurrent && !login.hasExpired) return this.#replay();
    if (!login.isRenewable) {
      login.credentials.refuse(tokens.accessToken);
      return this.#giveUpLogin({ code: 'login-ended', why: 'rejected' });
    }
    if (login.credentials.isLastResort(tokens)) return { kind: 'give-up', problem: this.rejectedAgain() };
    const problem = await this.#refresh('rejected');
    if (problem) return { kind: 'give-up', problem };
    login.credentials.setLastResort(login.tokens?.accessToken);
    return this.#replay();
  }

  /** Of a client that signs in for itself: where it does is found out once, then a token is asked for as ever. */
  async #firstToken(challenge: Challenge | undefined): Promise<AfterRejection> {
    const { login, hopeless, waitAndReconnect } = this.#deps;
    const prepared = await login.prepareClient(challenge);
    if (prepared.ok) {
      const problem = await this.#refresh('rejected');
      return problem ? { kind: 'give-up', problem } : this.#replay();
    }
    const { problem } = prepared;
    if (problem.code === 'server-unsupported') hopeless(problem);
    else waitAndReconnect(problem);
    return { kind: 'give-up', problem };
  }

  get #name(): string {
    return this.#deps.config().name;
  }

  #replay(): AfterRejection {
    const { login } = this.#deps;
    login.makeCredential();
    const credential = login.credentials.now();
    return credential ? { kind: 'replay', credential } : { kind: 'give-up', problem: { code: 'token-rejected' } };
  }

  #giveUpLogin(reason: Problem): AfterRejection {
    this.#deps.settle(reason);
    return { kind: 'give-up', problem: reason };
  }

  #credentialRejected(status: number): Problem {
    const problem: Problem = { code: 'credential-rejected', status };
    this.#deps.hopeless(problem);
    return problem;
  }

  /** The one refresh, for somebody who waits: undefined when there is a new token. */
  async #refresh(reason: RefreshReason): Promise<Problem | undefined> {
    const { scheduler } = this.#deps;
    // The scheduler failed a moment ago and knows when it asks again: callers do not add a storm to an outage.
    const retry = scheduler.retry(this.#name);
    if (retry && scheduler.life(this.#name).kind !== 'refreshing') {
      if (isTimeNamed(retry.problem) || !this.#mayWake()) return retry.problem;
    }
    const outcome = await atMost(this.#deps.clock, CALLER_WAITS_MS, scheduler.refreshNow(this.#name, reason));
    switch (outcome?.kind) {
      case undefined: {
        const endpoint = this.#deps.login.current?.authorizationServer.tokenEndpoint ?? this.#deps.config().url;
        return { code: 'timed-out', host: new URL(endpoint).host, afterMs: CALLER_WAITS_MS };
      }
      case 'renewed':
      case 'replaced':
        return undefined;
      case 'client-refused':
        return clientRefused(outcome.problem, this.#deps.login.current?.authorizationServer.issuer);
      case 'failed':
        return outcome.problem;
      case 'ended':
        return { code: 'login-ended', why: outcome.why };
      case 'discarded':
        return { code: 'login-absent' };
      case 'impossible':
        return { code: 'login-ended', why: 'expired' };
      default:
        return assertNever(outcome);
    }
  }

  /** 36: of a server that cannot be reached, what its callers are told without asking it again. */
  #stillAway(): Problem | undefined {
    const { value } = this.#deps.state;
    if (value.kind !== 'waiting' || value.problem.code !== 'network-unreachable') return undefined;
    const now = this.#deps.clock.now();
    if (now - this.#lastKnockAt < CALLER_WAKES_EVERY_MS && now >= this.#lastKnockAt) return value.problem;
    this.#lastKnockAt = now;
    return undefined;
  }

  /** A caller may wake what waits, but not every caller. */
  #mayWake(): boolean {
    const now = this.#deps.clock.now();
    if (now - this.#lastWakeAt < CALLER_WAKES_EVERY_MS) return false;
    this.#lastWakeAt = now;
    return true;
  }
}

/** What is told of a client that signs in for itself and that its authorization server refused. */
export function clientRefused(problem: Problem, issuer: Issuer | undefined): Problem {
  if (problem.code !== 'token-endpoint-error' || issuer === undefined) return problem;
  const { status, error, description } = problem;
  return {
    code: 'credential-rejected',
    status,
    issuer,
    error,
    ...(description === undefined ? {} : { description }),
  };
}
