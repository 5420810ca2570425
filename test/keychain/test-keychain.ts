import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createKeychainVault, type KeychainVault } from '../../src-main/adapters/keychain/vault.ts';
import { forkWorker, type SpawnWorker } from '../../src-main/adapters/keychain/worker-process.ts';
import type { Logger } from '../../src-main/engine/ports.ts';

const REAL_WORKER = fileURLToPath(new URL('../../src-main/adapters/keychain/worker.ts', import.meta.url));
const FILE_WORKER = fileURLToPath(new URL('./file-keychain-worker.ts', import.meta.url));
const TSX = ['--import', import.meta.resolve('tsx')];

export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** The worker that talks to the OS keychain, from its source. */
export function realWorker(env?: NodeJS.ProcessEnv): SpawnWorker {
  return forkWorker(REAL_WORKER, env ? { execArgv: TSX, env } : { execArgv: TSX });
}

/** The same worker with a folder of files as its keychain; see `file-keychain-worker.ts` for what the files do. */
export function fileWorker(folder: string, ...maxItemBytes: string[]): SpawnWorker {
  return forkWorker(FILE_WORKER, { execArgv: TSX, args: [folder, ...maxItemBytes] });
}

export type TestVaultOptions = Partial<Parameters<typeof createKeychainVault>[0]> & { readonly pidFile: string };

export function openTestVault(options: TestVaultOptions): Promise<KeychainVault> {
  return createKeychainVault({
    spawnWorker: realWorker(),
    dataFolderId: 'folder-1',
    logger: silentLogger,
    clock: { monotonicMs: () => performance.now() },
    ...options,
  });
}

export interface VaultFixture {
  readonly dir: string;
  readonly pidFile: string;
  open(options?: Partial<TestVaultOptions>): Promise<KeychainVault>;
  /** Closes every vault that was opened, and removes the folder. */
  dispose(): Promise<void>;
}

export function createVaultFixture(): VaultFixture {
  const dir = mkdtempSync(join(tmpdir(), 'gatehouse-vault-'));
  const pidFile = join(dir, 'keychain-worker.json');
  const opened: KeychainVault[] = [];
  return {
    dir,
    pidFile,
    async open(options = {}) {
      const vault = await openTestVault({ pidFile, ...options });
      opened.push(vault);
      return vault;
    },
    async dispose() {
      for (const vault of opened) await vault.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
