import { join } from 'node:path';
import { fail, ok, type Result } from '../../engine/model/result.ts';
import type { Logger, Vault, VaultHealth, VaultRead, VaultWrite } from '../../engine/ports.ts';
import { createOrderedByKey } from '../ordered-by-key.ts';
import { isSameDerivation, type VaultKeys } from './key-derivation.ts';
import { hasOlderFormat, readOlderFormat, removeOlderFormat } from './older-format.ts';
import { askForVaultKeys, CHECK_FILE, type ProveKeys } from './open-vault-keys.ts';
import type { ReadPassphrase } from './passphrase.ts';
import { openRecordFiles, type RecordFiles } from './record-files.ts';
import { boundTo, parseSealedRecord, RECORD_VERSION, seal, unseal } from './sealed-record.ts';

const FOLDER = 'vault';
const HEALTH: VaultHealth = { kind: 'file' };

export interface FileVaultOptions {
  readonly dataDir: string;
  readonly dataFolderId: string;
  readonly readPassphrase: ReadPassphrase;
  readonly logger: Logger;
  /** scrypt's N for a new vault; for tests. */
  readonly cost?: number;
}

export interface FileVault extends Vault {
  /**
   * Whether the passphrase was right. Reads and writes wait for it, and are `unavailable` where it was not. Fails with
   * `not-available` (wrong passphrase, a folder that cannot be used); the vault is then unchanged.
   */
  readonly opened: Promise<Result<void>>;
  /** Waits for what was begun. */
  close(): Promise<void>;
}

/**
 * `--vault file`: one encrypted file for each record in `<data folder>/vault`, AES-256-GCM under a key from a passphrase
 * (scrypt). What is torn or foreign is set aside and harms no other record. An old copy of a record, put back in its
 * own place, is not noticed.
 *
 * Resolves when the passphrase is known; its key is derived meanwhile. Fails with `not-available` (newer format, a
 * folder that cannot be used) or `invalid-input`; the vault is then unchanged.
 */
export async function openFileVault(options: FileVaultOptions): Promise<Result<FileVault>> {
  const { dataDir, logger } = options;
  try {
    const files = await openRecordFiles(join(dataDir, FOLDER), logger);
    const asked = await askForVaultKeys({ ...options, files, hasOlder: hasOlderFormat(dataDir) });
    if (!asked.ok) return asked;
    const opening = openRecords(options, files, asked.value).catch((error: unknown) => unavailable(reason(error)));
    return ok(whenOpen(opening));
  } catch (error) {
    return unavailable(reason(error));
  }
}

type Records = Pick<Vault, 'get' | 'set' | 'delete'>;

async function openRecords(options: FileVaultOptions, files: RecordFiles, prove: ProveKeys): Promise<Result<Records>> {
  const { dataDir, dataFolderId, logger } = options;
  const opened = await prove();
  if (!opened.ok) return opened;
  const older = await readOlderFormat(options, opened.value);
  if (!older.ok) return older;
  await files.sweep();
  await opened.value.complete();
  const records = createRecords(files, opened.value.keys, dataFolderId);
  if (hasOlderFormat(dataDir)) {
    const failed = await moveInto(records, older.value);
    if (failed !== undefined) return unavailable(failed);
    await removeOlderFormat(dataDir);
    logger.info('vault.migrated', { from: 'version 0', to: `version ${RECORD_VERSION}`, count: older.value.size });
  }
  logger.info('vault.opened', { to: HEALTH.kind });
  return ok(records);
}

/** A key is derived for a part of a second: nobody but a read or a write waits for it. */
function whenOpen(opening: Promise<Result<Records>>): FileVault {
  const inOrder = createOrderedByKey();
  function within<T>(key: string, use: (records: Records) => Promise<T>) {
    return inOrder(key, async (): Promise<T | Unavailable> => {
      const opened = await opening;
      return opened.ok ? use(opened.value) : { kind: 'unavailable', detail: 'the encrypted vault was not opened' };
    });
  }
  return {
    get: (key) => within(key, (records) => records.get(key)),
    set: (key, value) => within(key, (records) => records.set(key, value)),
    delete: (key) => within(key, (records) => records.delete(key)),
    health: () => HEALTH,
    onHealth: () => () => undefined,
    retry: async () => HEALTH,
    retryQuietly: async () => HEALTH,
    opened: opening.then((result) => (result.ok ? ok(undefined) : result)),
    close: async () => {
      await opening;
      await inOrder.idle();
    },
  };
}

interface Unavailable {
  readonly kind: 'unavailable';
  readonly detail: string;
}

async function moveInto(vault: Records, values: ReadonlyMap<string, string>): Promise<string | undefined> {
  for (const [key, value] of values) {
    const written = await vault.set(key, value);
    if (written.kind === 'unavailable') return written.detail;
  }
  return undefined;
}

/** The order of what is done to one key is the caller's affair. */
function createRecords(files: RecordFiles, keys: VaultKeys, dataFolderId: string): Records {
  const { record: key, keyDerivation } = keys;

  async function read(name: string): Promise<VaultRead> {
    const text = await files.read(name);
    if (text === undefined) {
      // A folder that is not there (unmounted, moved) says nothing about a login.
      if ((await files.read(CHECK_FILE)) !== undefined) return { kind: 'absent' };
      return { kind: 'unavailable', detail: `${files.dir} is gone` };
    }
    const record = parseSealedRecord(text);
    if (record === 'newer') return { kind: 'unavailable', detail: `${name} was written by a newer Gatehouse` };
    if (!record) {
      await files.setAside(name, 'is torn');
      return { kind: 'absent' };
    }
    const value = isSameDerivation(record.keyDerivation, keyDerivation)
      ? unseal(record, key, boundTo(record.version, dataFolderId, name))
      : undefined;
    if (value !== undefined) return { kind: 'found', value };
    await files.setAside(name, 'is damaged, or belongs elsewhere,');
    return { kind: 'absent' };
  }

  function write(work: () => Promise<void>): Promise<VaultWrite> {
    return work().then(
      (): VaultWrite => ({ kind: 'done' }),
      (error: unknown): VaultWrite => ({ kind: 'unavailable', detail: reason(error) }),
    );
  }

  return {
    get: (recordKey) =>
      read(keys.fileName(recordKey)).catch(
        (error: unknown): VaultRead => ({ kind: 'unavailable', detail: reason(error) }),
      ),
    set: (recordKey, value) => {
      const name = keys.fileName(recordKey);
      const bound = boundTo(RECORD_VERSION, dataFolderId, name);
      return write(() => files.write(name, seal(value, { key, keyDerivation, bound })));
    },
    delete: (recordKey) => write(() => files.erase(keys.fileName(recordKey))),
  };
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function unavailable(detail: string): Result<never> {
  return fail({ code: 'not-available', detail: `The encrypted vault cannot be used: ${detail}.` });
}
