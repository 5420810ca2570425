import type { IncomingHttpHeaders } from 'node:http';

/** A loopback name with any port, so that an SSH forward from another port works. */
const LOOPBACK_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;

/**
 * Why a request is refused before anything looks at it, or undefined. The Host must be a loopback name: a name that
 * was rebound to 127.0.0.1 is not one. An Origin, where there is one, must be the very address that was asked, so a
 * page of another local program is as foreign as any.
 */
export function refusalOf(headers: IncomingHttpHeaders): string | undefined {
  const { host, origin } = headers;
  if (host === undefined || !LOOPBACK_HOST.test(host)) return 'This address answers only as 127.0.0.1 or localhost.';
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    return 'Pages of another origin may not ask here.';
  }
  return undefined;
}

/** Browsers say where a request comes from, also where they send no Origin. @see Fetch Metadata, Sec-Fetch-Site */
export function isCrossSite(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};
