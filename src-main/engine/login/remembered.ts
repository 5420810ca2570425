/** The last so many, for whoever asks after the end; the oldest are forgotten. */
export class Remembered<Key, Value> {
  readonly #values = new Map<Key, Value>();
  readonly #atMost: number;

  constructor(atMost: number) {
    this.#atMost = atMost;
  }

  get(key: Key): Value | undefined {
    return this.#values.get(key);
  }

  set(key: Key, value: Value): void {
    this.#values.set(key, value);
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= this.#atMost) break;
      this.#values.delete(oldest);
    }
  }
}
