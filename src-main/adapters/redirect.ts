import { isLoopback } from '../engine/model/network-address.ts';
import { fail, ok, type Result } from '../engine/model/result.ts';

const REDIRECT_STATUS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** What is meant for one origin only (T1). */
const BOUND_TO_ORIGIN: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization']);

export function isRedirect(status: number): boolean {
  return REDIRECT_STATUS.has(status);
}

function refusal(from: URL, to: URL): string | undefined {
  if (to.username !== '' || to.password !== '') return 'it contains a user name or password';
  if (to.protocol !== 'https:' && to.protocol !== 'http:') return 'it is neither https nor http';
  if (from.protocol === 'https:' && to.protocol === 'http:') return 'a redirect may not leave https';
  if (to.protocol === 'http:' && to.origin !== from.origin && !isLoopback(to)) {
    return 'it is neither https nor on this machine';
  }
  return undefined;
}

/**
 * Where a redirect leads, checked (D8). Fails with `unsafe-url`.
 * @param location the header's value, relative or absolute. @see RFC 9110 section 10.2.2
 */
export function redirectTarget(from: URL, location: string): Result<URL> {
  const what = 'redirect target';
  if (!URL.canParse(location, from)) return fail({ code: 'unsafe-url', what, url: location, why: 'it is not a URL' });
  const to = new URL(location, from);
  const why = refusal(from, to);
  if (why === undefined) return ok(to);
  to.username = '';
  to.password = '';
  return fail({ code: 'unsafe-url', what, url: to.href, why });
}

/** The headers that may go along to another URL: credentials stay with their origin. */
export function headersFor(
  to: URL,
  from: URL,
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (to.origin === from.origin) return headers;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !BOUND_TO_ORIGIN.has(name.toLowerCase())));
}
