/** Who wants to hear that something changed. */
export class Listeners {
  readonly #listeners = new Set<() => void>();

  /** Answers what takes it away again. */
  readonly add = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
