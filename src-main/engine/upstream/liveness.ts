import type { EpochMs } from '../model/ids.ts';
import type { Problem } from '../model/problem.ts';
import type { Clock, Dispose } from '../ports.ts';

/** With what an answer may take it is less than the 30 s within which a half-dead connection is noticed (35). */
export const SILENT_MS = 15_000;

/** A request or a stream that waits for the server. */
export interface WaitingExchange {
  /** Nobody is at the other end any more. */
  onDead(): void;
}

export interface LivenessDeps {
  readonly clock: Clock;
  /** Only then something is to be found out. */
  readonly isUsable: () => boolean;
  /** Knocks on a connection of its own. Undefined: somebody is there. */
  readonly knock: () => Promise<Problem | undefined>;
  readonly onProblem: (problem: Problem) => void;
}

/**
 * Whether a server is still there while something waits for it in silence. Nothing waits: nothing is asked.
 *
 * A server that is there and answers nothing may be busy with the very call: its requests wait on, and only its state
 * tells. What waits for a machine that is gone is ended.
 */
export class Liveness {
  readonly #deps: LivenessDeps;
  readonly #waiting = new Set<WaitingExchange>();
  #heardAt: EpochMs = 0;
  #cancelAlarm: Dispose | undefined;
  #isStopped = false;

  constructor(deps: LivenessDeps) {
    this.#deps = deps;
  }

  begun(exchange: WaitingExchange): void {
    if (this.#waiting.size === 0) this.heard();
    this.#waiting.add(exchange);
    if (!this.#cancelAlarm) this.#listen();
  }

  /** Whatever comes from the server, on whichever connection. */
  heard(): void {
    this.#heardAt = this.#deps.clock.now();
  }

  ended(exchange: WaitingExchange): void {
    this.#waiting.delete(exchange);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelAlarm?.();
  }

  #listen(): void {
    if (this.#isStopped) return;
    const now = this.#deps.clock.now();
    const at = this.#heardAt + SILENT_MS > now ? this.#heardAt + SILENT_MS : now + SILENT_MS;
    this.#cancelAlarm = this.#deps.clock.setAlarm(at, () => {
      this.#cancelAlarm = undefined;
      if (this.#waiting.size === 0) return;
      const isSilent = this.#deps.clock.now() - this.#heardAt >= SILENT_MS;
      if (isSilent && this.#deps.isUsable()) void this.#knock().finally(() => this.#listen());
      else this.#listen();
    });
  }

  async #knock(): Promise<void> {
    const waiting = [...this.#waiting];
    const problem = await this.#deps.knock();
    if (!problem || this.#isStopped) {
      this.heard();
      return;
    }
    this.#deps.onProblem(problem);
    if (problem.code === 'network-unreachable') for (const exchange of waiting) exchange.onDead();
  }
}
