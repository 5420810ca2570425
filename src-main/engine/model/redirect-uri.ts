/** The addresses to listen at, by how the host is spelled. A browser may take `localhost` for either. */
const LISTEN_AT: Readonly<Record<string, readonly string[]>> = {
  '127.0.0.1': ['127.0.0.1'],
  '[::1]': ['::1'],
  localhost: ['127.0.0.1', '::1'],
};

/** Why a sign-in cannot come back to this address; undefined where it can. */
export function redirectUriMistake(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url) return 'this is not a full address, such as http://localhost:8080/callback.';
  if (url.protocol !== 'http:' || !Object.hasOwn(LISTEN_AT, url.hostname)) {
    return 'the browser comes back to this machine: the address begins with http://localhost, http://127.0.0.1 or http://[::1].';
  }
  if (url.username !== '' || url.password !== '') return 'it has a user name or password.';
  if (text.includes('?') || text.includes('#'))
    return 'it has a "?" or a "#", where the answer of the sign-in page comes.';
  if (url.port === '0') return 'port 0 is no port.';
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
