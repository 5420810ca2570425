import type { EpochMs, ServerName } from '../model/ids.ts';
import type { Clock, Dispose } from '../ports.ts';

/** A thousand calls a second are told once in it. */
const TOLD_EVERY_MS = 1000;

export interface CallCount {
  readonly calls: number;
  readonly lastCallAt: EpochMs;
}

export interface CallerCount extends CallCount {
  readonly caller: string;
}

/** How many calls came for each server since the start, and when the last one did. */
export class CallCounts {
  readonly #clock: Clock;
  readonly #onChange: (server: ServerName) => void;
  readonly #counts = new Map<ServerName, { calls: number; lastCallAt: EpochMs; cancel: Dispose | undefined }>();
  /** As many callers as there are keys. */
  readonly #byCaller = new Map<ServerName, Map<string, CallerCount>>();

  /** @param onChange at most once a second for each server, with the newest count to be asked for */
  constructor(clock: Clock, onChange: (server: ServerName) => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  count(server: ServerName, caller: string): void {
    const now = this.#clock.now();
    const callers = this.#byCaller.get(server) ?? new Map<string, CallerCount>();
    this.#byCaller.set(server, callers);
    callers.set(caller, { caller, calls: (callers.get(caller)?.calls ?? 0) + 1, lastCallAt: now });
    const count = this.#counts.get(server) ?? { calls: 0, lastCallAt: now, cancel: undefined };
    count.calls += 1;
    count.lastCallAt = now;
    this.#counts.set(server, count);
    count.cancel ??= this.#clock.setAlarm(now + TOLD_EVERY_MS, () => {
      count.cancel = undefined;
      this.#onChange(server);
    });
  }

  of(server: ServerName): CallCount | undefined {
    const count = this.#counts.get(server);
    return count && { calls: count.calls, lastCallAt: count.lastCallAt };
  }

  /** Who called it since the start, the last one first. */
  callersOf(server: ServerName): readonly CallerCount[] {
    return [...(this.#byCaller.get(server)?.values() ?? [])].sort((one, other) => other.lastCallAt - one.lastCallAt);
  }

  forget(server: ServerName): void {
    this.#byCaller.delete(server);
    this.#counts.get(server)?.cancel?.();
    this.#counts.delete(server);
  }

  stop(): void {
    for (const { cancel } of this.#counts.values()) cancel?.();
  }
}
