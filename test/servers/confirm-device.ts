import { TEST_PASSWORD, TEST_USER } from './login-page.ts';
import { CookieJar } from './sign-in.ts';

const HOPS_AT_MOST = 12;

export interface ConfirmDeviceOptions {
  /** To be typed in where the address does not have it. */
  userCode?: string;
  /** Presses "Abort" where the code is shown once more. */
  refuse?: boolean;
}

interface Form {
  readonly action: string;
  readonly fields: URLSearchParams;
}

function unescaped(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
}

function formIn(body: string, page: URL): Form | undefined {
  const form = /<form[^>]*>/.exec(body)?.[0];
  if (form === undefined) return undefined;
  const action = /action="([^"]*)"/.exec(form)?.[1];
  const fields = new URLSearchParams();
  for (const [input] of body.matchAll(/<input[^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(input)?.[1];
    if (name !== undefined) fields.set(name, unescaped(/value="([^"]*)"/.exec(input)?.[1] ?? ''));
  }
  return { action: action === undefined ? page.href : unescaped(action), fields };
}

/** A person with another device, by script: opens the page, enters or compares the code, signs in. Ends with the last page. */
export async function confirmDevice(verificationUri: string, options: ConfirmDeviceOptions = {}): Promise<string> {
  const { userCode, refuse = false } = options;
  const jar = new CookieJar();
  let url = new URL(verificationUri);
  let post: URLSearchParams | undefined;
  for (let hop = 0; hop < HOPS_AT_MOST; hop += 1) {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: jar.headerFor(url),
      ...(post ? { method: 'POST', body: post } : {}),
    });
    post = undefined;
    jar.keep(response.headers.getSetCookie());
    const location = response.headers.get('location');
    const body = await response.text();
    if (location !== null) {
      url = new URL(location, url);
      continue;
    }
    const form = formIn(body, url);
    const isRefused = body.includes('class="red"');
    if (!form || isRefused) return body;
    const { fields } = form;
    if (fields.has('username')) {
      fields.set('username', TEST_USER);
      fields.set('password', TEST_PASSWORD);
      fields.set('action', 'sign-in');
    } else if (fields.get('user_code') === '') fields.set('user_code', userCode ?? '');
    if (refuse && fields.has('confirm')) {
      fields.delete('confirm');
      fields.set('abort', 'yes');
    }
    url = new URL(form.action, url);
    post = fields;
  }
  throw new Error(`The confirmation did not end after ${HOPS_AT_MOST} hops`);
}
