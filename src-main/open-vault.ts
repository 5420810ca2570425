import { createReadPassphrase, type PassphraseSources } from './adapters/file-vault/passphrase.ts';
import { openFileVault } from './adapters/file-vault/vault.ts';
import { lookAtSecretService } from './adapters/keychain/look-at-secret-service.ts';
import { createKeychainVault } from './adapters/keychain/vault.ts';
import type { SpawnWorker } from './adapters/keychain/worker-process.ts';
import { createMemoryVault } from './adapters/memory-vault.ts';
import { ok, type Result } from './engine/model/result.ts';
import type { Clock, Logger, Vault } from './engine/ports.ts';

export type VaultKind = 'keychain' | 'file' | 'memory';

export interface OpenVaultOptions {
  readonly vault: VaultKind;
  /** For `file` only. */
  readonly passphrase?: PassphraseSources;
  readonly dataDir: string;
  readonly dataFolderId: string;
  readonly pidFile: string;
  readonly env: NodeJS.ProcessEnv;
  readonly spawnWorker: SpawnWorker;
  readonly logger: Logger;
  readonly clock: Clock;
}

export type OpenedVault = Vault & {
  /** Whether it can be used: the encrypted file's key is derived beside the start. Reads and writes wait for it. */
  readonly opened: Promise<Result<void>>;
  close(): Promise<void>;
};

const OPENED = Promise.resolve(ok(undefined));

/** Where the person wants logins kept. Only the encrypted file can fail: it needs its passphrase. */
export async function openVault(options: OpenVaultOptions): Promise<Result<OpenedVault>> {
  switch (options.vault) {
    case 'keychain':
      return ok({
        ...(await createKeychainVault({ ...options, ...keychainOf(process.platform, options.env) })),
        opened: OPENED,
      });
    case 'file':
      return openFileVault({ ...options, readPassphrase: createReadPassphrase(options.passphrase ?? {}) });
    case 'memory':
      return ok({ ...createMemoryVault(), opened: OPENED, close: async () => undefined });
  }
}

/** Only the Secret Service lets us see without a prompt that it is unlocked. */
function keychainOf(platform: NodeJS.Platform, env: NodeJS.ProcessEnv) {
  return platform === 'win32' || platform === 'darwin' ? {} : { look: () => lookAtSecretService(env) };
}
