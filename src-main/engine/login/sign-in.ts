import { withCorrelation } from '../correlation.ts';
import type { FlowId, ServerName } from '../model/ids.ts';
import type { Problem } from '../model/problem.ts';
import { fail, ok, type Result } from '../model/result.ts';
import type { ServerConfig } from '../model/server-config.ts';
import { sentenceFor } from '../model/words.ts';
import { revokeToken } from '../oauth/revocation.ts';
import { checkOpenableUrl } from '../oauth/safe-url.ts';
import type { Challenge } from '../oauth/www-authenticate.ts';
import { tokenFields } from '../oauth-log.ts';
import type { Browser } from '../ports.ts';
import type { Ticket } from '../tokens/token-store.ts';
import {
  exchange,
  isForeignError,
  judgeCallback,
  type PageFlowDeps,
  type PreparedFlow,
  prepareFlow,
} from './authorization-flow.ts';
import { AutomaticPages, type AutomaticPagesDeps } from './automatic-pages.ts';
import type { FlowTrigger } from './browser-policy.ts';
import { type Flow, type FlowOutcome, OAuthFlowCoordinator } from './flow-coordinator.ts';

/** From the page to the callback. The person sees it. */
export const FLOW_DEADLINE_MS = 10 * 60_000;

const REMEMBERED_STATES = 200;

export interface SignInStarted {
  readonly flow: Flow;
  readonly authorizationUrl: string;
  readonly browserOpened: boolean;
  readonly browserError?: string;
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
  readonly startOver?: boolean;
  /** Told of a flow that begins, before anything of it can end. */
  readonly onFlow: (flow: Flow) => void;
}

interface Attempt {
  readonly flow: Flow;
  readonly config: ServerConfig;
  readonly ticket: Ticket;
  readonly prepared: Promise<Result<PreparedFlow>>;
  /** Set once prepared. */
  ready?: PreparedFlow;
  /** Set by the first callback; a second one gets the same answer, the code is exchanged once. */
  received?: Promise<FlowOutcome>;
}

/** Getting a login: flows from the click to the stored tokens, for all servers. */
export class SignIn {
  readonly coordinator: OAuthFlowCoordinator;
  readonly #attempts = new Map<FlowId, Attempt>();
  readonly #endedStates = new Map<string, Problem>();
  readonly #automaticPages: AutomaticPages;
  readonly #deps: PageFlowDeps;
  readonly #browser: Browser;
  readonly #redirectUri: () => string;
  readonly #onLateLogin: (flow: Flow) => void;

  constructor(
    deps: PageFlowDeps &
      AutomaticPagesDeps & {
        readonly browser: Browser;
        readonly redirectUri: () => string;
        readonly deadlineMs?: number;
        readonly onEnd: (flow: Flow, outcome: FlowOutcome) => void;
      },
  ) {
    this.#deps = deps;
    this.#browser = deps.browser;
    this.#automaticPages = new AutomaticPages(deps);
    this.#redirectUri = deps.redirectUri;
    this.#onLateLogin = (flow) => deps.onEnd(flow, ok(undefined));
    this.coordinator = new OAuthFlowCoordinator({
      clock: deps.clock,
      random: deps.random,
      logger: deps.logger,
      deadlineMs: deps.deadlineMs ?? FLOW_DEADLINE_MS,
      onEnd: (flow, outcome) => {
        this.#forgetAttempt(flow.flowId, outcome);
        deps.onEnd(flow, outcome);
      },
    });
  }

  /** Starts a flow or joins the one that runs; resolves when its link is known. */
  async start(request: SignInRequest): Promise<Result<SignInStarted>> {
    const { name } = request.config;
    const held = request.trigger === 'automatic' ? this.#heldBack(request.config) : undefined;
    if (held) return fail(held);
    if (request.startOver) this.coordinator.cancelFlow(name, { code: 'flow-superseded' });
    const started = this.coordinator.startFlow(name);
    const joined = !started.ok;
    const attempt = started.ok ? this.#begin(started.value, request) : this.#runningAttempt(name);
    if (!attempt) return fail({ code: 'internal', detail: 'a flow without an attempt' });
    const prepared = await attempt.prepared;
    if (!prepared.ok) return prepared;
    if (!this.coordinator.isLive(attempt.flow.flowId)) return fail(this.#endOf(attempt.flow));
    const page = await withCorrelation(attempt.flow.correlationId, () =>
      this.#openPage(request, prepared.value, joined),
    );
    return ok({ flow: attempt.flow, authorizationUrl: prepared.value.url, joined, ...page });
  }

  /** The link of the flow under way. */
  authorizationUrl(server: ServerName): string | undefined {
    return this.#runningAttempt(server)?.ready?.url;
  }

  /**
   * A callback arrived. An unknown `state` changes nothing (F2); a known one is judged before its code goes anywhere.
   *
   * @param server only a flow of this server, for an address that was pasted in
   */
  async receive(callbackUrl: URL, server?: ServerName): Promise<{ server?: ServerName; outcome: FlowOutcome }> {
    const state = callbackUrl.searchParams.get('state');
    const attempt = state === null ? undefined : this.#attemptOf(state);
    if (!attempt?.ready || (server !== undefined && attempt.flow.server !== server)) {
      return { outcome: fail((state && this.#endedStates.get(state)) || { code: 'unknown-state' }) };
    }
    const { flow, ready } = attempt;
    return withCorrelation(flow.correlationId, async () => {
      const judged = attempt.received ? ok(undefined) : judgeCallback(ready, callbackUrl);
      if (!judged.ok && isForeignError(judged.problem, callbackUrl)) {
        this.#deps.logger.warn('callback.foreign', { server: flow.server, problem: judged.problem.code });
        return { outcome: fail({ code: 'unknown-state' }) };
      }
      attempt.received ??= judged.ok ? this.#finish(attempt, ready, callbackUrl) : Promise.resolve(judged);
      const outcome = await attempt.received;
      if (this.coordinator.isLive(flow.flowId)) this.coordinator.endFlow(flow.flowId, outcome);
      // The flow was cancelled in the moment between "stored" and here: the login is there all the same.
      else if (outcome.ok && !this.coordinator.outcomeOf(flow.flowId)?.ok) this.#onLateLogin(flow);
      return { server: flow.server, outcome };
    });
  }

  stop(): void {
    this.coordinator.stop();
  }

  #begin(flow: Flow, request: SignInRequest): Attempt {
    const { config } = request;
    const ticket = this.#deps.store.ticket(config.name);
    const prepared = withCorrelation(flow.correlationId, async (): Promise<Result<PreparedFlow>> => {
      // Not before the attempt is on record and the server's state tells of it.
      const challenge = await Promise.resolve().then(() => request.challenge());
      const result = await prepareFlow(
        {
          config,
          ticket,
          redirectUri: this.#redirectUri(),
          ...(challenge ? { challenge } : {}),
          ...(request.askedScope === undefined ? {} : { askedScope: request.askedScope }),
        },
        this.#deps,
      );
      const attempt = this.#attempts.get(flow.flowId);
      if (result.ok && attempt) attempt.ready = result.value;
      if (!result.ok) {
        this.#deps.logger.warn('flow.not-prepared', { server: config.name, problem: result.problem.code });
        this.coordinator.endFlow(flow.flowId, result);
      }
      return result;
    });
    const attempt: Attempt = { flow, config, ticket, prepared };
    this.#attempts.set(flow.flowId, attempt);
    withCorrelation(flow.correlationId, () => request.onFlow(flow));
    return attempt;
  }

  async #finish(attempt: Attempt, ready: PreparedFlow, callbackUrl: URL): Promise<FlowOutcome> {
    const { flow, config, ticket } = attempt;
    const login = await exchange(ready, config, callbackUrl, ticket, this.#deps);
    if (!login.ok) return login;
    const live = this.coordinator.isLive(flow.flowId);
    const saved = live ? await this.#deps.store.saveNewGrant(config.name, login.value, ticket) : 'discarded';
    const tokens = login.value.tokens;
    if (saved === 'discarded') {
      const token = tokens?.refreshToken ?? tokens?.accessToken;
      if (token) {
        const { authorizationServer, client } = ready;
        await revokeToken({ authorizationServer, client, token, kind: 'refresh_token' }, this.#deps.http);
      }
      return fail(this.#endOf(flow));
    }
    this.#deps.logger.info('login.stored', {
      server: flow.server,
      outcome: saved,
      ...(tokens ? tokenFields(tokens, 'server') : {}),
    });
    return ok(undefined);
  }

  async #openPage(
    request: SignInRequest,
    prepared: PreparedFlow,
    joined: boolean,
  ): Promise<{ browserOpened: boolean; browserError?: string }> {
    const { config, trigger } = request;
    const server = config.name;
    // An automatic start that joins has a page already, or was refused one.
    if (!request.openBrowser || (joined && trigger === 'automatic')) return { browserOpened: false };
    if (trigger === 'automatic') await this.#automaticPages.remembered();
    const openable = checkOpenableUrl(prepared.url);
    const opened = openable.ok ? await this.#browser.open(prepared.url) : openable;
    if (!opened.ok) {
      this.#deps.logger.warn('browser.not-opened', { server, problem: opened.problem.code });
      return { browserOpened: false, browserError: sentenceFor(opened.problem) };
    }
    this.#deps.logger.info('browser.opened', { server, reason: trigger });
    return { browserOpened: true };
  }

  /** An automatic flow that could open no page would help nobody, so it is not begun; a running one is joined. */
  #heldBack(config: ServerConfig): Problem | undefined {
    if (this.coordinator.current(config.name)) return undefined;
    return this.#automaticPages.take(config);
  }

  #endOf(flow: Flow): Problem {
    const outcome = this.coordinator.outcomeOf(flow.flowId);
    return outcome && !outcome.ok ? outcome.problem : { code: 'flow-cancelled' };
  }

  #runningAttempt(server: ServerName): Attempt | undefined {
    const flow = this.coordinator.current(server);
    return flow && this.#attempts.get(flow.flowId);
  }

  #attemptOf(state: string): Attempt | undefined {
    for (const attempt of this.#attempts.values()) {
      if (attempt.ready?.state.reveal() === state) return attempt;
    }
    return undefined;
  }

  #forgetAttempt(flowId: FlowId, outcome: FlowOutcome): void {
    const ready = this.#attempts.get(flowId)?.ready;
    this.#attempts.delete(flowId);
    if (!ready || outcome.ok) return;
    this.#endedStates.set(ready.state.reveal(), outcome.problem);
    for (const oldest of this.#endedStates.keys()) {
      if (this.#endedStates.size <= REMEMBERED_STATES) break;
      this.#endedStates.delete(oldest);
    }
  }
}
