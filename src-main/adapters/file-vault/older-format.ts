import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fail, ok, type Result } from '../../engine/model/result.ts';
import type { Secret } from '../../engine/model/secret.ts';
import type { Logger } from '../../engine/ports.ts';
import { deriveKeys } from './key-derivation.ts';
import { boundTo, parseSealedRecord, unseal } from './sealed-record.ts';

/** Version 0: one file in the data folder, sealed as a record is now; its text is a JSON object of all keys and values. */
const OLDER_FILE = 'vault.enc';

export function hasOlderFormat(dataDir: string): boolean {
  return existsSync(join(dataDir, OLDER_FILE));
}

/**
 * Everything that the older file holds; empty where there is none, or where it is torn and set aside. Fails with
 * `not-available` where it cannot be opened; nothing is changed then.
 */
export async function readOlderFormat(
  options: { readonly dataDir: string; readonly dataFolderId: string; readonly logger: Logger },
  { passphrase, isProven }: { readonly passphrase: Secret; readonly isProven: boolean },
): Promise<Result<ReadonlyMap<string, string>>> {
  const { dataDir, dataFolderId, logger } = options;
  const path = join(dataDir, OLDER_FILE);
  if (!existsSync(path)) return ok(new Map());
  const record = parseSealedRecord(await readFile(path, 'utf8'));
  if (record === undefined || record === 'newer') return setAside();
  const keys = await deriveKeys(passphrase, record.keyDerivation);
  const text = unseal(record, keys.record, boundTo(record.version, dataFolderId, OLDER_FILE));
  if (text === undefined) {
    if (isProven) return setAside();
    const detail = `The encrypted vault was not opened: the passphrase is wrong, or ${OLDER_FILE} is damaged. Nothing was changed.`;
    return fail({ code: 'not-available', detail });
  }
  const values: unknown = JSON.parse(text);
  const entries = typeof values === 'object' && values !== null ? Object.entries(values) : [];
  return ok(new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string')));

  async function setAside(): Promise<Result<ReadonlyMap<string, string>>> {
    const aside = `${path}.unreadable`;
    await rename(path, aside);
    logger.error('vault.record-set-aside', { detail: `${OLDER_FILE} is damaged and is kept as ${basename(aside)}` });
    return ok(new Map());
  }
}

/** Only after every record of it is in its own file: a crash before this begins again. */
export async function removeOlderFormat(dataDir: string): Promise<void> {
  await rm(join(dataDir, OLDER_FILE), { force: true });
}
