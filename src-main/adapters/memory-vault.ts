import type { Vault } from '../engine/ports.ts';

/** `--vault memory`: nothing outlives the process. */
export function createMemoryVault(): Vault {
  const values = new Map<string, string>();
  return {
    async get(key) {
      const value = values.get(key);
      return value === undefined ? { kind: 'absent' } : { kind: 'found', value };
    },
    async set(key, value) {
      values.set(key, value);
      return { kind: 'done' };
    },
    async delete(key) {
      values.delete(key);
      return { kind: 'done' };
    },
    health: () => ({ kind: 'memory', why: 'chosen' }),
    onHealth: () => () => undefined,
    retry: async () => ({ kind: 'memory', why: 'chosen' }),
    retryQuietly: async () => ({ kind: 'memory', why: 'chosen' }),
  };
}
