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
  readonly #notBefore: EpochMs;
  #cancel: Dispose = () => {};

  /** @param afterMs the first look waits for so long: who calls at once comes before looks that nobody waits for */
  constructor(clock: Clock, afterMs = 0) {
    this.#clock = clock;
    this.#notBefore = clock.now() + afterMs;
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
    if (now < this.#notBefore) {
      this.#cancel = this.#clock.setAlarm(this.#notBefore, () => this.#goOn());
      return;
    }
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
