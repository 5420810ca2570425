import type { EpochMs, ServerName } from '../model/ids.ts';
import type { Clock } from '../ports.ts';

/** A caller's request that came to its end. */
export interface DoneRequest {
  /** Absent where `/mcp` answered for all servers. */
  readonly server?: ServerName;
  readonly caller: string;
  readonly method: string;
  readonly ms: number;
  /** A status of HTTP, the code of a problem, or how it ended without an answer. */
  readonly outcome: string;
}

export interface Activity extends DoneRequest {
  /** Counts up from 1 since the start. */
  readonly number: number;
  /** When it was done. */
  readonly at: EpochMs;
}

/** What is kept: more than anybody scrolls through, and 2 MB at most. */
export const ACTIVITY_LIMIT = 10_000;

/** The last requests of all callers, in memory only. */
export class ActivityRing {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #ring: Activity[] = [];
  #done = 0;

  constructor(clock: Clock, limit = ACTIVITY_LIMIT) {
    this.#clock = clock;
    this.#limit = limit;
  }

  add(request: DoneRequest): void {
    const at = this.#done % this.#limit;
    this.#done += 1;
    this.#ring[at] = { ...request, number: this.#done, at: this.#clock.now() };
  }

  /** Those that are kept of the ones after this number, oldest first. */
  after(number: number): readonly Activity[] {
    const first = Math.max(number, this.#done - this.#limit);
    return Array.from({ length: Math.max(0, this.#done - first) }, (_, index) => {
      const found = this.#ring[(first + index) % this.#limit];
      if (!found) throw new Error('a place of the ring is empty');
      return found;
    });
  }
}
