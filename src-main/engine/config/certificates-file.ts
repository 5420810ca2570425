import { X509Certificate } from 'node:crypto';
import { type Detail, say } from '../model/sayings.ts';
import { type Environment, substitute } from './environment.ts';
import type { ReadText } from './named-file.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** The certificates of the file that `caFile` names; `detail` says what is wrong with it. */
export function readCertificates(
  caFile: string,
  env: Environment,
  readText: ReadText,
): { readonly ok: true; readonly pem: string } | ({ readonly ok: false } & Detail) {
  const filled = substitute(caFile.replace(/^~(?=[\\/])/, '${HOME}'), { ...env, HOME: env.HOME ?? env.USERPROFILE });
  if (!filled.ok) return { ok: false, ...say('variable-not-set', filled.missing) };
  const read = readText(filled.value);
  if (!read.ok) return { ok: false, ...say('file-unreadable', read.why) };
  const pem = certificatesIn(read.text);
  if (pem !== undefined) return { ok: true, pem };
  return { ok: false, ...say('no-certificates') };
}

/** What a text has of certificates in PEM form; undefined where it has none, or one that cannot be read. */
export function certificatesIn(text: string): string | undefined {
  const blocks = text.match(CERTIFICATE) ?? [];
  return blocks.length > 0 && blocks.every(isCertificate) ? blocks.join('\n') : undefined;
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}
