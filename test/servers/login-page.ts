import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import { readBody } from './request-body.ts';
import type { Switches } from './switches.ts';
import { happens } from './times.ts';

export const TEST_USER = 'testuser';
export const TEST_PASSWORD = 'testpass';

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0) ?? 0};`);

function page(title: string, content: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>
:root { color-scheme: light dark; font-family: system-ui, sans-serif; }
main { max-width: 22rem; margin: 4rem auto; padding: 0 1rem; }
label, input, button { display: block; width: 100%; box-sizing: border-box; font: inherit; }
input { margin: 0.25rem 0 1rem; padding: 0.5rem; }
button { margin: 0.5rem 0; padding: 0.6rem; }
</style>
</head>
<body><main>
<h1>${escaped(title)}</h1>
${content}
</main></body>
</html>
`;
}

function signInForm(clientName: string, scope: string, isPrefilled: boolean, complaint?: string): string {
  const [user, password] = isPrefilled ? [` value="${TEST_USER}"`, ` value="${TEST_PASSWORD}"`] : ['', ''];
  return page(
    'Sign in',
    `<p><strong>${escaped(clientName)}</strong> asks for access${scope === '' ? '' : `: ${escaped(scope)}`}.</p>
${complaint === undefined ? '' : `<p role="alert">${escaped(complaint)}</p>`}
<form method="post" autocomplete="off">
<label for="username">Username</label>
<input id="username" name="username"${user} required autofocus>
<label for="password">Password</label>
<input id="password" name="password" type="password"${password} required>
<button type="submit" name="action" value="sign-in">Sign in</button>
<button type="submit" name="action" value="refuse" formnovalidate>Refuse</button>
</form>`,
  );
}

function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  });
  response.end(html);
}

const words = (list: unknown): string => (typeof list === 'string' ? list : '');

/** Sign-in and consent in one click: everything that was asked for is granted. */
async function grantAll(provider: Provider, params: Record<string, unknown>): Promise<string> {
  const grant = new provider.Grant({ accountId: TEST_USER, clientId: words(params.client_id) });
  const scope = words(params.scope);
  if (scope !== '') grant.addOIDCScope(scope);
  const resources = Array.isArray(params.resource) ? params.resource : [params.resource];
  for (const resource of resources) {
    if (typeof resource === 'string' && scope !== '') grant.addResourceScope(resource, scope);
  }
  return grant.save();
}

/** Serves `/interaction/<uid>`: the page, and what the person answers on it. */
export async function serveLoginPage(
  provider: Provider,
  switches: Switches,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const details = await provider.interactionDetails(request, response).catch(() => undefined);
  if (details === undefined) {
    sendPage(response, 400, page('This sign-in is over', '<p>Start again from where you came.</p>'));
    return;
  }
  const finish = (result: Parameters<Provider['interactionFinished']>[2]): Promise<void> =>
    provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });

  const refusal = switches.authorizationRefusal;
  if (refusal !== undefined && happens(refusal.times)) {
    const description = refusal.description === undefined ? {} : { error_description: refusal.description };
    await finish({ error: refusal.error, ...description });
    return;
  }
  const client = await provider.Client.find(words(details.params.client_id));
  const clientName = client?.clientName ?? client?.clientId ?? 'A client';
  if (request.method !== 'POST') {
    sendPage(response, 200, signInForm(clientName, words(details.params.scope), switches.prefillSignIn));
    return;
  }
  const form = new URLSearchParams((await readBody(request)).toString());
  if (form.get('action') === 'refuse') {
    await finish({ error: 'access_denied', error_description: 'The person refused' });
    return;
  }
  if (form.get('username') !== TEST_USER || form.get('password') !== TEST_PASSWORD) {
    const complaint = 'Wrong username or password.';
    sendPage(response, 401, signInForm(clientName, words(details.params.scope), switches.prefillSignIn, complaint));
    return;
  }
  const grantId = await grantAll(provider, details.params);
  await finish({ login: { accountId: TEST_USER }, consent: { grantId } });
}
