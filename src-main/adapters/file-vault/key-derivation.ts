import { createHmac, hkdfSync, randomBytes, scrypt } from 'node:crypto';
import type { Secret } from '../../engine/model/secret.ts';

/** Parameters of scrypt, kept beside what was sealed with it. `salt` is base64. @see RFC 7914 section 2 */
export interface KeyDerivation {
  readonly name: 'scrypt';
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly salt: string;
}

export interface VaultKeys {
  readonly keyDerivation: KeyDerivation;
  /** AES-256. */
  readonly record: Buffer;
  /** A record's file name: tells nothing about the server, and is the same for the same key. */
  fileName(key: string): string;
}

/**
 * The first of the settings that OWASP counts as equal: 128 MiB and about 0.4 s on a core of 2026, once at each start.
 * The others (2^16 and p = 2 down to 2^13 and p = 10) save at most half of the time, and let whoever guesses with many
 * cores get by with a half to a sixteenth of the memory, which is what scrypt is for.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt
 */
const COST = 2 ** 17;
const R = 8;
const P = 1;
/** What a foreign file may ask of this machine: 1 GiB. */
const MAX_MEMORY = 2 ** 30;

/** @param cost scrypt's N; smaller in tests only */
export function newKeyDerivation(cost: number = COST): KeyDerivation {
  return { name: 'scrypt', N: cost, r: R, p: P, salt: randomBytes(16).toString('base64') };
}

export async function deriveKeys(passphrase: Secret, keyDerivation: KeyDerivation): Promise<VaultKeys> {
  const { N, r, p, salt } = keyDerivation;
  // A passphrase typed on another system may be composed otherwise. @see Unicode Standard Annex 15
  const password = passphrase.reveal().normalize('NFC');
  const root = await new Promise<Buffer>((resolve, reject) => {
    const options = { N, r, p, maxmem: 2 * MAX_MEMORY };
    scrypt(password, Buffer.from(salt, 'base64'), 32, options, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
  const derived = (use: string): Buffer => Buffer.from(hkdfSync('sha256', root, '', `gatehouse-vault ${use}`, 32));
  const names = derived('file names');
  return {
    keyDerivation,
    record: derived('records'),
    fileName: (key) => `${createHmac('sha256', names).update(key).digest('hex').slice(0, 32)}.json`,
  };
}

export function isSameDerivation(one: KeyDerivation, other: KeyDerivation): boolean {
  return one.N === other.N && one.r === other.r && one.p === other.p && one.salt === other.salt;
}

/** Undefined for what scrypt would refuse, or what would cost more than 1 GiB. */
export function parseKeyDerivation(value: unknown): KeyDerivation | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, N, r, p, salt } = value as Record<string, unknown>;
  if (name !== 'scrypt' || typeof salt !== 'string' || salt === '') return undefined;
  if (!isCount(N) || !isCount(r) || !isCount(p)) return undefined;
  const isPowerOfTwo = N > 1 && Number.isInteger(Math.log2(N));
  if (!isPowerOfTwo || p > 16 || 128 * N * r > MAX_MEMORY) return undefined;
  return { name, N, r, p, salt };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0;
}
