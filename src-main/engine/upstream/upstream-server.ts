import type { Flow, FlowOutcome } from '../login/flow-coordinator.ts';
import type { SignIn, SignInStarted } from '../login/sign-in.ts';
import type { EpochMs } from '../model/ids.ts';
import type { Problem } from '../model/problem.ts';
import { assertNever, fail, ok, type Result } from '../model/result.ts';
import { say } from '../model/sayings.ts';
import {
  FLOW_SETTINGS,
  isSameConfig,
  type ServerConfig,
  signsInByItself,
  usesStaticCredential,
} from '../model/server-config.ts';
import type { ServerEvent, ServerState } from '../model/server-state.ts';
import type { Login } from '../model/token-set.ts';
import type { Clock, Http, Logger, Random, UpstreamHttp } from '../ports.ts';
import { isClientRejected } from '../tokens/current-client.ts';
import { loginFits } from '../tokens/login-fits.ts';
import type { RefreshScheduler } from '../tokens/refresh-scheduler.ts';
import type { RefreshOutcome } from '../tokens/refresher.ts';
import type { TokenStore } from '../tokens/token-store.ts';
import { CallerAdmission, clientRefused } from './caller-admission.ts';
import { Connecting } from './connecting.ts';
import type { Credential } from './credentials.ts';
import { CurrentState } from './current-state.ts';
import { Liveness } from './liveness.ts';
import { knock, probe, probeEventStream, type Seen } from './probe.ts';
import { Reconnection } from './reconnection.ts';
import { ServerLogin } from './server-login.ts';
import { ServerSignIn } from './server-sign-in.ts';

export interface UpstreamDeps {
  readonly store: TokenStore;
  readonly scheduler: RefreshScheduler;
  readonly signIn: SignIn;
  /** For looks at the server, which are no OAuth exchanges. */
  readonly http: Http;
  /** For looks at streams. */
  readonly upstreamHttp: UpstreamHttp;
  /** For OAuth exchanges: each is logged. */
  readonly oauthHttp: Http;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly onChange: (server: UpstreamServer) => void;
}

/** One configured MCP server: what happens to it, and what becomes of its state. */
export class UpstreamServer {
  /** For what callers send to it. */
  readonly admission: CallerAdmission;
  /** Of what waits for its answers. */
  readonly liveness: Liveness;
  readonly #deps: UpstreamDeps;
  readonly #state: CurrentState;
  readonly #login: ServerLogin;
  readonly #signIn: ServerSignIn;
  readonly #reconnection: Reconnection;
  readonly #connecting: Connecting;
  #config: ServerConfig;
  #url: URL;
  #isEventStream = false;
  #stopped = false;

  constructor(config: ServerConfig, deps: UpstreamDeps) {
    const { clock, random, logger, store, scheduler } = deps;
    this.#config = config;
    this.#url = new URL(config.url);
    this.#deps = deps;
    const onChange = () => deps.onChange(this);
    this.#state = new CurrentState({ server: config.name, enabled: config.enabled, clock, logger, onChange });
    const part = { ...deps, state: this.#state, config: () => this.#config };
    this.#reconnection = new Reconnection({ clock, random, connect: () => void this.connect('retry') });
    this.#connecting = new Connecting({
      server: config.name,
      random,
      logger,
      connect: (isCurrent) => this.#connect(isCurrent),
    });
    this.#login = new ServerLogin({
      ...part,
      onExpiry: () => this.#onExpiry(),
      onReminder: () => this.#showTokenLife(),
      onVaultUnavailable: (problem) => this.#waitAndReconnect(problem),
    });
    this.#signIn = new ServerSignIn({
      ...part,
      store,
      look: () => {
        const { url, headers } = this.#config;
        return this.#look({ headers }, () => this.#config.url === url);
      },
      onLink: onChange,
    });
    this.admission = new CallerAdmission({
      ...part,
      scheduler,
      login: this.#login,
      signIn: this.#signIn,
      settle: (reason) => this.#settle(reason),
      waitAndReconnect: (problem) => this.#waitAndReconnect(problem),
      becomeUsable: () => this.#becomeUsable(),
      hopeless: (problem) => this.#giveUp(problem),
    });
    this.liveness = new Liveness({
      clock,
      isUsable: () => this.state.kind === 'ready',
      knock: () => {
        const { headers } = this.#login.credentials.now() ?? { headers: this.#config.headers };
        return knock(this.#config.url, headers, deps);
      },
      onProblem: (problem) => this.admission.unreachable(problem),
    });
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

  /** `sse`: HTTP+SSE of 2024-11-05, as configured or as it turned out to be. */
  get transport(): 'http' | 'sse' {
    return this.#config.transport ?? (this.#isEventStream ? 'sse' : 'http');
  }

  get state(): ServerState {
    return this.#state.value;
  }

  /** Since when the state has its kind. */
  get since(): EpochMs {
    return this.#state.since;
  }

  get login(): Login | undefined {
    return this.#login.current;
  }

  /** Looks at the server, joined by whoever asks meanwhile. Never opens a browser. */
  connect(reason: 'start' | 'reconnect' | 'retry' | 'wake' | 'enabled'): Promise<void> {
    // While somebody signs in, the flow's end looks; nothing that is seen meanwhile says more.
    if (this.#stopped || this.#state.isOff || this.#signIn.isUnderWay) return Promise.resolve();
    this.#reconnection.cancel();
    return this.#connecting.join(reason);
  }

  /** It could not be reached, and a next look is planned. */
  get isWaitingToReconnect(): boolean {
    return this.#reconnection.isPlanned;
  }

  /** That next look comes at this time instead. */
  reconnectAt(at: EpochMs): void {
    this.#reconnection.moveTo(at);
  }

  /**
   * Somebody asks to try again now. Under `when-needed` it starts or joins the one flow and ends with that flow's
   * result (O2).
   */
  async reconnect(): Promise<Result<ServerState>> {
    if (this.#state.isOff) return fail(this.#state.offProblem);
    await this.connect('reconnect');
    const flow = await this.#signIn.currentOrAutomatic();
    if (!flow.ok) return flow.problem.code === 'browser-held-back' ? ok(this.state) : flow;
    if (flow.value) {
      const outcome = await this.#deps.signIn.coordinator.waitForFlow(flow.value.flowId);
      if (!outcome.ok) return outcome;
    }
    return ok(this.state);
  }

  /** A person's click, or `gatehouse auth login`. */
  async startLogin(input: {
    openBrowser: boolean;
    startOver: boolean;
    device?: boolean;
  }): Promise<Result<SignInStarted>> {
    if (this.#state.isOff) return fail(this.#state.offProblem);
    if (usesStaticCredential(this.#config)) {
      return fail({
        code: 'server-unsupported',
        ...say('header-is-login'),
      });
    }
    if (signsInByItself(this.#config)) {
      return fail({
        code: 'server-unsupported',
        ...say('without-person', this.name),
      });
    }
    const loaded = await this.#login.load();
    if (!loaded.ok) return loaded;
    return this.#signIn.start({ trigger: 'person', ...input });
  }

  cancelLogin(): boolean {
    return this.#signIn.cancel({ code: 'flow-cancelled' });
  }

  /** Signed out here at once, whatever the authorization server says to the revocation, and however late (T6). */
  async logout(): Promise<void> {
    const login = await this.#forgetLogin();
    if (signsInByItself(this.#config)) {
      if (!this.#state.isOff) this.#giveUp({ code: 'not-available', ...say('client-signed-out') });
    } else if (!this.#state.isOff) {
      this.#state.apply({ kind: 'login-missing', reason: { code: 'login-absent' } });
    }
    this.#login.makeCredential();
    await this.#login.revokeBriefly(login);
  }

  /** The configuration was edited; a login that no longer fits is ended before anything goes to the new address. */
  async configure(config: ServerConfig): Promise<void> {
    const before = this.#config;
    if (isSameConfig(before, config) && this.state.kind !== 'stopped') return;
    this.#config = config;
    this.#url = new URL(config.url);
    this.#connecting.outdate();
    this.#login.credentials.withhold();
    if (before.url !== config.url) {
      this.#signIn.forgetChallenge();
      this.#isEventStream = false;
    }
    // A flow that began with other settings would sign in to what is configured no more.
    if (!isSameConfig(before, config, FLOW_SETTINGS)) this.#signIn.cancel({ code: 'flow-superseded' });
    if (before.url !== config.url || (this.login && !loginFits(this.login, config))) {
      const login = await this.#forgetLogin();
      // Not waited for: nothing of it goes to the new address.
      void this.#login.revoke(login);
    } else if (!isSameConfig(before, config, ['client']) && this.login?.tokens) {
      // What was refused to the old secret or key is asked again.
      this.#deps.scheduler.plan(this.name);
    }
    this.#login.makeCredential();
    if (!config.enabled) this.#switchOff();
    else if (!before.enabled) await this.#switchOn({ kind: 'enabled', at: this.#deps.clock.now() });
    else await this.connect('reconnect');
  }

  /** The vault has another secret for the configured client, or none any more. */
  async clientSecretChanged(): Promise<void> {
    const { client } = this.#config;
    if (!client || client.clientSecret || client.privateKey) return;
    // It would go on with the old one.
    this.#signIn.cancel({ code: 'flow-superseded' });
    await this.#login.takeClientSecret();
    this.#login.makeCredential();
    // Disabled sends nothing, renewals included.
    if (this.state.kind === 'disabled') this.#login.rest();
    // Not waited for: what it looks at may be slow, and the row tells.
    else void this.connect('reconnect');
  }

  pause(): void {
    this.#state.apply({ kind: 'paused' });
    this.#login.credentials.withhold();
  }

  async resume(): Promise<void> {
    if (this.state.kind === 'paused') await this.#switchOn({ kind: 'resumed', at: this.#deps.clock.now() });
  }

  /** The server is no longer configured: revoked, erased, silent. */
  async remove(): Promise<void> {
    this.stop();
    const login = await this.#forgetLogin();
    await this.#deps.store.forgetClientSecret(this.name);
    await this.#login.revokeBriefly(login);
  }

  /** Its entry in the configuration cannot be used; the login stays for when it can. */
  breakOff(problem: Problem): void {
    this.#connecting.outdate();
    this.#giveUp(problem);
  }

  stop(): void {
    this.#stopped = true;
    this.#connecting.outdate();
    this.#reconnection.cancel();
    this.liveness.stop();
    this.#login.stop();
  }

  // ---- news

  refreshStarted(): void {
    this.#showTokenLife();
  }

  /** The scheduler's news: a refresh ended, whoever had asked for it. */
  refreshEnded(outcome: RefreshOutcome): void {
    // Disabled while it was in flight: what arrived is kept, the next one is not planned.
    if (this.#stopped || this.state.kind === 'disabled') {
      this.#deps.scheduler.cancel(this.name);
      return;
    }
    this.#login.makeCredential();
    switch (outcome.kind) {
      case 'renewed':
      case 'replaced':
        if (this.state.kind === 'waiting' || this.state.kind === 'login-needed') this.#becomeUsable();
        else this.#showTokenLife();
        return;
      case 'client-refused': {
        const problem = clientRefused(outcome.problem, this.login?.authorizationServer.issuer);
        if (this.#login.isUsable) this.#showTokenLife();
        else this.#giveUp(problem);
        return;
      }
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
    if (this.#stopped || this.state.kind === 'disabled') return;
    if (outcome.ok) {
      this.#signIn.completed();
      this.#login.credentials.forgive();
      this.#deps.scheduler.plan(this.name);
      this.#becomeUsable();
    } else if (this.state.kind === 'logging-in') {
      this.#settle(outcome.problem);
      // The old login goes on, and so does what it lacks.
      const { asked } = this.#signIn.stepUps;
      if (asked !== undefined) this.#state.apply({ kind: 'scope-missing', scope: asked });
    }
  }

  /** A keychain that came late may also have the login that seemed to be missing. */
  vaultUnlocked(): void {
    const isMissing = this.state.kind === 'login-needed' && !this.login;
    if (this.state.kind === 'locked' || isMissing) void this.connect('wake');
  }

  #onExpiry(): void {
    if (this.state.kind !== 'ready') return;
    const retry = this.#deps.scheduler.retry(this.name);
    // Renewed by now if its client could sign in.
    if (this.login?.clientCredentials) void this.connect('retry');
    else if (!this.login?.tokens?.refreshToken) this.#settle({ code: 'login-ended', why: 'expired' });
    else if (isClientRejected(this.login, this.#config.client)) this.#settle({ code: 'login-ended', why: 'client' });
    else if (retry) this.#showFailedRefresh(retry.problem);
  }

  // ---- looking at the server

  async #connect(isCurrent: () => boolean): Promise<void> {
    this.#state.apply({ kind: 'connect-started', at: this.#deps.clock.now() });
    const isSigningIn = this.#signIn.isFlowLeft && (await this.#signIn.takeUp());
    const loaded = await this.#login.load();
    // Its flow's end looks at the server.
    if (!loaded.ok || isSigningIn) return;
    const persisted = await this.#deps.store.hasPersistedToken(this.name);
    if (!isCurrent()) return;
    if (persisted?.isExpired) {
      if (!this.#login.isRenewable) return this.#settle({ code: 'login-ended', why: 'expired' });
      const outcome = await this.#deps.scheduler.refreshNow(this.name, 'reconnect');
      if ((outcome.kind !== 'renewed' && outcome.kind !== 'replaced') || !isCurrent()) return;
    }
    const used = this.#login.credentials.now() ?? { headers: this.#config.headers };
    const seen = await this.#look(used, isCurrent);
    if (!isCurrent()) return;
    if (seen.kind !== 'wants-login') return this.#judge(seen, used);
    const after = await this.admission.afterRejection(used, seen.challenge);
    if (!isCurrent()) return;
    if (after.kind === 'give-up') {
      // Looked at in vain: the next look is further away.
      if (this.#state.isTokenRejected) this.#waitAndReconnect({ code: 'token-rejected' });
      return;
    }
    const seenAgain = await this.#look(after.credential, isCurrent);
    if (!isCurrent()) return;
    if (seenAgain.kind === 'wants-login') this.admission.rejectedAgain();
    else this.#judge(seenAgain, after.credential);
  }

  async #look({ headers }: Credential, isCurrent: () => boolean): Promise<Seen> {
    const { url } = this.#config;
    if (this.transport === 'sse') return probeEventStream(url, headers, this.#deps);
    const seen = await probe(url, headers, this.#deps.http);
    if (seen.kind !== 'answers' || !seen.speaksOtherwise || !isCurrent()) return seen;
    // One that takes no POST may be older: its stream tells.
    const stream = await probeEventStream(url, headers, this.#deps);
    if (isCurrent()) this.#isEventStream = stream.kind === 'answers';
    return seen;
  }

  #judge(seen: Exclude<Seen, { kind: 'wants-login' }>, used: Credential): void {
    if (this.#stopped || this.#state.isOff) return;
    switch (seen.kind) {
      case 'answers':
        this.#login.credentials.accepted();
        this.#becomeUsable();
        return;
      case 'wants-scope':
        this.#becomeUsable();
        this.admission.scopeMissing(seen.challenge, used);
        return;
      case 'forbids':
        if (!this.admission.forbidden(seen.status)) this.#becomeUsable();
        return;
      case 'fails':
        this.#waitAndReconnect(seen.problem);
        return;
      default:
        assertNever(seen);
    }
  }

  // ---- what becomes of the state

  #waitAndReconnect(problem: Problem): void {
    if (this.#stopped || this.#signIn.isUnderWay) return;
    this.#state.apply({ kind: 'failed', problem, ...this.#reconnection.plan() });
  }

  #becomeUsable(): void {
    this.#reconnection.reached();
    this.#state.apply({ kind: 'usable', token: this.#deps.scheduler.life(this.name) });
    this.#login.makeCredential();
  }

  #giveUp(problem: Problem): void {
    this.#reconnection.cancel();
    this.#state.apply({ kind: 'hopeless', problem });
    this.#login.credentials.withhold();
  }

  /** What the store has decides whether there is a login; `reason` tells why it came to that. */
  #settle(reason: Problem): void {
    if (this.#login.isUsable) {
      this.#becomeUsable();
      return;
    }
    const scope = this.#signIn.challenge?.scope;
    // A flow under way is what a person sees until its own end.
    if (!this.#signIn.isUnderWay) {
      this.#state.apply({ kind: 'login-missing', reason, ...(scope === undefined ? {} : { scope }) });
    }
    this.#login.makeCredential();
  }

  #showTokenLife(): void {
    this.#state.apply({ kind: 'token-changed', token: this.#deps.scheduler.life(this.name) });
  }

  #showFailedRefresh(problem: Problem): void {
    if (this.#login.tokens && !this.#login.hasExpired) {
      this.#showTokenLife();
      return;
    }
    const retry = this.#deps.scheduler.retry(this.name);
    if (!retry || this.#signIn.isUnderWay) return;
    this.#state.apply({ kind: 'failed', problem, retryAt: retry.at, attempt: retry.attempt });
  }

  #switchOff(): void {
    this.#reconnection.cancel();
    this.#login.rest();
    this.#signIn.cancel({ code: 'flow-cancelled' });
    this.#state.apply({ kind: 'disabled' });
    this.#login.credentials.withhold();
  }

  async #switchOn(event: ServerEvent): Promise<void> {
    this.#state.apply(event);
    this.#deps.scheduler.plan(this.name);
    await this.connect('enabled');
  }

  /** What it answers is to be revoked. */
  async #forgetLogin(): Promise<Login | undefined> {
    this.#signIn.cancel({ code: 'flow-cancelled' });
    this.#signIn.stepUps.forget();
    return this.#login.forget();
  }
}
