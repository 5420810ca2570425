import type { FlowId } from '../model/ids.ts';
import type { Problem } from '../model/problem.ts';
import type { Result } from '../model/result.ts';
import type { ServerConfig } from '../model/server-config.ts';
import type { Dispose } from '../ports.ts';
import type { Ticket } from '../tokens/token-store.ts';
import type { PreparedFlow } from './authorization-flow.ts';
import type { PreparedDevice } from './device-flow.ts';
import type { Flow, FlowOutcome } from './flow-coordinator.ts';
import { Remembered } from './remembered.ts';

/** How many `state`s of ended flows are remembered, so that a late callback is told why it is late. */
const REMEMBERED_STATES = 200;

export interface Attempt {
  flow: Flow;
  readonly config: ServerConfig;
  readonly ticket: Ticket;
  readonly prepared: Promise<Result<void>>;
  /** Set once prepared, where there is a page that comes back to us. */
  ready?: PreparedFlow;
  /** Set once there is a code for another device, beside the page or in its place. */
  device?: PreparedDevice;
  /** Tells the row that something of the attempt changed. */
  readonly tell: () => void;
  /** That code is being asked for. */
  askingForDevice?: Promise<Result<void>>;
  stopPolling?: Dispose;
  /** Set by the first callback, or the device's tokens; a second one gets the same answer, the code is exchanged once. */
  received?: Promise<FlowOutcome>;
  /** Ends what listens at the redirect URI for this flow. */
  closeRedirect?: Dispose;
}

/** The attempts of the flows that live, found by flow or by `state`. */
export class Attempts {
  readonly #live = new Map<FlowId, Attempt>();
  readonly #endedStates = new Remembered<string, Problem>(REMEMBERED_STATES);

  add(attempt: Attempt): void {
    this.#live.set(attempt.flow.flowId, attempt);
  }

  of(flowId: FlowId): Attempt | undefined {
    return this.#live.get(flowId);
  }

  withState(state: string): Attempt | undefined {
    for (const attempt of this.#live.values()) {
      if (attempt.ready?.state.reveal() === state) return attempt;
    }
    return undefined;
  }

  /** How the flow of a `state` ended, for one that did not end well. */
  endOf(state: string): Problem | undefined {
    return this.#endedStates.get(state);
  }

  end(flowId: FlowId, outcome: FlowOutcome): void {
    const attempt = this.#live.get(flowId);
    this.#live.delete(flowId);
    attempt?.closeRedirect?.();
    attempt?.stopPolling?.();
    if (attempt?.ready && !outcome.ok) this.remember(attempt.ready, outcome.problem);
  }

  remember({ state }: PreparedFlow, problem: Problem): void {
    this.#endedStates.set(state.reveal(), problem);
  }
}
