import { withCorrelation } from '../correlation.ts';
import type { DeviceCode } from '../model/device-code.ts';
import type { ServerName } from '../model/ids.ts';
import type { Problem } from '../model/problem.ts';
import { fail, ok, type Result } from '../model/result.ts';
import type { ServerConfig } from '../model/server-config.ts';
import type { Challenge } from '../oauth/www-authenticate.ts';
import type { Browser } from '../ports.ts';
import { type Attempt, Attempts } from './attempts.ts';
import { exchange, isForeignError, judgeCallback, type PreparedFlow, prepareFlow } from './authorization-flow.ts';
import { AutomaticPages, type AutomaticPagesDeps } from './automatic-pages.ts';
import type { FlowTrigger } from './browser-policy.ts';
import { keepLogin, loginFrom, type NewLogin } from './complete-flow.ts';
import { authorizeDevice, type PreparedDevice } from './device-flow.ts';
import { DevicePolls } from './device-polls.ts';
import { type Flow, type FlowOutcome, OAuthFlowCoordinator } from './flow-coordinator.ts';
import type { PageFlowDeps } from './flow-input.ts';
import { settingsHash } from './flow-record.ts';
import { FlowRecords, type FlowRecordsDeps } from './flow-records.ts';
import type { OpenRedirect } from './redirect-address.ts';
import { openSignInPage, type PageOpening } from './sign-in-page.ts';
import { type LeftFlow, TakingUp } from './taking-up.ts';

/** From the page to the callback. The person sees it. */
export const FLOW_DEADLINE_MS = 10 * 60_000;

export interface SignInStarted extends PageOpening {
  readonly flow: Flow;
  /** The page to open: the one that comes back to us, or where the code is confirmed. */
  readonly authorizationUrl: string;
  /** What a person may enter on any device instead. */
  readonly device?: DeviceCode;
  readonly joined: boolean;
}

export interface SignInRequest {
  readonly config: ServerConfig;
  readonly challenge: () => Promise<Challenge | undefined>;
  /** What the server asks for beyond what the login in use may do (S3). */
  readonly askedScope?: string | undefined;
  readonly trigger: FlowTrigger;
  /** False where the person opens the link by hand; a policy may still refuse to open. */
  readonly openBrowser: boolean;
  /** With a code on another device (RFC 8628). */
  readonly device?: boolean;
  readonly startOver?: boolean;
  /** Told of a flow that begins, before anything of it can end. */
  readonly onFlow: (flow: Flow) => void;
}

/** Getting a login: flows from the click to the stored tokens, for all servers. */
export class SignIn {
  readonly coordinator: OAuthFlowCoordinator;
  readonly #attempts = new Attempts();
  readonly #records: FlowRecords;
  readonly #takingUp: TakingUp;
  readonly #devicePolls: DevicePolls;
  readonly #automaticPages: AutomaticPages;
  readonly #deps: PageFlowDeps;
  readonly #browser: Browser;
  readonly #openRedirect: OpenRedirect;
  readonly #onLateLogin: (flow: Flow) => void;
  #stopped = false;

  constructor(
    deps: PageFlowDeps &
      AutomaticPagesDeps &
      FlowRecordsDeps & {
        readonly browser: Browser;
        readonly openRedirect: OpenRedirect;
        readonly deadlineMs?: number;
        readonly onEnd: (flow: Flow, outcome: FlowOutcome) => void;
      },
  ) {
    this.#deps = deps;
    this.#browser = deps.browser;
    this.#automaticPages = new AutomaticPages(deps);
    this.#openRedirect = deps.openRedirect;
    this.#records = new FlowRecords(deps);
    this.#onLateLogin = (flow) => deps.onEnd(flow, ok(undefined));
    this.coordinator = new OAuthFlowCoordinator({
      clock: deps.clock,
      random: deps.random,
      logger: deps.logger,
      deadlineMs: deps.deadlineMs ?? FLOW_DEADLINE_MS,
      onEnd: (flow, outcome) => {
        this.#attempts.end(flow.flowId, outcome);
        // The end of the program is not the end of a flow (F7).
        if (!this.#stopped) this.#records.erase(flow.server);
        deps.onEnd(flow, outcome);
      },
    });
    this.#devicePolls = new DevicePolls({
      ...deps,
      coordinator: this.coordinator,
      complete: (attempt, device, grant) => this.#keep(attempt, loginFrom(device, attempt.config, grant)),
      conclude: (attempt, outcome) => this.#conclude(attempt, outcome),
    });
    this.#takingUp = new TakingUp({
      ...deps,
      coordinator: this.coordinator,
      attempts: this.#attempts,
      records: this.#records,
    });
  }

  /** Starts a flow or joins the one that runs; resolves when its link is known. */
  async start(request: SignInRequest): Promise<Result<SignInStarted>> {
    const { name } = request.config;
    const takingUp = this.#takingUp.underWay;
    if (takingUp) await takingUp;
    const held = request.trigger === 'automatic' ? this.#heldBack(request.config) : undefined;
    if (held) return fail(held);
    if (request.startOver) this.coordinator.cancelFlow(name, { code: 'flow-superseded' });
    const started = this.coordinator.startFlow(name);
    const joined = !started.ok;
    const attempt = started.ok ? this.#begin(started.value, request) : this.#runningAttempt(name);
    // Each flow has an attempt for as long as it lives.
    if (!attempt) return fail({ code: 'internal', detail: 'a flow without an attempt' });
    const prepared = await attempt.prepared;
    if (!prepared.ok) return prepared;
    return withCorrelation(attempt.flow.correlationId, () => this.#show(attempt, request, joined));
  }

  /** The link of the flow under way. */
  authorizationUrl(server: ServerName): string | undefined {
    const attempt = this.#runningAttempt(server);
    return attempt && linkOf(attempt);
  }

  /** The code that a person may enter on another device. */
  deviceCode(server: ServerName): DeviceCode | undefined {
    const attempt = this.#runningAttempt(server);
    return attempt && deviceCodeOf(attempt);
  }

  /**
   * A callback arrived. An unknown `state` changes nothing (F2); a known one is judged before its code goes anywhere.
   *
   * @param server only a flow of this server, for an address that was pasted in
   */
  async receive(callbackUrl: URL, server?: ServerName): Promise<{ server?: ServerName; outcome: FlowOutcome }> {
    const attempt = await this.#attemptFor(callbackUrl);
    if (!attempt?.ready || (server !== undefined && attempt.flow.server !== server)) {
      return { outcome: fail(this.#whyNotAccepted(callbackUrl)) };
    }
    const { flow, ready } = attempt;
    return withCorrelation(flow.correlationId, async () => {
      const judged = attempt.received ? ok(undefined) : judgeCallback(ready, callbackUrl);
      if (!judged.ok && isForeignError(judged.problem, callbackUrl)) {
        this.#deps.logger.warn('callback.foreign', { server: flow.server, problem: judged.problem.code });
        return { outcome: fail({ code: 'unknown-state' }) };
      }
      attempt.received ??= judged.ok ? this.#complete(attempt, ready, callbackUrl) : Promise.resolve(judged);
      const outcome = await attempt.received;
      this.#conclude(attempt, outcome);
      return { server: flow.server, outcome };
    });
  }

  /** A flow of the last run may still be waiting to be taken up. */
  isLeft(server: ServerName): boolean {
    return this.#records.isLeft(server);
  }

  /** Goes on with it where its time is not over and the configuration is the same. */
  takeUp(left: LeftFlow): Promise<boolean> {
    return this.#takingUp.takeUp(left);
  }

  /** Flows that were left of servers that are configured no more. */
  forgetLeftExcept(servers: readonly ServerName[]): void {
    for (const server of this.#records.left) if (!servers.includes(server)) this.#records.erase(server);
  }

  /** Flows under way are kept for the next start. Resolves when the vault has what it is to have. */
  stop(): Promise<void> {
    this.#stopped = true;
    this.coordinator.stop();
    return this.#records.settled();
  }

  async #attemptFor(callbackUrl: URL): Promise<Attempt | undefined> {
    const state = callbackUrl.searchParams.get('state');
    if (state === null) return undefined;
    const takingUp = this.#takingUp.underWay;
    if (takingUp) await takingUp;
    return this.#attempts.withState(state);
  }

  #whyNotAccepted(callbackUrl: URL): Problem {
    const ended = this.#attempts.endOf(callbackUrl.searchParams.get('state') ?? '');
    return ended ?? { code: this.#records.isHeldByVault ? 'vault-locked' : 'unknown-state' };
  }

  #begin(flow: Flow, request: SignInRequest): Attempt {
    const { config } = request;
    const ticket = this.#deps.store.ticket(config.name);
    const prepared = withCorrelation(flow.correlationId, async (): Promise<Result<void>> => {
      // Not before the attempt is on record and the server's state tells of it.
      await Promise.resolve();
      const result = await this.#prepare(attempt, request);
      if (!result.ok) {
        this.#deps.logger.warn('flow.not-prepared', { server: config.name, problem: result.problem.code });
        this.coordinator.endFlow(flow.flowId, result);
      }
      return result;
    });
    const attempt: Attempt = { flow, config, ticket, prepared, tell: () => request.onFlow(attempt.flow) };
    this.#attempts.add(attempt);
    withCorrelation(flow.correlationId, () => request.onFlow(flow));
    return attempt;
  }

  async #prepare(attempt: Attempt, request: SignInRequest): Promise<Result<void>> {
    const { flow, config, ticket } = attempt;
    const { askedScope, device = false } = request;
    // Nothing comes back from another device.
    const redirect = await this.#openRedirect(device ? undefined : config.redirectUri);
    if (!redirect.ok) return redirect;
    attempt.closeRedirect = redirect.value.close;
    if (!this.coordinator.isLive(flow.flowId)) redirect.value.close();
    const redirectUri = config.redirectUri ?? redirect.value.redirectUri;
    const asked = askedScope === undefined ? {} : { askedScope };
    const challenge = await request.challenge();
    const prepared = await prepareFlow({ config, ticket, redirectUri, device, challenge, askedScope }, this.#deps);
    if (!prepared.ok) return prepared;
    if (!this.coordinator.isLive(flow.flowId)) return ok(undefined);
    if ('device' in prepared.value) {
      this.#beginDevice(attempt, prepared.value.device);
      return ok(undefined);
    }
    const { page } = prepared.value;
    attempt.ready = page;
    // Before the link is known to anybody: a callback is then always expected, also by the next run.
    const { flowId, correlationId, startedAt, deadline } = flow;
    const settings = settingsHash(config);
    const record = { flowId, correlationId, startedAt, deadline, settings, prepared: page, ...asked };
    await this.#records.save(flow.server, record);
    return ok(undefined);
  }

  /** A flow of a code alone: it lives no longer than the code, nor than the program (nothing of it is recorded). */
  #beginDevice(attempt: Attempt, device: PreparedDevice): void {
    const { flow } = attempt;
    this.#records.erase(flow.server);
    attempt.flow = this.coordinator.shorten(flow, device.authorization.expiresAt);
    this.#devicePolls.begin(attempt, device);
    attempt.tell();
  }

  /** A page that nobody here can open gets a code for another device beside it. */
  #addDevice(attempt: Attempt, page: PreparedFlow): Promise<Result<void>> {
    const { flow, config, ticket } = attempt;
    const { authorizationServer, resource, scope, redirectUri } = page;
    attempt.askingForDevice ??= authorizeDevice(
      { input: { config, ticket, redirectUri }, authorizationServer, resource, scope },
      this.#deps,
    ).then((device) => {
      delete attempt.askingForDevice;
      if (!device.ok) return device;
      if (this.coordinator.isLive(flow.flowId)) this.#devicePolls.begin(attempt, device.value);
      return ok(undefined);
    });
    return attempt.askingForDevice;
  }

  /** Opens the page, or gets a code where that is wanted or no page can be opened. */
  async #show(attempt: Attempt, request: SignInRequest, joined: boolean): Promise<Result<SignInStarted>> {
    const { ready } = attempt;
    const link = linkOf(attempt);
    // It ended while it was being prepared.
    if (link === undefined) return fail(this.#endOf(attempt.flow));
    const opening = await this.#openPage(request, link, joined);
    const offersCode = ready?.authorizationServer.deviceAuthorizationEndpoint !== undefined;
    if (ready && !attempt.device && (request.device || (offersCode && opening.browserError !== undefined))) {
      const added = await this.#addDevice(attempt, ready);
      if (!added.ok) {
        this.#deps.logger.warn('device.no-code', { server: attempt.flow.server, problem: added.problem.code });
        if (request.device) return added;
      }
      if (!this.coordinator.isLive(attempt.flow.flowId)) return fail(this.#endOf(attempt.flow));
    }
    const device = deviceCodeOf(attempt);
    return ok({ flow: attempt.flow, authorizationUrl: link, joined, ...opening, ...(device ? { device } : {}) });
  }

  async #complete(attempt: Attempt, ready: PreparedFlow, callbackUrl: URL): Promise<FlowOutcome> {
    const login = await exchange(ready, attempt.config, callbackUrl, attempt.ticket, this.#deps);
    return login.ok ? this.#keep(attempt, login.value) : login;
  }

  async #keep(attempt: Attempt, login: NewLogin): Promise<FlowOutcome> {
    const { flow } = attempt;
    const kept = await keepLogin(attempt, login, () => this.coordinator.isLive(flow.flowId), this.#deps);
    return kept === 'stored' ? ok(undefined) : fail(this.#endOf(flow));
  }

  #conclude({ flow }: Attempt, outcome: FlowOutcome): void {
    if (this.coordinator.isLive(flow.flowId)) this.coordinator.endFlow(flow.flowId, outcome);
    // The flow was cancelled in the moment between "stored" and here: the login is there all the same.
    else if (outcome.ok && !this.coordinator.outcomeOf(flow.flowId)?.ok) this.#onLateLogin(flow);
  }

  async #openPage(request: SignInRequest, url: string, joined: boolean): Promise<PageOpening> {
    const { config, trigger } = request;
    // An automatic start that joins has a page already, or was refused one.
    if (!request.openBrowser || (joined && trigger === 'automatic')) return { browserOpened: false };
    if (trigger === 'automatic') await this.#automaticPages.remembered();
    const { logger } = this.#deps;
    return openSignInPage({ server: config.name, url, trigger }, { browser: this.#browser, logger });
  }

  /** An automatic flow that could open no page would help nobody, so it is not begun; a running one is joined. */
  #heldBack(config: ServerConfig): Problem | undefined {
    if (this.coordinator.current(config.name)) return undefined;
    return this.#automaticPages.take(config);
  }

  #endOf(flow: Flow): Problem {
    const outcome = this.coordinator.outcomeOf(flow.flowId);
    // None where a login was forgotten while the flow lives: what it brought is not kept either.
    return outcome && !outcome.ok ? outcome.problem : { code: 'flow-cancelled' };
  }

  #runningAttempt(server: ServerName): Attempt | undefined {
    const flow = this.coordinator.current(server);
    return flow && this.#attempts.of(flow.flowId);
  }
}

function linkOf({ ready, device }: Attempt): string | undefined {
  if (ready) return ready.url;
  return device && (device.authorization.verificationUriComplete ?? device.authorization.verificationUri);
}

function deviceCodeOf({ device }: Attempt): DeviceCode | undefined {
  if (!device) return undefined;
  const { userCode, verificationUri, verificationUriComplete } = device.authorization;
  return {
    userCode,
    verificationUri,
    ...(verificationUriComplete === undefined ? {} : { verificationUriComplete }),
  };
}
