import type { EpochMs } from '../model/ids.ts';
import type { Clock, Dispose } from '../ports.ts';

const AT_ONCE = 8;
/** A server that hangs keeps its place no longer than this; its look goes on. */
const PLACE_MS = 1000;

/** The looks at the program's start, a few at a time: each may refresh a login, often at one authorization server. */
export class FirstLooks {
  readonly #clock: Clock;
  readonly #waiting: (() => Promise<void>)[] = [];
  readonly #places = new Map<object, EpochMs>();
  #cancel: Dispose = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Looks as soon as there is a place. */
  add(look: () => Promise<void>): void {
    this.#waiting.push(look);
    this.#goOn();
  }

  stop(): void {
    this.#waiting.length = 0;
    this.#cancel();
  }

  #goOn(): void {
    this.#cancel();
    const now = this.#clock.now();
    for (const [place, since] of this.#places) if (now - since >= PLACE_MS) this.#places.delete(place);
    while (this.#places.size < AT_ONCE) {
      const look = this.#waiting.shift();
      if (!look) return;
      const place = {};
      this.#places.set(place, now);
      void look().finally(() => {
        if (this.#places.delete(place)) this.#goOn();
      });
    }
    if (this.#waiting.length > 0) {
      this.#cancel = this.#clock.setAlarm(Math.min(...this.#places.values()) + PLACE_MS, () => this.#goOn());
    }
  }
}
