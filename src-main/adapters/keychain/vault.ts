import type { Vault, VaultHealth, VaultRead, VaultWrite } from '../../engine/ports.ts';
import { createOrderedByKey } from '../ordered-by-key.ts';
import { createKeychain, type Keychain, type KeychainOptions } from './keychain.ts';
import type { Refusal } from './keychain-items.ts';
import type { SecretServiceLook } from './look-at-secret-service.ts';

export interface KeychainVaultOptions extends KeychainOptions {
  /** What can be seen without a prompt. Without it nobody but a person makes a locked keychain be asked again. */
  readonly look?: () => Promise<SecretServiceLook>;
}

export interface KeychainVault extends Vault {
  /** Waits for what was begun and lets the worker end. Nothing is stored after that. */
  close(): Promise<void>;
}

/**
 * The vault in the OS keychain: service "Gatehouse", account `<dataFolderId>/<key>`.
 *
 * Resolves after the first check: at once as a rule, after the call limit where a prompt is open, after up to 8 s where
 * the worker of a killed predecessor still writes. Where there is no keychain it keeps everything in memory
 * (`health()` tells) until a `retry()` finds one and moves it there. A locked keychain is asked again by `retry()`, and by
 * `retryQuietly()` once it is seen to be unlocked.
 */
export async function createKeychainVault(options: KeychainVaultOptions): Promise<KeychainVault> {
  const { logger } = options;
  const keychain = createKeychain(options);
  const inOrder = createOrderedByKey();
  const listeners = new Set<(health: VaultHealth) => void>();
  /** Only while there is no keychain; null marks a deletion, which the keychain has to hear of too. */
  const memory = new Map<string, string | null>();
  let retrying: Promise<VaultHealth> | undefined;

  const first = await keychain.check();
  let health: VaultHealth = first.kind === 'works' ? await workingHealth() : firstHealth(first);
  logger[health.kind === 'keychain' ? 'info' : 'warn']('vault.opened', describe(health));

  async function workingHealth(): Promise<VaultHealth> {
    if ((await options.look?.()) !== 'volatile') return { kind: 'keychain' };
    logger.warn('vault.volatile', { detail: 'the default collection is gone at the end of the session' });
    return { kind: 'keychain', isVolatile: true };
  }

  function become(next: VaultHealth): void {
    if (next.kind === health.kind) return;
    logger.info('vault.health-changed', { from: health.kind, to: next.kind });
    health = next;
    for (const listener of [...listeners]) listener(next);
  }

  /** Runs in the keychain, and notes where it turns out to be locked. */
  async function inKeychain<T extends VaultRead | VaultWrite>(use: () => Promise<T>): Promise<T> {
    const before = health;
    const answer = await use();
    // A late answer says nothing about a keychain that was opened meanwhile.
    if (answer.kind === 'locked' && health === before) become({ kind: 'locked' });
    return answer;
  }

  async function retryNow(): Promise<VaultHealth> {
    const check = await keychain.check();
    if (check.kind === 'works') {
      const working = await workingHealth();
      if (health.kind === 'memory') await moveToKeychain(memory, keychain, () => become(working));
      else become(working);
    } else if (check.kind === 'locked' && health.kind === 'keychain') {
      become({ kind: 'locked' });
    }
    // Unavailable after it was locked: it stays locked. Memory would answer "absent", which ends logins.
    return health;
  }

  function retry(): Promise<VaultHealth> {
    retrying ??= retryNow().finally(() => {
      retrying = undefined;
    });
    return retrying;
  }

  return {
    get: (key) =>
      inOrder(key, async () => {
        if (health.kind === 'locked') return { kind: 'locked' };
        if (health.kind === 'keychain') return inKeychain(() => keychain.get(key));
        const value = memory.get(key);
        return value === undefined || value === null ? { kind: 'absent' } : { kind: 'found', value };
      }),
    set: (key, value) => {
      // libsecret refuses an empty value and cuts one at a NUL, silently.
      if (value === '' || value.includes('\0')) throw new TypeError('a vault value must not be empty or contain a NUL');
      return inOrder(key, async () => {
        if (health.kind === 'locked') return { kind: 'locked' };
        if (health.kind === 'keychain') return inKeychain(() => keychain.set(key, value));
        memory.set(key, value);
        return { kind: 'done' };
      });
    },
    delete: (key) =>
      inOrder(key, async () => {
        if (health.kind === 'locked') return { kind: 'locked' };
        if (health.kind === 'keychain') return inKeychain(() => keychain.delete(key));
        memory.set(key, null);
        return { kind: 'done' };
      }),
    health: () => health,
    onHealth(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    retry,
    async retryQuietly() {
      if (health.kind === 'keychain') return health;
      const seen = await options.look?.();
      return seen === 'unlocked' || seen === 'volatile' ? retry() : health;
    },
    async close() {
      await inOrder.idle();
      await keychain.close();
    },
  };
}

function firstHealth(check: Refusal): VaultHealth {
  switch (check.kind) {
    case 'locked':
      return { kind: 'locked' };
    case 'unavailable':
      return { kind: 'memory', why: 'no-keychain', detail: check.detail };
  }
}

function describe(health: VaultHealth): { to: string; detail?: string } {
  return health.kind === 'memory' && health.detail ? { to: health.kind, detail: health.detail } : { to: health.kind };
}

/** `onMoved` is called in the moment when the keychain has everything, also what was written while this went on. */
async function moveToKeychain(
  memory: Map<string, string | null>,
  keychain: Keychain,
  onMoved: () => void,
): Promise<void> {
  const moved = new Map<string, string | null>();
  for (;;) {
    const next = [...memory].find(([key, value]) => !moved.has(key) || moved.get(key) !== value);
    if (!next) {
      memory.clear();
      onMoved();
      return;
    }
    const [key, value] = next;
    const answer = value === null ? await keychain.delete(key) : await keychain.set(key, value);
    if (answer.kind !== 'done') return;
    moved.set(key, value);
  }
}
