import { ProxyFailure } from './proxy-failure.ts';

const CAUSES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no such host, ENOTFOUND',
  EAI_AGAIN: 'the name service does not answer, EAI_AGAIN',
  ECONNREFUSED: 'connection refused, ECONNREFUSED',
  ECONNRESET: 'connection lost, ECONNRESET',
  EPIPE: 'connection lost, EPIPE',
  UND_ERR_SOCKET: 'connection lost',
  ETIMEDOUT: 'no connection in time, ETIMEDOUT',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  EHOSTUNREACH: 'no way to the host, EHOSTUNREACH',
  ENETUNREACH: 'no network, ENETUNREACH',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted, self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted, self-signed in the chain',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate is not trusted, unknown issuer',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is not trusted, unknown issuer',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not trusted, unknown issuer',
};

/** The `code` of a Node or undici error, also where it is wrapped in another. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  const inner = errorCode(error.cause);
  // undici says only "other side closed" where the system knew why.
  return code === undefined || (code === 'UND_ERR_SOCKET' && inner !== undefined) ? inner : code;
}

/** Why a host is out of reach, in a few words that may stand in brackets. */
export function networkCause(error: unknown): string {
  if (error instanceof ProxyFailure) return error.message;
  const code = errorCode(error);
  if (code === undefined) return 'the connection failed';
  return (
    CAUSES[code] ?? (code.startsWith('ERR_SSL_') ? `no TLS connection, ${code}` : `the connection failed, ${code}`)
  );
}
