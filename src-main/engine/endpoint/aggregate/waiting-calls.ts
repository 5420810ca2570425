import { FLOW_DEADLINE_MS } from '../../login/sign-in.ts';
import type { ServerName } from '../../model/ids.ts';
import type { Clock } from '../../ports.ts';
import type { Upstream } from '../../upstream/upstream.ts';

/** Callers whose requests may last as long as they hear of progress give up after a minute of silence. */
const STILL_WAITING_EVERY_MS = 15_000;

/** Calls that wait for a sign-in. */
export class WaitingCalls {
  readonly #clock: Clock;
  readonly #waiting = new Set<{ readonly server: ServerName; readonly done: (usable: boolean) => void }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves with whether the server can be used, at the latest when a sign-in would be over. */
  wait(server: Upstream, signal: AbortSignal, stillWaiting: () => void = () => {}): Promise<boolean> {
    if (server.state.kind === 'ready') return Promise.resolve(true);
    // It would never be told again.
    if (signal.aborted) return Promise.resolve(false);
    const clock = this.#clock;
    return new Promise((resolve) => {
      let cancelSaying = (): void => {};
      const sayAgain = (): void => {
        stillWaiting();
        cancelSaying = clock.setAlarm(clock.now() + STILL_WAITING_EVERY_MS, sayAgain);
      };
      const done = (usable: boolean): void => {
        cancel();
        cancelSaying();
        signal.removeEventListener('abort', onAbort);
        this.#waiting.delete(waiter);
        resolve(usable);
      };
      const onAbort = (): void => done(false);
      const cancel = clock.setAlarm(clock.now() + FLOW_DEADLINE_MS, () => done(false));
      const waiter = { server: server.name, done };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.add(waiter);
      sayAgain();
    });
  }

  end(server: ServerName, usable: boolean): void {
    for (const waiter of [...this.#waiting]) if (waiter.server === server) waiter.done(usable);
  }

  close(): void {
    for (const waiter of [...this.#waiting]) waiter.done(false);
  }
}
