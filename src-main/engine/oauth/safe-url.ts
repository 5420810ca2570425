import { isLoopback } from '../model/network-address.ts';
import { fail, ok, type Result } from '../model/result.ts';
import { asWhy, type Detail, say } from '../model/sayings.ts';

const MAX_LENGTH = 8192;
const SHOWN_LENGTH = 200;
// RFC 3986 section 2: what a URI may be written with. Spaces, controls, quotes, backslashes (UNC) and non-ASCII are not in it.
const URI_CHARACTERS = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]*$/;
const WEB_SCHEME = /^https?:\/\/[^/?#]/i;
// Allowed by RFC 3986, but no endpoint is written so, and openers that are shell scripts exist.
const SHELL_SUBSTITUTION = /\$[({]/;
const AUTHORITY = /^[a-z]+:\/\/([^/?#]*)/i;

/** A refused URL as it may be shown: without userinfo, on one line, cut. */
function shown(url: string): string {
  return url
    .replace(/\/\/[^/?#]*@/, '//')
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\u{FFFD}')
    .slice(0, SHOWN_LENGTH);
}

function refusal(url: string, fragment: 'forbidden' | 'allowed'): Detail | undefined {
  if (url.length > MAX_LENGTH) return say('url-too-long', String(MAX_LENGTH));
  if (!URI_CHARACTERS.test(url)) return say('url-characters');
  if (!WEB_SCHEME.test(url)) return say('url-not-full');
  if (SHELL_SUBSTITUTION.test(url)) return say('url-shell');
  if (!URL.canParse(url)) return say('url-none');
  if (AUTHORITY.exec(url)?.[1]?.includes('@')) return say('url-user');
  const parsed = new URL(url);
  if (parsed.protocol !== 'https:' && !isLoopback(parsed)) return say('url-far-http');
  if (fragment === 'forbidden' && url.includes('#')) return say('url-fragment');
  return undefined;
}

function check(what: string, url: string, fragment: 'forbidden' | 'allowed'): Result<URL> {
  const refused = refusal(url, fragment);
  return refused === undefined
    ? ok(new URL(url))
    : fail({ code: 'unsafe-url', what, url: shown(url), ...asWhy(refused) });
}

/**
 * F5: an endpoint that a server named is https, or http on loopback, without userinfo, fragment, or any character that
 * a URL does not have. Fails with `unsafe-url`.
 *
 * @param what the member that named it, for the sentence: `authorization_endpoint`
 * @see RFC 6749 sections 3.1 and 3.2 (no fragment), RFC 9700 section 2.6
 */
export function checkEndpointUrl(what: string, url: string): Result<URL> {
  return check(what, url, 'forbidden');
}

/**
 * What may be handed to a browser (scenario 40): like an endpoint, but a fragment is allowed, since the window's own
 * link has one. Fails with `unsafe-url`.
 *
 * @param what the member that named it, where a server did
 */
export function checkOpenableUrl(url: string, what = 'address to open'): Result<URL> {
  return check(what, url, 'allowed');
}
