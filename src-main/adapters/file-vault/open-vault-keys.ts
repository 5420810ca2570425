import { fail, ok, type Result } from '../../engine/model/result.ts';
import type { Secret } from '../../engine/model/secret.ts';
import { deriveKeys, isSameDerivation, newKeyDerivation, type VaultKeys } from './key-derivation.ts';
import type { ReadPassphrase } from './passphrase.ts';
import type { RecordFiles } from './record-files.ts';
import { boundTo, parseSealedRecord, RECORD_VERSION, type SealedRecord, seal, unseal } from './sealed-record.ts';

/** Opens with the right passphrase only: it tells a wrong one from a damaged record. */
export const CHECK_FILE = 'vault.json';
const CHECK_TEXT = 'this passphrase opens this vault';

export interface OpenedKeys {
  readonly keys: VaultKeys;
  readonly passphrase: Secret;
  /** It opened something that was there before. */
  readonly isProven: boolean;
  /** What a right passphrase may still have to write: the check file of a new vault, or one that was lost. */
  complete(): Promise<void>;
}

export interface KeyOptions {
  readonly files: RecordFiles;
  readonly dataFolderId: string;
  readonly readPassphrase: ReadPassphrase;
  /** A vault of the older format is there. */
  readonly hasOlder: boolean;
  readonly cost?: number;
}

/** Proves the passphrase, which takes as long as scrypt, before anything is written. */
export type ProveKeys = () => Promise<Result<OpenedKeys>>;

/**
 * Asks for the passphrase. Fails with `not-available` (a newer format) or with what the asking failed with; the proof
 * fails with `not-available` (wrong passphrase). Nothing is changed then.
 */
export async function askForVaultKeys(options: KeyOptions): Promise<Result<ProveKeys>> {
  const { files, readPassphrase } = options;
  const text = await files.read(CHECK_FILE);
  const check = text === undefined ? undefined : parseSealedRecord(text);
  if (check === 'newer') return refuse('it was written by a newer Gatehouse');
  const records = check ? [] : await readableRecords(files);
  const isNew = text === undefined && records.length === 0 && !options.hasOlder;

  const asked = await readPassphrase(isNew);
  if (!asked.ok) return asked;
  return ok(() => proveKeys(options, asked.value, { text, check, records }));
}

/** What is there for a passphrase to open. */
interface Proofs {
  /** The check file, and what could be read of it. */
  readonly text: string | undefined;
  readonly check: SealedRecord | undefined;
  readonly records: readonly NamedRecord[];
}

async function proveKeys(
  { files, dataFolderId, cost }: KeyOptions,
  passphrase: Secret,
  { text, check, records }: Proofs,
): Promise<Result<OpenedKeys>> {
  const found = check
    ? await tryOn([{ name: CHECK_FILE, record: check }], passphrase, dataFolderId)
    : await tryOn(records, passphrase, dataFolderId);
  if (found)
    return ok({
      keys: found,
      passphrase,
      isProven: true,
      complete: async () => (check ? undefined : writeCheck(found)),
    });
  if (check || records.length > 0) return refuse('the passphrase is wrong. Nothing was changed');
  const keys = await deriveKeys(passphrase, newKeyDerivation(cost));
  return ok({ keys, passphrase, isProven: false, complete: () => writeCheck(keys) });

  async function writeCheck(own: VaultKeys): Promise<void> {
    if (text !== undefined) await files.setAside(CHECK_FILE, 'could not be read');
    const bound = boundTo(RECORD_VERSION, dataFolderId, CHECK_FILE);
    await files.write(CHECK_FILE, seal(CHECK_TEXT, { key: own.record, keyDerivation: own.keyDerivation, bound }));
  }
}

interface NamedRecord {
  readonly name: string;
  readonly record: SealedRecord;
}

/** Each record bears what its key is derived from, so that a lost check file loses nothing. */
async function readableRecords(files: RecordFiles): Promise<NamedRecord[]> {
  const found: NamedRecord[] = [];
  for (const name of await files.records()) {
    const record = parseSealedRecord((await files.read(name)) ?? '');
    if (record !== undefined && record !== 'newer') found.push({ name, record });
  }
  return found;
}

async function tryOn(
  records: readonly NamedRecord[],
  passphrase: Secret,
  dataFolderId: string,
): Promise<VaultKeys | undefined> {
  let keys: VaultKeys | undefined;
  for (const { name, record } of records) {
    if (!keys || !isSameDerivation(keys.keyDerivation, record.keyDerivation)) {
      keys = await deriveKeys(passphrase, record.keyDerivation);
    }
    if (unseal(record, keys.record, boundTo(record.version, dataFolderId, name)) !== undefined) return keys;
  }
  return undefined;
}

function refuse(detail: string): Result<never> {
  return fail({ code: 'not-available', detail: `The encrypted vault was not opened: ${detail}.` });
}
