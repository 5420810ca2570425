/** What Node tells of a private key. */
interface KeyFacts {
  readonly asymmetricKeyType?: string;
  readonly asymmetricKeyDetails?: { readonly namedCurve?: string; readonly modulusLength?: number };
}

/** How a key signs: ES256 or RS256. Undefined for a kind of key that we do not sign with. @see RFC 7518 section 3.1 */
export function signingAlgorithm(key: KeyFacts): EcKeyImportParams | RsaHashedImportParams | undefined {
  const { asymmetricKeyType, asymmetricKeyDetails } = key;
  if (asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1') {
    return { name: 'ECDSA', namedCurve: 'P-256' };
  }
  const isLongEnough = (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;
  return asymmetricKeyType === 'rsa' && isLongEnough ? { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } : undefined;
}
