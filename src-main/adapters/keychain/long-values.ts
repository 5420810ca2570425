import type { VaultRead, VaultWrite } from '../../engine/ports.ts';
import type { Keychain } from './serve-keychain.ts';
import { createSplitValues, type Items } from './split-values.ts';

/**
 * A keychain whose items hold at most `maxBytes`, as one that takes values of any length. Its place is in the worker: a
 * long value is several writes, and whoever asked for them may be killed after the first.
 */
export function withLongValues(keychain: Keychain, maxBytes: number): Keychain {
  const valuesOf = (service: string): Items => createSplitValues(itemsOf(keychain, service), maxBytes);
  return {
    async getPassword(service, account) {
      const read = await valuesOf(service).get(account);
      if (read.kind === 'found') return read.value;
      throwRefusal(read);
      return null;
    },
    async setPassword(service, account, value) {
      throwRefusal(await valuesOf(service).set(account, value));
    },
    async deletePassword(service, account) {
      const wasThere = (await keychain.getPassword(service, account)) !== null;
      throwRefusal(await valuesOf(service).delete(account));
      return wasThere;
    },
  };
}

/** The keychain's own text, which the parent judges. */
function throwRefusal(answer: VaultRead | VaultWrite): void {
  if (answer.kind === 'unavailable') throw new Error(answer.detail);
}

function itemsOf(keychain: Keychain, service: string): Items {
  const refused = (error: unknown): { kind: 'unavailable'; detail: string } => ({
    kind: 'unavailable',
    detail: error instanceof Error ? error.message : String(error),
  });
  return {
    get: (key) =>
      keychain
        .getPassword(service, key)
        .then((value): VaultRead => (value === null ? { kind: 'absent' } : { kind: 'found', value }), refused),
    set: (key, value) => keychain.setPassword(service, key, value).then((): VaultWrite => ({ kind: 'done' }), refused),
    delete: (key) => keychain.deletePassword(service, key).then((): VaultWrite => ({ kind: 'done' }), refused),
  };
}
