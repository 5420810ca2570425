import { createPrivateKey } from 'node:crypto';
import type { Secret } from '../model/secret.ts';
import { signingAlgorithm } from '../model/signing-algorithm.ts';

/** The key that signs for the client. The configuration lets only keys through that have an algorithm. */
export async function importSigningKey(pem: Secret): Promise<CryptoKey> {
  const key = createPrivateKey(pem.reveal());
  const algorithm = signingAlgorithm(key);
  if (!algorithm) throw new Error('a key of a kind that the configuration does not let through');
  return crypto.subtle.importKey('pkcs8', key.export({ type: 'pkcs8', format: 'der' }), algorithm, false, ['sign']);
}
