import type { IncomingHttpHeaders } from 'node:http';
import type { TokenFacts } from './authorization-server.ts';
import type { GuardSwitches } from './guard-switches.ts';
import { happens } from './times.ts';

export type Verdict =
  | { kind: 'admitted' }
  /** RFC 6750 3.1: no token, or one that is not good. */
  | { kind: 'unauthorized'; error?: 'invalid_token'; description?: string }
  | { kind: 'insufficient-scope'; scope: string };

const unauthorized = (description: string): Verdict => ({ kind: 'unauthorized', error: 'invalid_token', description });

export function bearerOf({ authorization = '' }: IncomingHttpHeaders): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1];
}

/** Judges one request by its headers. */
export async function checkBearer(
  headers: IncomingHttpHeaders,
  switches: GuardSwitches,
  resource: string,
  introspect: (accessToken: string) => Promise<TokenFacts | undefined>,
): Promise<Verdict> {
  if (switches.admits === 'everybody') return { kind: 'admitted' };
  if (typeof switches.admits === 'object') {
    const { header, value } = switches.admits;
    return headers[header.toLowerCase()] === value ? { kind: 'admitted' } : unauthorized('wrong credential');
  }
  const token = bearerOf(headers);
  if (token === undefined) return { kind: 'unauthorized' };
  if (happens(switches.tokenRejections)) return unauthorized('rejected by the test');
  const facts = await introspect(token);
  if (facts === undefined) return unauthorized('not active');
  if (switches.checkAudience && !facts.audience.includes(resource)) return unauthorized('issued for somebody else');
  const missing = switches.requiredScopes.filter((scope) => !facts.scopes.includes(scope));
  if (missing.length > 0) return { kind: 'insufficient-scope', scope: switches.requiredScopes.join(' ') };
  return { kind: 'admitted' };
}
