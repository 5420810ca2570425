import type { Vault } from '../../src-main/engine/ports.ts';
import { createTestVault, type TestVault } from '../fakes/memory-vault.ts';

/** A real vault as a story wants it: counts what is asked, and knows every value for the search after secrets. */
export function watched(vault: Vault): TestVault {
  const values = new Map<string, string>();
  let reads = 0;
  let writes = 0;
  return {
    ...createTestVault(),
    values,
    get reads() {
      return reads;
    },
    get writes() {
      return writes;
    },
    get(key) {
      reads += 1;
      return vault.get(key);
    },
    set(key, value) {
      writes += 1;
      values.set(key, value);
      return vault.set(key, value);
    },
    delete(key) {
      values.delete(key);
      return vault.delete(key);
    },
    health: () => vault.health(),
    onHealth: (listener) => vault.onHealth(listener),
    retry: () => vault.retry(),
    retryQuietly: () => vault.retryQuietly(),
  };
}
