import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createReadPassphrase } from '../../src-main/adapters/file-vault/passphrase.ts';
import { type FileVault, openFileVault } from '../../src-main/adapters/file-vault/vault.ts';
import type { Problem } from '../../src-main/engine/model/problem.ts';
import { Secret } from '../../src-main/engine/model/secret.ts';
import { createRecordingLogger, type RecordingLogger } from '../fakes/recording-logger.ts';

export const PASSPHRASE = 'correct horse battery';
/** Weak on purpose: tests open many vaults. */
export const QUICK_COST = 2 ** 10;

export interface FileVaultFixture {
  readonly dataDir: string;
  readonly vaultDir: string;
  readonly logger: RecordingLogger;
  tryOpen(options?: { passphrase?: string; dataFolderId?: string }): Promise<FileVault | Problem>;
  open(options?: { passphrase?: string; dataFolderId?: string }): Promise<FileVault>;
  /** Names and contents below the data folder. */
  files(): Record<string, string>;
  /** The record files, without what was set aside. */
  records(): string[];
  dispose(): void;
}

export function createFileVaultFixture(): FileVaultFixture {
  const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-file-vault-'));
  const vaultDir = join(dataDir, 'vault');
  const logger = createRecordingLogger();
  const fixture: FileVaultFixture = {
    dataDir,
    vaultDir,
    logger,
    async tryOpen({ passphrase = PASSPHRASE, dataFolderId = 'folder-1' } = {}) {
      const readPassphrase = createReadPassphrase({ given: new Secret(passphrase) });
      const opened = await openFileVault({ dataDir, dataFolderId, readPassphrase, logger, cost: QUICK_COST });
      if (!opened.ok) return opened.problem;
      const proven = await opened.value.opened;
      return proven.ok ? opened.value : proven.problem;
    },
    async open(options) {
      const vault = await fixture.tryOpen(options);
      if ('code' in vault) throw new Error(JSON.stringify(vault));
      return vault;
    },
    files() {
      const found = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      return Object.fromEntries(
        found.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), 'utf8')]),
      );
    },
    records: () => readdirSync(vaultDir).filter((name) => /^[0-9a-f]{32}\.json$/.test(name)),
    dispose: () => rmSync(dataDir, { recursive: true, force: true }),
  };
  return fixture;
}
