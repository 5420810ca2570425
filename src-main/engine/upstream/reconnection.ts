import type { EpochMs } from '../model/ids.ts';
import type { Clock, Dispose, Random } from '../ports.ts';
import { reconnectDelayMs } from './reconnect-policy.ts';

/** When a server that could not be reached is looked at again. */
export class Reconnection {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #connect: () => void;
  #failures = 0;
  #cancel: Dispose | undefined;

  constructor(deps: { clock: Clock; random: Random; connect: () => void }) {
    this.#clock = deps.clock;
    this.#random = deps.random;
    this.#connect = deps.connect;
  }

  /** One more failure: the next look is further away. */
  plan(): { retryAt: EpochMs; attempt: number } {
    this.#failures += 1;
    const retryAt = this.#clock.now() + reconnectDelayMs(this.#failures, this.#random.fraction());
    this.#alarm(retryAt);
    return { retryAt, attempt: this.#failures };
  }

  get isPlanned(): boolean {
    return this.#cancel !== undefined;
  }

  /** The machine woke, or the network is back: what failed before says little about now. */
  moveTo(at: EpochMs): void {
    this.#failures = 0;
    this.#alarm(at);
  }

  cancel(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** The server answered. */
  reached(): void {
    this.cancel();
    this.#failures = 0;
  }

  #alarm(at: EpochMs): void {
    this.cancel();
    this.#cancel = this.#clock.setAlarm(at, () => {
      this.#cancel = undefined;
      this.#connect();
    });
  }
}
