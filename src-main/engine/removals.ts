import type { EpochMs, ServerName } from './model/ids.ts';
import type { Clock, Dispose } from './ports.ts';

/** Long enough for who is slow with a keyboard or listens to a screen reader. @see WCAG 2.2 success criterion 2.2.1 */
export const UNDO_MS = 20_000;

interface RemovalsDeps {
  readonly clock: Clock;
  /** From now on no call goes through. Answers what lets them through again. */
  hold(server: ServerName): Dispose;
  /** Revokes, erases, and writes the configuration. */
  remove(server: ServerName): Promise<unknown>;
  onChange(server: ServerName): void;
}

/**
 * Removals that a person can take back for a while. Nothing is revoked or written before that is over, so a program that
 * is killed meanwhile has removed nothing; one that is ended in order does what the person wanted.
 */
export class Removals {
  readonly #deps: RemovalsDeps;
  readonly #pending = new Map<ServerName, { at: EpochMs; cancel: Dispose; release: Dispose }>();

  constructor(deps: RemovalsDeps) {
    this.#deps = deps;
  }

  /** When a server goes for good; undefined where it stays. */
  at(server: ServerName): EpochMs | undefined {
    return this.#pending.get(server)?.at;
  }

  begin(server: ServerName): void {
    if (this.#pending.has(server)) return;
    const { clock, hold } = this.#deps;
    const at = clock.now() + UNDO_MS;
    const cancel = clock.setAlarm(at, () => void this.#finish(server));
    this.#pending.set(server, { at, cancel, release: hold(server) });
    this.#deps.onChange(server);
  }

  /** False where it is too late, or was never begun. */
  undo(server: ServerName): boolean {
    const pending = this.#pending.get(server);
    if (!pending) return false;
    this.forget(server);
    pending.release();
    this.#deps.onChange(server);
    return true;
  }

  /** The server is gone, or is removed by other means. */
  forget(server: ServerName): void {
    this.#pending.get(server)?.cancel();
    this.#pending.delete(server);
  }

  /** What was asked for is done, before the program ends. */
  async finish(): Promise<void> {
    await Promise.all([...this.#pending.keys()].map((server) => this.#finish(server)));
  }

  async #finish(server: ServerName): Promise<void> {
    this.forget(server);
    await this.#deps.remove(server);
  }
}
