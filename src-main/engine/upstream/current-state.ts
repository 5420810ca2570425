import type { EpochMs, ServerName } from '../model/ids.ts';
import type { Problem } from '../model/problem.ts';
import { nextState, type ServerEvent, type ServerState } from '../model/server-state.ts';
import type { Clock, Logger } from '../ports.ts';

/** The one place that stores what `nextState` answers for a server, logs it and tells of it. */
export class CurrentState {
  readonly #server: ServerName;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #onChange: () => void;
  #value: ServerState;
  #since: EpochMs;

  constructor(deps: { server: ServerName; enabled: boolean; clock: Clock; logger: Logger; onChange: () => void }) {
    this.#server = deps.server;
    this.#clock = deps.clock;
    this.#logger = deps.logger;
    this.#onChange = deps.onChange;
    this.#since = deps.clock.now();
    this.#value = deps.enabled ? { kind: 'connecting', attempt: 0, since: this.#since } : { kind: 'disabled' };
  }

  get value(): ServerState {
    return this.#value;
  }

  /** Since when the state has its kind. */
  get since(): EpochMs {
    return this.#since;
  }

  get isOff(): boolean {
    return this.#value.kind === 'disabled' || this.#value.kind === 'paused';
  }

  get needsPerson(): boolean {
    return this.#value.kind === 'login-needed' || this.#value.kind === 'logging-in';
  }

  get isTokenRejected(): boolean {
    return this.#value.kind === 'waiting' && this.#value.problem.code === 'token-rejected';
  }

  get offProblem(): Problem {
    return { code: this.#value.kind === 'paused' ? 'paused' : 'server-disabled' };
  }

  /** Why a request is answered without asking anybody. */
  get blocked(): Problem | undefined {
    if (this.isOff) return this.offProblem;
    return this.#value.kind === 'stopped' ? this.#value.problem : undefined;
  }

  apply(event: ServerEvent): void {
    const from = this.#value;
    const to = nextState(from, event);
    if (to === from) return;
    this.#value = to;
    if (from.kind !== to.kind) {
      this.#since = this.#clock.now();
      const problem = 'problem' in to ? to.problem.code : 'reason' in to ? to.reason.code : undefined;
      this.#logger.info('server.state-changed', {
        server: this.#server,
        from: from.kind,
        to: to.kind,
        ...(problem === undefined ? {} : { problem }),
      });
    }
    this.#onChange();
  }
}
