import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type KeyDerivation, parseKeyDerivation } from './key-derivation.ts';

/** The version that is written. 0 was one file with everything (`older-format.ts`). */
export const RECORD_VERSION = 1;

const FORMAT = 'gatehouse-vault';
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What stands in a record's file: everything but the passphrase that is needed to open it. */
export interface SealedRecord {
  readonly version: number;
  readonly keyDerivation: KeyDerivation;
  readonly nonce: Buffer;
  readonly data: Buffer;
  readonly tag: Buffer;
}

/**
 * What a record is bound to beside its key: the format, the data folder and its place there. A record of another folder,
 * or one that was moved to another place, does not open.
 */
export function boundTo(version: number, dataFolderId: string, fileName: string): Buffer {
  return Buffer.from([FORMAT, version, dataFolderId, fileName].join('\n'));
}

/** AES-256-GCM with a random nonce of 96 bits. @see NIST SP 800-38D section 8.2.2 */
export function seal(
  text: string,
  { key, keyDerivation, bound, version = RECORD_VERSION }: SealOptions & { readonly version?: number },
): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(bound);
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const record = {
    format: FORMAT,
    version,
    kdf: keyDerivation,
    nonce: nonce.toString('base64'),
    data: data.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
  };
  return `${JSON.stringify(record)}\n`;
}

export interface SealOptions {
  readonly key: Buffer;
  readonly keyDerivation: KeyDerivation;
  readonly bound: Buffer;
}

/** Undefined where key, place, folder or a single bit differs. */
export function unseal(record: SealedRecord, key: Buffer, bound: Buffer): string | undefined {
  const decipher = createDecipheriv(CIPHER, key, record.nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(bound);
  decipher.setAuthTag(record.tag);
  try {
    return Buffer.concat([decipher.update(record.data), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

/** `newer`: another Gatehouse wrote it, which this one must not touch. Undefined: torn, or no record of ours. */
export function parseSealedRecord(text: string): SealedRecord | 'newer' | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { format, version, kdf, nonce, data, tag } = value as Record<string, unknown>;
  if (format !== FORMAT || typeof version !== 'number') return undefined;
  if (version > RECORD_VERSION) return 'newer';
  const keyDerivation = parseKeyDerivation(kdf);
  if (!keyDerivation || typeof nonce !== 'string' || typeof data !== 'string' || typeof tag !== 'string') {
    return undefined;
  }
  const record = {
    version,
    keyDerivation,
    nonce: Buffer.from(nonce, 'base64'),
    data: Buffer.from(data, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  };
  return record.nonce.length === NONCE_BYTES && record.tag.length === TAG_BYTES ? record : undefined;
}
