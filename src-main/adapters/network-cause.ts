import { type Detail, say } from '../engine/model/sayings.ts';
import { ProxyFailure } from './proxy-failure.ts';

const CAUSES: Readonly<Record<string, Detail>> = {
  ENOTFOUND: say('no-host', 'ENOTFOUND'),
  EAI_AGAIN: say('no-name-service', 'EAI_AGAIN'),
  ECONNREFUSED: say('refused', 'ECONNREFUSED'),
  ECONNRESET: say('connection-lost', 'ECONNRESET'),
  EPIPE: say('connection-lost', 'EPIPE'),
  UND_ERR_SOCKET: say('connection-broke-off'),
  ETIMEDOUT: say('connection-slow', 'ETIMEDOUT'),
  UND_ERR_CONNECT_TIMEOUT: say('connection-late'),
  EHOSTUNREACH: say('no-way', 'EHOSTUNREACH'),
  ENETUNREACH: say('no-network', 'ENETUNREACH'),
  CERT_HAS_EXPIRED: say('certificate-expired'),
  CERT_NOT_YET_VALID: say('certificate-early'),
  ERR_TLS_CERT_ALTNAME_INVALID: say('certificate-name'),
  DEPTH_ZERO_SELF_SIGNED_CERT: say('certificate-self-signed'),
  SELF_SIGNED_CERT_IN_CHAIN: say('certificate-chain'),
  UNABLE_TO_GET_ISSUER_CERT: say('certificate-issuer'),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: say('certificate-issuer'),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: say('certificate-issuer'),
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
export function networkCause(error: unknown): Detail {
  if (error instanceof ProxyFailure) return { detail: error.message };
  const code = errorCode(error);
  if (code === undefined) return { detail: 'the connection failed' };
  return CAUSES[code] ?? say(code.startsWith('ERR_SSL_') ? 'no-tls' : 'connection-failed', code);
}
