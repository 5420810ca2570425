import { currentCorrelation, withCorrelation } from '../correlation.ts';
import type { CorrelationId, EpochMs, FlowId, ServerName } from '../model/ids.ts';
import type { Problem } from '../model/problem.ts';
import { fail, ok, type Result } from '../model/result.ts';
import type { Clock, Dispose, Logger, Random } from '../ports.ts';
import { Remembered } from './remembered.ts';

export interface Flow {
  readonly flowId: FlowId;
  readonly correlationId: CorrelationId;
  readonly server: ServerName;
  readonly startedAt: EpochMs;
  readonly deadline: EpochMs;
}

export type FlowOutcome = Result<void>;

interface LiveFlow {
  flow: Flow;
  readonly ended: Promise<FlowOutcome>;
  readonly settle: (outcome: FlowOutcome) => void;
  cancelDeadline: Dispose;
}

/** How many outcomes are remembered for those who ask after the end. */
const REMEMBERED = 200;

/**
 * One flow for each server at a time, whoever starts it. A second start is told of the first; the end, good or bad, is
 * told to all who wait; the deadline cleans up what died.
 */
export class OAuthFlowCoordinator {
  readonly #byServer = new Map<ServerName, LiveFlow>();
  readonly #byFlow = new Map<FlowId, LiveFlow>();
  readonly #outcomes = new Remembered<FlowId, FlowOutcome>(REMEMBERED);
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #logger: Logger;
  readonly #deadlineMs: number;
  readonly #onEnd: (flow: Flow, outcome: FlowOutcome) => void;

  constructor(deps: {
    clock: Clock;
    random: Random;
    logger: Logger;
    /** How long a person has between the page and the callback, in ms. */
    deadlineMs: number;
    /** Told once of each end, before those who wait. */
    onEnd: (flow: Flow, outcome: FlowOutcome) => void;
  }) {
    this.#clock = deps.clock;
    this.#random = deps.random;
    this.#logger = deps.logger;
    this.#deadlineMs = deps.deadlineMs;
    this.#onEnd = deps.onEnd;
  }

  /** Begins a flow, or answers `flow-in-progress` with the id of the one that runs. */
  startFlow(server: ServerName): Result<Flow> {
    const running = this.#byServer.get(server);
    if (running) {
      this.#logger.info('flow.in-progress', this.#line(running.flow));
      return fail({ code: 'flow-in-progress', flowId: running.flow.flowId });
    }
    const startedAt = this.#clock.now();
    const flow: Flow = {
      flowId: this.#random.uuid(),
      correlationId: `f-${this.#random.uuid()}`,
      server,
      startedAt,
      deadline: startedAt + this.#deadlineMs,
    };
    this.#begin(flow);
    this.#logger.info('flow.started', { ...this.#line(flow), at: flow.deadline });
    return ok(flow);
  }

  /** Goes on with a flow that began before a restart (F7). False where another one runs. */
  takeUp(flow: Flow): boolean {
    if (this.#byServer.has(flow.server)) return false;
    this.#begin(flow);
    this.#logger.info('flow.taken-up', { ...this.#line(flow), at: flow.deadline });
    return true;
  }

  #begin(flow: Flow): void {
    let settle: (outcome: FlowOutcome) => void = () => {};
    const ended = new Promise<FlowOutcome>((resolve) => {
      settle = resolve;
    });
    const cancelDeadline = this.#watchDeadline(flow);
    const live = { flow, ended, settle, cancelDeadline };
    this.#byServer.set(flow.server, live);
    this.#byFlow.set(flow.flowId, live);
  }

  /** The server gives it less time. Answers with the flow as it is then. */
  shorten(flow: Flow, deadline: EpochMs): Flow {
    const live = this.#byFlow.get(flow.flowId);
    if (!live || deadline >= live.flow.deadline) return flow;
    live.cancelDeadline();
    live.flow = { ...live.flow, deadline };
    live.cancelDeadline = this.#watchDeadline(live.flow);
    return live.flow;
  }

  #watchDeadline({ flowId, deadline }: Flow): Dispose {
    return this.#clock.setAlarm(deadline, () => this.endFlow(flowId, fail({ code: 'flow-expired' })));
  }

  current(server: ServerName): Flow | undefined {
    return this.#byServer.get(server)?.flow;
  }

  isLive(flowId: FlowId): boolean {
    return this.#byFlow.has(flowId);
  }

  /** How a flow ended; undefined while it runs, and where it was forgotten long ago. */
  outcomeOf(flowId: FlowId): FlowOutcome | undefined {
    return this.#outcomes.get(flowId);
  }

  /** The flow's end, good or bad; at once where it has ended already. */
  waitForFlow(flowId: FlowId): Promise<FlowOutcome> {
    const live = this.#byFlow.get(flowId);
    if (!live) return Promise.resolve(this.#outcomes.get(flowId) ?? fail({ code: 'unknown-state' }));
    const waiter = currentCorrelation();
    this.#logger.info('waiting for OAuth flow to complete', {
      ...this.#line(live.flow),
      ...(waiter === undefined ? {} : { detail: `asked by ${waiter}` }),
    });
    return live.ended;
  }

  /** Ends it once; a second end changes nothing. */
  endFlow(flowId: FlowId, outcome: FlowOutcome): void {
    const live = this.#byFlow.get(flowId);
    if (!live) return;
    live.cancelDeadline();
    this.#byFlow.delete(flowId);
    this.#byServer.delete(live.flow.server);
    this.#outcomes.set(flowId, outcome);
    this.#logger.info('flow.ended', {
      ...this.#line(live.flow),
      outcome: outcome.ok ? 'signed-in' : 'failed',
      ms: this.#clock.now() - live.flow.startedAt,
      ...(outcome.ok ? {} : { problem: outcome.problem.code }),
    });
    withCorrelation(live.flow.correlationId, () => this.#onEnd(live.flow, outcome));
    live.settle(outcome);
  }

  cancelFlow(server: ServerName, problem: Problem): boolean {
    const flow = this.current(server);
    if (flow) this.endFlow(flow.flowId, fail(problem));
    return flow !== undefined;
  }

  stop(): void {
    for (const server of [...this.#byServer.keys()]) this.cancelFlow(server, { code: 'flow-cancelled' });
  }

  #line(flow: Flow): { server: string; flowId: string; correlationId: string } {
    return { server: flow.server, flowId: flow.flowId, correlationId: flow.correlationId };
  }
}
