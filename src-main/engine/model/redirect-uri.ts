import { type Detail, say } from './sayings.ts';

/** The addresses to listen at, by how the host is spelled. A browser may take `localhost` for either. */
const LISTEN_AT: Readonly<Record<string, readonly string[]>> = {
  '127.0.0.1': ['127.0.0.1'],
  '[::1]': ['::1'],
  localhost: ['127.0.0.1', '::1'],
};

/** Why a sign-in cannot come back to this address; undefined where it can. */
export function redirectUriMistake(text: string): Detail | undefined {
  const url = URL.parse(text);
  if (!url) return say('full-address', 'http://localhost:8080/callback');
  if (url.protocol !== 'http:' || !Object.hasOwn(LISTEN_AT, url.hostname)) {
    return say('redirect-place');
  }
  if (url.username !== '' || url.password !== '') return say('redirect-user');
  if (text.includes('?') || text.includes('#')) return say('redirect-query');
  if (url.port === '0') return say('redirect-port');
  return undefined;
}

export interface RedirectPlace {
  readonly port: number;
  readonly path: string;
  /** The first is needed; others are listened at where this machine has them. */
  readonly hosts: readonly string[];
}

/** Where to listen for a redirect URI that `redirectUriMistake` found nothing wrong with. */
export function redirectPlace(redirectUri: string): RedirectPlace {
  const { hostname, port, pathname } = new URL(redirectUri);
  return { port: port === '' ? 80 : Number(port), path: pathname, hosts: LISTEN_AT[hostname] ?? [] };
}
