import type { IncomingMessage } from 'node:http';
import type { Callers } from './callers.ts';

export type Admission =
  | { readonly ok: true; readonly caller: string }
  | { readonly ok: false; readonly sentence: string };

const NO_KEY =
  'Gatehouse wants a caller key: send "Authorization: Bearer gate_...". Make one with "gatehouse callers add NAME" or in the window.';

/** A loopback name, with any port: an SSH forward changes it. */
export function isLoopbackHost(host: string | undefined): boolean {
  if (host === undefined) return false;
  const name = host.replace(/:\d{1,5}$/, '').toLowerCase();
  return name === '127.0.0.1' || name === 'localhost' || name === '[::1]';
}

/** Absent, or a page of this machine. A foreign page gets nowhere, whatever else it sends. */
export function isOwnOrigin(origin: string | undefined): boolean {
  if (origin === undefined) return true;
  const url = URL.parse(origin);
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && isLoopbackHost(url.host);
}

/** Rule 7: refused before any handler runs. The answer is 403, never 401, which would start OAuth at us (E1). */
export function checkHostAndOrigin(request: IncomingMessage): string | undefined {
  const { host, origin } = request.headers;
  if (!isLoopbackHost(host))
    return 'Gatehouse answers to this machine only: the Host header must be 127.0.0.1 or localhost.';
  if (!isOwnOrigin(origin)) return 'Gatehouse answers no web pages: the Origin header is foreign.';
  return undefined;
}

export function admitCaller(request: IncomingMessage, callers: Callers): Admission {
  const { authorization } = request.headers;
  const key = authorization?.startsWith('Bearer ') ? authorization.slice(7) : undefined;
  if (key === undefined) return { ok: false, sentence: NO_KEY };
  const caller = callers.find(key);
  if (caller === undefined) {
    return {
      ok: false,
      sentence: 'This caller key is not known to Gatehouse. Make one with "gatehouse callers add NAME".',
    };
  }
  return { ok: true, caller };
}
