const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/**
 * Wraps every token, code, verifier and client secret. It prints and serialises as `[secret]`; only `reveal()` gives
 * the value, and only the vault record and the request that needs it call that.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  equals(other: Secret | undefined): boolean {
    return other !== undefined && other.#value === this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [INSPECT](): string {
    return '[secret]';
  }
}
