import { hash } from 'node:crypto';
import {
  type Access,
  accessUnder,
  type CallerLimit,
  changedLimit,
  type LimitChange,
  patternMistake,
  patternsOfNobody,
} from '../model/caller-limit.ts';
import type { EpochMs, ServerName } from '../model/ids.ts';
import type { Problem } from '../model/problem.ts';
import { fail, ok, type Result } from '../model/result.ts';
import type { Clock, Random, Stored } from '../ports.ts';

export interface StoredCaller {
  readonly name: string;
  /** SHA-256 of the key, hex. The key itself is shown once and kept nowhere. */
  readonly keyHash: string;
  readonly createdAt: EpochMs;
  /** Left out for a key that may use everything. */
  readonly limit?: CallerLimit | undefined;
}

export interface CallerInfo {
  readonly name: string;
  readonly createdAt: EpochMs;
  readonly limit?: CallerLimit;
  readonly lastUsedAt?: EpochMs;
}

/** What became of a limit that was asked for. */
export interface LimitSet {
  readonly limit?: CallerLimit;
  /** Patterns that name no server that is there. */
  readonly unknown: readonly string[];
}

const KEY_BYTES = 32;

/** Of a caller that is gone, and of bridges that are nobody in particular. */
const NOTHING = accessUnder({ allow: [], deny: [], readOnly: false });
const EVERYTHING = accessUnder(undefined);

/** Who speaks through `gatehouse stdio` and is nobody in particular. */
export const BRIDGE_CALLER = 'stdio';

/** More bridges than run at once; the oldest key goes, and a bridge that still has it asks for another. */
const LENT_AT_MOST = 500;

/** Who may call us: names and the hashes of their keys. */
export class Callers {
  readonly #file: Stored<readonly StoredCaller[]>;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #byHash = new Map<string, string>();
  /** Keys of bridges: they live as long as this program and are stored nowhere. */
  readonly #lent = new Map<string, string>();
  readonly #lastUsedAt = new Map<string, EpochMs>();
  readonly #access = new Map<string, Access>();

  constructor(file: Stored<readonly StoredCaller[]>, clock: Clock, random: Random) {
    this.#file = file;
    this.#clock = clock;
    this.#random = random;
    for (const caller of file.value) {
      this.#byHash.set(caller.keyHash, caller.name);
      this.#access.set(caller.name, accessUnder(caller.limit));
    }
  }

  get count(): number {
    return this.#file.value.length;
  }

  list(): readonly CallerInfo[] {
    return this.#file.value.map(({ name, createdAt, limit }) => {
      const lastUsedAt = this.#lastUsedAt.get(name);
      return { name, createdAt, ...(limit ? { limit } : {}), ...(lastUsedAt === undefined ? {} : { lastUsedAt }) };
    });
  }

  /** The caller of this key. A hash is looked up, so that no comparison tells how much of a key was right. */
  find(key: string): string | undefined {
    const keyHash = hashOf(key);
    const name = this.#byHash.get(keyHash) ?? this.#lent.get(keyHash);
    if (name !== undefined) this.#lastUsedAt.set(name, this.#clock.now());
    return name;
  }

  /** What a caller may use now; the same object until that changes. */
  accessOf(name: string): Access {
    return this.#access.get(name) ?? (name === BRIDGE_CALLER ? EVERYTHING : NOTHING);
  }

  /**
   * The answer holds the key, which cannot be had a second time.
   *
   * @param wanted undefined: everything
   * @param servers that are there now
   */
  async add(
    name: string,
    wanted: LimitChange | undefined,
    servers: readonly ServerName[],
  ): Promise<Result<LimitSet & { name: string; key: string }>> {
    if (this.#file.value.some((caller) => caller.name === name)) return fail({ code: 'name-taken', name });
    const set = limitAfter(undefined, wanted, servers);
    if (!set.ok) return set;
    const { limit } = set.value;
    const key = `gate_${this.#random.token(KEY_BYTES)}`;
    const caller = { name, keyHash: hashOf(key), createdAt: this.#clock.now(), ...(limit ? { limit } : {}) };
    const saved = await this.#file.save([...this.#file.value, caller]);
    if (!saved.ok) return saved;
    this.#byHash.set(caller.keyHash, name);
    this.#access.set(name, accessUnder(limit));
    return ok({ name, key, ...set.value });
  }

  /** @param wanted undefined takes the limit away */
  async limit(
    name: string,
    wanted: LimitChange | undefined,
    servers: readonly ServerName[],
  ): Promise<Result<LimitSet & CallerInfo>> {
    const found = this.#file.value.find((caller) => caller.name === name);
    if (!found) return fail(this.#unknown(name));
    const set = limitAfter(found.limit, wanted, servers);
    if (!set.ok) return set;
    const { limit } = set.value;
    const { limit: _before, ...caller } = found;
    const changed = { ...caller, ...(limit ? { limit } : {}) };
    const saved = await this.#file.save(this.#file.value.map((other) => (other.name === name ? changed : other)));
    if (!saved.ok) return saved;
    this.#access.set(name, accessUnder(limit));
    return ok({ name, createdAt: caller.createdAt, ...set.value });
  }

  /** A key for a bridge of this machine's owner: as one of the callers, or as none of them. */
  lend(name?: string): Result<{ name: string; key: string }> {
    if (name !== undefined && !this.#file.value.some((caller) => caller.name === name))
      return fail(this.#unknown(name));
    const key = `gate_${this.#random.token(KEY_BYTES)}`;
    this.#lent.set(hashOf(key), name ?? BRIDGE_CALLER);
    for (const oldest of this.#lent.keys()) {
      if (this.#lent.size <= LENT_AT_MOST) break;
      this.#lent.delete(oldest);
    }
    return ok({ name: name ?? BRIDGE_CALLER, key });
  }

  async remove(name: string): Promise<Result<void>> {
    const gone = this.#file.value.find((caller) => caller.name === name);
    if (!gone) return fail(this.#unknown(name));
    const saved = await this.#file.save(this.#file.value.filter((caller) => caller !== gone));
    if (!saved.ok) return saved;
    this.#byHash.delete(gone.keyHash);
    for (const [hash, owner] of this.#lent) if (owner === name) this.#lent.delete(hash);
    this.#lastUsedAt.delete(name);
    this.#access.delete(name);
    return saved;
  }

  #unknown(caller: string): Problem {
    return { code: 'unknown-caller', caller, known: this.#file.value.map(({ name }) => name) };
  }
}

function limitAfter(
  before: CallerLimit | undefined,
  wanted: LimitChange | undefined,
  servers: readonly ServerName[],
): Result<LimitSet> {
  if (!wanted) return ok({ unknown: [] });
  const named = [...(wanted.allow ?? []), ...(wanted.deny ?? [])];
  const [mistake] = named.map(patternMistake).filter((found) => found !== undefined);
  if (mistake !== undefined) return fail({ code: 'invalid-input', ...mistake });
  return ok({ limit: changedLimit(before, wanted, servers), unknown: patternsOfNobody(named, servers) });
}

function hashOf(key: string): string {
  return hash('sha256', key, 'hex');
}
