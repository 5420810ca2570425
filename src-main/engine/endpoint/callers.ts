import { createHash } from 'node:crypto';
import type { EpochMs } from '../model/ids.ts';
import { fail, ok, type Result } from '../model/result.ts';
import type { Clock, Random, Stored } from '../ports.ts';

export interface StoredCaller {
  readonly name: string;
  /** SHA-256 of the key, hex. The key itself is shown once and kept nowhere. */
  readonly keyHash: string;
  readonly createdAt: EpochMs;
}

export interface CallerInfo {
  readonly name: string;
  readonly createdAt: EpochMs;
  readonly lastUsedAt?: EpochMs;
}

const KEY_BYTES = 32;

/** Who may call us: names and the hashes of their keys. */
export class Callers {
  readonly #file: Stored<readonly StoredCaller[]>;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #byHash = new Map<string, string>();
  readonly #lastUsedAt = new Map<string, EpochMs>();

  constructor(file: Stored<readonly StoredCaller[]>, clock: Clock, random: Random) {
    this.#file = file;
    this.#clock = clock;
    this.#random = random;
    for (const caller of file.value) this.#byHash.set(caller.keyHash, caller.name);
  }

  get count(): number {
    return this.#file.value.length;
  }

  list(): readonly CallerInfo[] {
    return this.#file.value.map(({ name, createdAt }) => {
      const lastUsedAt = this.#lastUsedAt.get(name);
      return { name, createdAt, ...(lastUsedAt === undefined ? {} : { lastUsedAt }) };
    });
  }

  /** The caller of this key. A hash is looked up, so that no comparison tells how much of a key was right. */
  find(key: string): string | undefined {
    const name = this.#byHash.get(hashOf(key));
    if (name !== undefined) this.#lastUsedAt.set(name, this.#clock.now());
    return name;
  }

  /** The answer holds the key, which cannot be had a second time. */
  async add(name: string): Promise<Result<{ name: string; key: string }>> {
    if (this.#file.value.some((caller) => caller.name === name)) return fail({ code: 'name-taken', name });
    const key = `gate_${this.#random.token(KEY_BYTES)}`;
    const caller = { name, keyHash: hashOf(key), createdAt: this.#clock.now() };
    const saved = await this.#file.save([...this.#file.value, caller]);
    if (!saved.ok) return saved;
    this.#byHash.set(caller.keyHash, name);
    return ok({ name, key });
  }

  async remove(name: string): Promise<Result<void>> {
    const gone = this.#file.value.find((caller) => caller.name === name);
    if (!gone) {
      return fail({ code: 'unknown-caller', caller: name, known: this.#file.value.map((caller) => caller.name) });
    }
    this.#byHash.delete(gone.keyHash);
    this.#lastUsedAt.delete(name);
    return this.#file.save(this.#file.value.filter((caller) => caller !== gone));
  }
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
