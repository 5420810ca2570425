import { TEST_PASSWORD, TEST_USER } from './login-page.ts';

export interface SignInOptions {
  user?: string;
  password?: string;
  /** Presses "Refuse" instead. */
  refuse?: boolean;
  /** Ends before the redirect URI is requested: only `callbackUrl` is of interest then. */
  stopBeforeCallback?: boolean;
}

export interface SignInResult {
  status: number;
  finalUrl: string;
  body: string;
  /** Where the authorization server sent the browser; undefined when it never did. */
  callbackUrl: string | undefined;
}

interface Cookie {
  name: string;
  value: string;
  path: string;
}

/** As much of RFC 6265 as one server on one host needs. */
export class CookieJar {
  readonly #cookies = new Map<string, Cookie>();

  keep(setCookies: readonly string[]): void {
    for (const line of setCookies) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const equals = pair.indexOf('=');
      const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/';
      const cookie = { name: pair.slice(0, equals), value: pair.slice(equals + 1), path };
      const key = `${cookie.name} ${path}`;
      if (cookie.value === '') this.#cookies.delete(key);
      else this.#cookies.set(key, cookie);
    }
  }

  headerFor(url: URL): Record<string, string> {
    const fitting = [...this.#cookies.values()].filter(({ path }) => url.pathname.startsWith(path));
    return fitting.length === 0 ? {} : { cookie: fitting.map(({ name, value }) => `${name}=${value}`).join('; ') };
  }
}

const HOPS_AT_MOST = 12;

/** What a person with a browser does, by script: opens the page, fills in the form, presses the button, ends at the client. */
export async function signIn(authorizationUrl: string, options: SignInOptions = {}): Promise<SignInResult> {
  const { user = TEST_USER, password = TEST_PASSWORD, refuse = false, stopBeforeCallback = false } = options;
  const start = new URL(authorizationUrl);
  const redirectUri = start.searchParams.get('redirect_uri');
  const isCallback = (url: URL): boolean =>
    url.origin !== start.origin || (redirectUri !== null && url.pathname === new URL(redirectUri).pathname);
  const jar = new CookieJar();
  const form = new URLSearchParams({ username: user, password, action: refuse ? 'refuse' : 'sign-in' });
  let url = start;
  let submit = false;
  let submitted = false;

  for (let hop = 0; hop < HOPS_AT_MOST; hop += 1) {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: jar.headerFor(url),
      ...(submit ? { method: 'POST', body: form } : {}),
    });
    submitted ||= submit;
    submit = false;
    jar.keep(response.headers.getSetCookie());
    const location = response.headers.get('location');
    const body = await response.text();
    if (location === null) {
      if (response.status !== 200 || submitted || !body.includes('<form')) {
        return { status: response.status, finalUrl: url.href, body, callbackUrl: undefined };
      }
      submit = true;
      continue;
    }
    url = new URL(location, url);
    if (!isCallback(url)) continue;
    if (stopBeforeCallback) return { status: response.status, finalUrl: url.href, body: '', callbackUrl: url.href };
    const answer = await fetch(url);
    return { status: answer.status, finalUrl: answer.url, body: await answer.text(), callbackUrl: url.href };
  }
  throw new Error(`The sign-in did not end after ${HOPS_AT_MOST} hops`);
}
