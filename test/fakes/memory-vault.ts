import type { Vault, VaultHealth } from '../../src-main/engine/ports.ts';

export interface TestVault extends Vault {
  /** What is stored now; tests may look and write. */
  readonly values: Map<string, string>;
  /** How often `get` asked the store. */
  readonly reads: number;
  readonly writes: number;
  /** The next `set` answers `unavailable` and stores nothing. */
  failNextWrite(detail?: string): void;
  /** Answers `locked` to everything, until `unlock()` and then a `retry()`, as the keychain vault does. */
  lock(): void;
  /** A person unlocks it elsewhere. `seen: false`: where that cannot be seen without a prompt, only a click heals. */
  unlock(how?: { readonly seen: boolean }): void;
  /** Writes and deletions wait until the returned function is called. */
  holdWrites(): () => void;
}

/** A vault in memory with verbs for what a keychain does to people. */
export function createTestVault(initial: Readonly<Record<string, string>> = {}): TestVault {
  const values = new Map(Object.entries(initial));
  const listeners = new Set<(health: VaultHealth) => void>();
  const working = { kind: 'keychain' } as const;
  let health: VaultHealth = working;
  let canBeRead = true;
  let isSeen = true;
  let reads = 0;
  let writes = 0;
  let nextFailure: string | undefined;
  let held = Promise.resolve();

  function become(next: VaultHealth): void {
    if (next.kind === health.kind) return;
    health = next;
    for (const listener of [...listeners]) listener(next);
  }

  return {
    values,
    get reads() {
      return reads;
    },
    get writes() {
      return writes;
    },
    async get(key) {
      if (health.kind === 'locked') return { kind: 'locked' };
      reads += 1;
      const value = values.get(key);
      return value === undefined ? { kind: 'absent' } : { kind: 'found', value };
    },
    async set(key, value) {
      await held;
      if (health.kind === 'locked') return { kind: 'locked' };
      if (nextFailure !== undefined) {
        const detail = nextFailure;
        nextFailure = undefined;
        return { kind: 'unavailable', detail };
      }
      writes += 1;
      values.set(key, value);
      return { kind: 'done' };
    },
    async delete(key) {
      await held;
      if (health.kind === 'locked') return { kind: 'locked' };
      values.delete(key);
      return { kind: 'done' };
    },
    health: () => health,
    onHealth(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async retry() {
      become(canBeRead ? working : { kind: 'locked' });
      return health;
    },
    async retryQuietly() {
      return isSeen ? this.retry() : health;
    },
    failNextWrite(detail = 'the keychain does not answer') {
      nextFailure = detail;
    },
    lock() {
      canBeRead = false;
      become({ kind: 'locked' });
    },
    unlock({ seen } = { seen: true }) {
      canBeRead = true;
      isSeen = seen;
    },
    holdWrites() {
      let release: () => void = () => undefined;
      held = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
  };
}
