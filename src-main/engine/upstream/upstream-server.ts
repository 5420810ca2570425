import { withCorrelation } from '../correlation.ts';
import type { Flow, FlowOutcome } from '../login/flow-coordinator.ts';
import type { SignIn, SignInStarted } from '../login/sign-in.ts';
import type { EpochMs } from '../model/ids.ts';
import type { Problem } from '../model/problem.ts';
import { assertNever, fail, ok, type Result } from '../model/result.ts';
import {
  type ConfiguredClient,
  FLOW_SETTINGS,
  isSameConfig,
  type ServerConfig,
  usesStaticCredential,
} from '../model/server-config.ts';
import { nextState, type ServerEvent, type ServerState } from '../model/server-state.ts';
import { isExpired, type Login } from '../model/token-set.ts';
import type { Challenge } from '../oauth/www-authenticate.ts';
import type { Clock, Dispose, Http, Logger, Random } from '../ports.ts';
import { loginFits } from '../tokens/login-fits.ts';
import type { RefreshScheduler } from '../tokens/refresh-scheduler.ts';
import type { RefreshOutcome, RefreshReason } from '../tokens/refresher.ts';
import { revokeLogin } from '../tokens/revoke-login.ts';
import type { TokenStore } from '../tokens/token-store.ts';
import { type Credential, Credentials } from './credentials.ts';
import { probe, type Seen } from './probe.ts';
import { CALLER_WAKES_EVERY_MS, reconnectDelayMs } from './reconnect-policy.ts';
import { STEP_UPS_AT_MOST, StepUps } from './step-up.ts';

/** A caller that meets an expired token waits this long for the one refresh. */
const CALLER_WAITS_MS = 10_000;

export interface UpstreamDeps {
  readonly store: TokenStore;
  readonly scheduler: RefreshScheduler;
  readonly signIn: SignIn;
  /** For looks at the server, which are no OAuth exchanges. */
  readonly http: Http;
  /** For OAuth exchanges: each is logged. */
  readonly oauthHttp: Http;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly onChange: (server: UpstreamServer) => void;
}

/** What follows a 401: the request is sent again with this, or the caller is told. */
export type AfterRejection =
  | { readonly kind: 'replay'; readonly credential: Credential }
  | { readonly kind: 'give-up'; readonly problem: Problem };

/** One configured MCP server: its state, and the credential that its requests carry. */
export class UpstreamServer {
  readonly #deps: UpstreamDeps;
  readonly #credentials: Credentials;
  #config: ServerConfig;
  #url: URL;
  #state: ServerState;
  #since: EpochMs;
  /** What the server said when it last refused a request. */
  #challenge: Challenge | undefined;
  readonly #stepUps = new StepUps();
  /** What the sign-in under way asks for beyond the login in use. */
  #flowScope: string | undefined;
  #connecting: Promise<void> | undefined;
  #connectFailures = 0;
  #lastWakeAt = 0;
  #cancelReconnect: Dispose = () => {};
  #cancelExpiry: Dispose = () => {};
  #stopped = false;

  constructor(config: ServerConfig, deps: UpstreamDeps) {
    this.#config = config;
    this.#url = new URL(config.url);
    this.#deps = deps;
    this.#credentials = new Credentials(deps.clock);
    this.#since = deps.clock.now();
    this.#state = config.enabled ? { kind: 'connecting', attempt: 0, since: this.#since } : { kind: 'disabled' };
  }

  get name(): string {
    return this.#config.name;
  }

  get config(): ServerConfig {
    return this.#config;
  }

  get url(): URL {
    return this.#url;
  }

  get state(): ServerState {
    return this.#state;
  }

  /** Since when the state has its kind. */
  get since(): EpochMs {
    return this.#since;
  }

  get login(): Login | undefined {
    return this.#deps.store.current(this.name);
  }

  /** Looks at the server, joined by whoever asks meanwhile. Never opens a browser. */
  connect(reason: 'start' | 'reconnect' | 'retry' | 'wake' | 'enabled'): Promise<void> {
    // While somebody signs in, the flow's end looks; nothing that is seen meanwhile says more.
    if (this.#stopped || this.#isOff() || this.#isSigningIn()) return Promise.resolve();
    this.#cancelReconnect();
    this.#connecting ??= withCorrelation(`c-${this.#deps.random.uuid()}`, async () => {
      this.#deps.logger.info('server.connecting', { server: this.name, reason });
      await this.#connect();
    }).finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  /**
   * Somebody asks to try again now. Under `when-needed` it starts or joins the one flow and ends with that flow's
   * result (O2).
   */
  async reconnect(): Promise<Result<ServerState>> {
    if (this.#isOff()) return fail(this.#offProblem());
    await this.connect('reconnect');
    const flow = await this.#currentOrAutomaticFlow();
    if (!flow.ok) return flow.problem.code === 'browser-held-back' ? ok(this.#state) : flow;
    if (flow.value) {
      const outcome = await this.#deps.signIn.coordinator.waitForFlow(flow.value.flowId);
      if (!outcome.ok) return outcome;
    }
    return ok(this.#state);
  }

  /** The hot path: what is valid now, at once. Undefined: ask `credentialSoon`. */
  credentialNow(): Credential | undefined {
    return this.#credentials.now();
  }

  /** Waits for the vault, or for the one refresh, at most 10 s; otherwise says what a person or time has to do. */
  async credentialSoon(): Promise<Result<Credential>> {
    const blocked = this.#blocked();
    if (blocked) return fail(blocked);
    const loaded = await this.#loadLogin();
    if (!loaded.ok) return loaded;
    const tokens = this.login?.tokens;
    if (tokens?.refreshToken && isExpired(tokens, this.#deps.clock.now())) {
      const problem = await this.#refreshForCaller('expired');
      if (problem) return fail(this.#needsPerson() ? this.#personNeeded() : problem);
    }
    this.#makeCredential();
    const credential = this.#credentials.now();
    if (credential) return ok(credential);
    if (!this.#needsPerson()) this.#settle({ code: 'login-ended', why: 'expired' });
    return fail(this.#personNeeded());
  }

  /** The server answered 401 to a caller's request that carried `used`. */
  async rejected(used: Credential, challenge: Challenge | undefined): Promise<AfterRejection> {
    const after = await this.#afterRejection(used, challenge);
    if (after.kind === 'give-up' && this.#needsPerson()) {
      return { kind: 'give-up', problem: this.#personNeeded() };
    }
    return after;
  }

  /** The replay was refused as well: the tokens are kept, and nobody storms the server. */
  rejectedAgain(): Problem {
    const problem: Problem = { code: 'token-rejected' };
    // Fifty callers say it at once; the next look is planned once.
    if (!this.#isTokenRejected()) this.#waitAndReconnect(problem);
    return problem;
  }

  /** 403 with `insufficient_scope` for a request that carried `used`: still connected; a person may allow more (S3). */
  scopeMissing(challenge: Challenge, used: Credential): Problem {
    const scope = challenge.scope ?? '';
    const current = this.login?.tokens?.accessToken;
    // Of a login that was replaced meanwhile it says nothing about the new one.
    if (current && !current.equals(used.accessToken)) return { code: 'insufficient-scope', scope };
    if (!this.#stepUps.ask(scope)) {
      this.#deps.logger.warn('step-up.refused', { server: this.name, count: STEP_UPS_AT_MOST });
      return { code: 'scope-not-granted', scope, times: STEP_UPS_AT_MOST };
    }
    this.#apply({ kind: 'scope-missing', scope });
    return { code: 'insufficient-scope', scope };
  }

  /** 403 otherwise: with a configured credential it is that which was refused (D7). */
  forbidden(status: number): Problem | undefined {
    return usesStaticCredential(this.#config) ? this.#credentialRejected(status) : undefined;
  }

  /** A caller's request could not reach the server; the state says so until the next look. */
  unreachable(problem: Problem): void {
    if (this.#state.kind === 'ready' || this.#state.kind === 'connecting') this.#waitAndReconnect(problem);
  }

  /** A caller's request was answered: what was waiting is over. */
  answered(): void {
    this.#credentials.accepted();
    if (this.#state.kind === 'waiting' || this.#state.kind === 'connecting') this.#becomeUsable();
  }

  /** A person's click, or `gatehouse auth login`. */
  async startLogin(input: { openBrowser: boolean; startOver: boolean }): Promise<Result<SignInStarted>> {
    if (this.#isOff()) return fail(this.#offProblem());
    if (usesStaticCredential(this.#config)) {
      return fail({
        code: 'server-unsupported',
        detail: 'This server has a configured Authorization header, so there is no sign-in. Edit its header instead.',
      });
    }
    const loaded = await this.#loadLogin();
    if (!loaded.ok) return loaded;
    return this.#startFlow({ trigger: 'person', ...input });
  }

  cancelLogin(): boolean {
    return this.#cancelFlow({ code: 'flow-cancelled' });
  }

  /** Signed out here at once, whatever the authorization server says to the revocation, and however late (T6). */
  async logout(): Promise<void> {
    const login = await this.#forgetLogin();
    if (!this.#isOff()) this.#apply({ kind: 'login-missing', reason: { code: 'login-absent' } });
    this.#makeCredential();
    await this.#revoke(login);
  }

  /** The configuration was edited; a login that no longer fits is ended before anything goes to the new address. */
  async configure(config: ServerConfig): Promise<void> {
    const before = this.#config;
    if (isSameConfig(before, config) && this.#state.kind !== 'stopped') return;
    this.#config = config;
    this.#url = new URL(config.url);
    this.#credentials.withhold();
    if (before.url !== config.url) this.#challenge = undefined;
    // A flow that began with other settings would sign in to what is configured no more.
    if (!isSameConfig(before, config, FLOW_SETTINGS)) this.#cancelFlow({ code: 'flow-superseded' });
    if (before.url !== config.url || (this.login && !loginFits(this.login, config))) {
      const login = await this.#forgetLogin();
      // Not waited for: nothing of it goes to the new address.
      void this.#revoke(login);
    }
    this.#makeCredential();
    if (!config.enabled) this.#switchOff();
    else if (!before.enabled) await this.#switchOn({ kind: 'enabled', at: this.#deps.clock.now() });
    else await this.connect('reconnect');
  }

  pause(): void {
    this.#apply({ kind: 'paused' });
    this.#credentials.withhold();
  }

  async resume(): Promise<void> {
    if (this.#state.kind === 'paused') await this.#switchOn({ kind: 'resumed', at: this.#deps.clock.now() });
  }

  /** The server is no longer configured: revoked, erased, silent. */
  async remove(): Promise<void> {
    this.stop();
    const login = await this.#forgetLogin();
    await this.#deps.store.forgetClientSecret(this.name);
    await this.#revoke(login);
  }

  /** Its entry in the configuration cannot be used; the login stays for when it can. */
  breakOff(problem: Problem): void {
    this.#cancelReconnect();
    this.#apply({ kind: 'hopeless', problem });
    this.#credentials.withhold();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelReconnect();
    this.#cancelExpiry();
    this.#deps.scheduler.cancel(this.name);
  }

  refreshStarted(): void {
    if (this.#state.kind === 'ready') this.#apply({ kind: 'token-changed', token: this.#life() });
  }

  /** The scheduler's news: a refresh ended, whoever had asked for it. */
  refreshEnded(outcome: RefreshOutcome): void {
    // Disabled while it was in flight: what arrived is kept, the next one is not planned.
    if (this.#stopped || this.#state.kind === 'disabled') {
      this.#deps.scheduler.cancel(this.name);
      return;
    }
    this.#makeCredential();
    switch (outcome.kind) {
      case 'renewed':
      case 'replaced':
        if (this.#state.kind === 'ready') this.#apply({ kind: 'token-changed', token: this.#life() });
        else if (this.#state.kind === 'waiting' || this.#state.kind === 'login-needed') this.#becomeUsable();
        return;
      case 'failed':
        this.#showFailedRefresh(outcome.problem);
        return;
      case 'ended':
        this.#settle({ code: 'login-ended', why: outcome.why });
        return;
      case 'discarded':
      case 'impossible':
        return;
      default:
        assertNever(outcome);
    }
  }

  flowEnded(_flow: Flow, outcome: FlowOutcome): void {
    if (this.#stopped || this.#state.kind === 'disabled') return;
    if (outcome.ok) {
      this.#stepUps.completed(this.#flowScope);
      this.#credentials.forgive();
      this.#deps.scheduler.plan(this.name);
      this.#becomeUsable();
    } else if (this.#state.kind === 'logging-in') {
      this.#settle(outcome.problem);
      // The old login goes on, and so does what it lacks.
      const { asked } = this.#stepUps;
      if (asked !== undefined) this.#apply({ kind: 'scope-missing', scope: asked });
    }
  }

  /** A keychain that came late may also have the login that seemed to be missing. */
  vaultUnlocked(): void {
    const isMissing = this.#state.kind === 'login-needed' && !this.login;
    if (this.#state.kind === 'locked' || isMissing) void this.connect('wake');
  }

  // ---- looking at the server

  async #connect(): Promise<void> {
    this.#apply({ kind: 'connect-started', at: this.#deps.clock.now() });
    const loaded = await this.#loadLogin();
    if (!loaded.ok) return;
    const persisted = await this.#deps.store.hasPersistedToken(this.name);
    if (persisted?.isExpired) {
      if (!persisted.hasRefreshToken) return this.#settle({ code: 'login-ended', why: 'expired' });
      const outcome = await this.#deps.scheduler.refreshNow(this.name, 'reconnect');
      if (outcome.kind !== 'renewed' && outcome.kind !== 'replaced') return;
    }
    const used = this.#credentials.now() ?? { headers: this.#config.headers };
    const seen = await probe(this.#config.url, used.headers, this.#deps.http);
    if (seen.kind !== 'wants-login') return this.#judge(seen, used);
    const after = await this.#afterRejection(used, seen.challenge);
    if (after.kind === 'give-up') {
      // Looked at in vain: the next look is further away.
      if (this.#isTokenRejected()) this.#waitAndReconnect({ code: 'token-rejected' });
      return;
    }
    const seenAgain = await probe(this.#config.url, after.credential.headers, this.#deps.http);
    if (seenAgain.kind === 'wants-login') this.rejectedAgain();
    else this.#judge(seenAgain, after.credential);
  }

  #judge(seen: Exclude<Seen, { kind: 'wants-login' }>, used: Credential): void {
    if (this.#stopped || this.#isOff()) return;
    switch (seen.kind) {
      case 'answers':
        this.#credentials.accepted();
        this.#becomeUsable();
        return;
      case 'wants-scope':
        this.#becomeUsable();
        this.scopeMissing(seen.challenge, used);
        return;
      case 'forbids':
        if (!this.forbidden(seen.status)) this.#becomeUsable();
        return;
      case 'fails':
        this.#waitAndReconnect(seen.problem);
        return;
      default:
        assertNever(seen);
    }
  }

  #waitAndReconnect(problem: Problem): void {
    if (this.#stopped || this.#isSigningIn()) return;
    this.#connectFailures += 1;
    const retryAt = this.#deps.clock.now() + reconnectDelayMs(this.#connectFailures, this.#deps.random.fraction());
    this.#apply({ kind: 'failed', problem, retryAt, attempt: this.#connectFailures });
    this.#cancelReconnect();
    this.#cancelReconnect = this.#deps.clock.setAlarm(retryAt, () => void this.connect('retry'));
  }

  // ---- credentials

  /** Reads the login once, and ends one that does not belong to the configuration. */
  async #loadLogin(): Promise<Result<void>> {
    if (this.login) return ok(undefined);
    const loaded = await this.#deps.store.load(this.name);
    switch (loaded.kind) {
      case 'locked':
        this.#apply({ kind: 'vault-locked', at: this.#deps.clock.now() });
        return fail({ code: 'vault-locked' });
      case 'unavailable': {
        const problem: Problem = { code: 'vault-unavailable', detail: loaded.detail };
        this.#waitAndReconnect(problem);
        return fail(problem);
      }
      case 'absent':
        break;
      case 'found':
        if (loginFits(loaded.login, this.#config)) this.#deps.scheduler.plan(this.name);
        else void this.#revoke(await this.#forgetLogin());
        break;
      default:
        return assertNever(loaded);
    }
    this.#makeCredential();
    return ok(undefined);
  }

  #makeCredential(): void {
    const tokens = this.login?.tokens;
    const withheld = this.#isOff() || this.#state.kind === 'stopped' || (!tokens && this.#needsPerson());
    if (withheld) this.#credentials.withhold();
    else this.#credentials.make(this.#config, tokens);
    this.#watchExpiry(tokens?.expiresAt);
  }

  /** At expiry the state is looked at anew: a refresh that failed meanwhile shows only then. */
  #watchExpiry(expiresAt: EpochMs | undefined): void {
    this.#cancelExpiry();
    if (expiresAt === undefined || expiresAt <= this.#deps.clock.now() || this.#stopped) return;
    this.#cancelExpiry = this.#deps.clock.setAlarm(expiresAt, () => {
      if (this.#state.kind !== 'ready') return;
      const retry = this.#deps.scheduler.retry(this.name);
      if (!this.login?.tokens?.refreshToken) this.#settle({ code: 'login-ended', why: 'expired' });
      else if (this.login.clientRejected) this.#settle({ code: 'login-ended', why: 'client' });
      else if (retry) this.#showFailedRefresh(retry.problem);
    });
  }

  async #afterRejection(used: Credential, challenge: Challenge | undefined): Promise<AfterRejection> {
    this.#challenge = challenge ?? this.#challenge;
    if (usesStaticCredential(this.#config)) return { kind: 'give-up', problem: this.#credentialRejected(401) };
    const loaded = await this.#loadLogin();
    if (!loaded.ok) return { kind: 'give-up', problem: loaded.problem };
    const tokens = this.login?.tokens;
    const isCurrent = tokens?.accessToken.equals(used.accessToken) ?? false;
    this.#deps.logger.warn('token.rejected', {
      server: this.name,
      found: tokens !== undefined,
      outcome: isCurrent ? 'current' : 'replaced meanwhile',
    });
    if (!tokens) return this.#giveUpLogin({ code: 'login-absent' });
    if (!isCurrent && !isExpired(tokens, this.#deps.clock.now())) return this.#replay();
    if (!tokens.refreshToken) {
      this.#credentials.refuse(tokens.accessToken);
      return this.#giveUpLogin({ code: 'login-ended', why: 'rejected' });
    }
    if (this.#credentials.isLastResort(tokens)) return { kind: 'give-up', problem: this.rejectedAgain() };
    const problem = await this.#refreshForCaller('rejected');
    if (problem) return { kind: 'give-up', problem };
    this.#credentials.setLastResort(this.login?.tokens?.accessToken);
    return this.#replay();
  }

  #replay(): AfterRejection {
    this.#makeCredential();
    const credential = this.#credentials.now();
    return credential ? { kind: 'replay', credential } : { kind: 'give-up', problem: { code: 'token-rejected' } };
  }

  #giveUpLogin(reason: Problem): AfterRejection {
    this.#settle(reason);
    return { kind: 'give-up', problem: reason };
  }

  /** The one refresh, for somebody who waits: undefined when there is a new token. */
  async #refreshForCaller(reason: RefreshReason): Promise<Problem | undefined> {
    // The scheduler failed a moment ago and knows when it asks again: callers do not add a storm to an outage.
    const retry = this.#deps.scheduler.retry(this.name);
    if (retry && this.#life().kind !== 'refreshing' && !this.#mayWake()) return retry.problem;
    const outcome = await this.#atMost(CALLER_WAITS_MS, this.#deps.scheduler.refreshNow(this.name, reason));
    switch (outcome?.kind) {
      case undefined: {
        const host = new URL(this.login?.authorizationServer.tokenEndpoint ?? this.#config.url).host;
        return { code: 'timed-out', host, afterMs: CALLER_WAITS_MS };
      }
      case 'renewed':
      case 'replaced':
        return undefined;
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

  #atMost<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const cancel = this.#deps.clock.setAlarm(this.#deps.clock.now() + ms, () => resolve(undefined));
      work.then(resolve, reject).finally(cancel);
    });
  }

  #credentialRejected(status: number): Problem {
    const problem: Problem = { code: 'credential-rejected', status };
    this.#apply({ kind: 'hopeless', problem });
    this.#credentials.withhold();
    return problem;
  }

  /** What it answers is to be revoked. */
  async #forgetLogin(): Promise<Login | undefined> {
    this.#cancelFlow({ code: 'flow-cancelled' });
    this.#deps.scheduler.cancel(this.name);
    this.#credentials.withhold();
    this.#credentials.forgive();
    this.#stepUps.forget();
    const login = await this.#deps.store.forget(this.name);
    // Whoever was reading the login meanwhile may have planned for it.
    if (!this.login) this.#deps.scheduler.cancel(this.name);
    return login;
  }

  async #revoke(login: Login | undefined): Promise<void> {
    if (login) await revokeLogin(login, this.#deps.oauthHttp);
  }

  // ---- a person is needed

  #cancelFlow(problem: Problem): boolean {
    return this.#deps.signIn.coordinator.cancelFlow(this.name, problem);
  }

  /** What a caller is told, at once. Under `when-needed` it starts the one flow, which nobody waits for here. */
  #personNeeded(): Problem {
    const problem: Problem = this.#state.kind === 'login-needed' ? this.#state.reason : { code: 'login-absent' };
    void this.#currentOrAutomaticFlow();
    return problem;
  }

  async #currentOrAutomaticFlow(): Promise<Result<Flow | undefined>> {
    const current = this.#deps.signIn.coordinator.current(this.name);
    if (current) return ok(current);
    if (!this.#needsPerson() || this.#config.openBrowser !== 'when-needed') return ok(undefined);
    const started = await this.#startFlow({ trigger: 'automatic', openBrowser: true, startOver: false });
    return started.ok ? ok(started.value.flow) : started;
  }

  async #startFlow(input: {
    trigger: 'person' | 'automatic';
    openBrowser: boolean;
    startOver: boolean;
  }): Promise<Result<SignInStarted>> {
    const { client } = this.#config;
    const askedScope = this.#stepUps.asked;
    const started = await this.#deps.signIn.start({
      // Without a wait where none is needed: whoever asks next finds the flow begun.
      config: client && !client.clientSecret ? await this.#configWithSecret(client) : this.#config,
      challenge: () => this.#askForChallenge(),
      askedScope,
      onFlow: (flow) => {
        this.#flowScope = askedScope;
        this.#apply({ kind: 'flow-started', flowId: flow.flowId, at: flow.startedAt, deadline: flow.deadline });
      },
      ...input,
    });
    // The link is known now.
    if (started.ok) this.#deps.onChange(this);
    return started;
  }

  /** A client secret that did not come through the configuration file is in the vault. */
  async #configWithSecret(client: ConfiguredClient): Promise<ServerConfig> {
    const clientSecret = await this.#deps.store.clientSecret(this.name);
    return clientSecret ? { ...this.#config, client: { ...client, clientSecret } } : this.#config;
  }

  async #askForChallenge(): Promise<Challenge | undefined> {
    if (this.#challenge) return this.#challenge;
    const seen = await probe(this.#config.url, this.#config.headers, this.#deps.http);
    if (seen.kind === 'wants-login') this.#challenge = seen.challenge;
    return this.#challenge;
  }

  // ---- state

  #life() {
    return this.#deps.scheduler.life(this.name);
  }

  #becomeUsable(): void {
    this.#cancelReconnect();
    this.#connectFailures = 0;
    this.#apply({ kind: 'usable', token: this.#life() });
    this.#makeCredential();
  }

  /** What the store has decides whether there is a login; `reason` tells why it came to that. */
  #settle(reason: Problem): void {
    const tokens = this.login?.tokens;
    if (tokens && !isExpired(tokens, this.#deps.clock.now()) && !this.#credentials.isRefused(tokens)) {
      this.#becomeUsable();
      return;
    }
    const scope = this.#challenge?.scope;
    // A flow under way is what a person sees until its own end.
    if (!this.#isSigningIn()) {
      this.#apply({ kind: 'login-missing', reason, ...(scope === undefined ? {} : { scope }) });
    }
    this.#makeCredential();
  }

  #showFailedRefresh(problem: Problem): void {
    const tokens = this.login?.tokens;
    if (tokens && !isExpired(tokens, this.#deps.clock.now())) {
      if (this.#state.kind === 'ready') this.#apply({ kind: 'token-changed', token: this.#life() });
      return;
    }
    const retry = this.#deps.scheduler.retry(this.name);
    if (!retry || this.#isSigningIn()) return;
    this.#apply({ kind: 'failed', problem, retryAt: retry.at, attempt: retry.attempt });
  }

  #needsPerson(): boolean {
    return this.#state.kind === 'login-needed' || this.#state.kind === 'logging-in';
  }

  #isSigningIn(): boolean {
    return this.#state.kind === 'logging-in' && this.#deps.signIn.coordinator.isLive(this.#state.flowId);
  }

  #isTokenRejected(): boolean {
    return this.#state.kind === 'waiting' && this.#state.problem.code === 'token-rejected';
  }

  #isOff(): boolean {
    return this.#state.kind === 'disabled' || this.#state.kind === 'paused';
  }

  #offProblem(): Problem {
    return { code: this.#state.kind === 'paused' ? 'paused' : 'server-disabled' };
  }

  /** Why a request is answered without asking anybody. */
  #blocked(): Problem | undefined {
    if (this.#isOff()) return this.#offProblem();
    if (this.#state.kind === 'stopped') return this.#state.problem;
    return undefined;
  }

  /** A caller may wake what waits, but not every caller. */
  #mayWake(): boolean {
    const now = this.#deps.clock.now();
    if (now - this.#lastWakeAt < CALLER_WAKES_EVERY_MS) return false;
    this.#lastWakeAt = now;
    return true;
  }

  #switchOff(): void {
    this.#cancelReconnect();
    this.#cancelExpiry();
    this.#deps.scheduler.cancel(this.name);
    this.#cancelFlow({ code: 'flow-cancelled' });
    this.#apply({ kind: 'disabled' });
    this.#credentials.withhold();
  }

  async #switchOn(event: ServerEvent): Promise<void> {
    this.#apply(event);
    this.#deps.scheduler.plan(this.name);
    await this.connect('enabled');
  }

  #apply(event: ServerEvent): void {
    const from = this.#state;
    const to = nextState(from, event);
    if (to === from) return;
    this.#state = to;
    if (from.kind !== to.kind) {
      this.#since = this.#deps.clock.now();
      const problem = 'problem' in to ? to.problem.code : 'reason' in to ? to.reason.code : undefined;
      this.#deps.logger.info('server.state-changed', {
        server: this.name,
        from: from.kind,
        to: to.kind,
        ...(problem === undefined ? {} : { problem }),
      });
    }
    this.#deps.onChange(this);
  }
}
