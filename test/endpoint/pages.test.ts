import { afterEach, describe, expect, test } from 'vitest';
import { signIn } from '../servers/sign-in.ts';
import { closeAll } from './house-with-upstream.ts';
import { type RawAnswer, send } from './raw-request.ts';
import { type GuardedHouse, openGuardedHouse } from './signed-in-house.ts';

afterEach(closeAll);

async function startUrl({ household }: GuardedHouse): Promise<string> {
  return String((await household.call('linear')).message.error?.data?.url);
}

async function beginSignIn({ household }: GuardedHouse): Promise<{ authorizationUrl: string; state: string }> {
  const started = await household.engine.startLogin('linear', { openBrowser: false, startOver: false });
  if (!started.ok) throw new Error('not started');
  const { authorizationUrl } = started.value;
  return { authorizationUrl, state: new URL(authorizationUrl).searchParams.get('state') ?? '' };
}

function expectPageHeaders({ headers }: RawAnswer, referrerPolicy: string): void {
  expect(headers['cache-control']).toBe('no-store');
  expect(headers['referrer-policy']).toBe(referrerPolicy);
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(headers['x-content-type-options']).toBe('nosniff');
}

describe('the link that a caller gets', () => {
  test('E2 to look at it starts nothing; its button starts the flow and leads to the sign-in page', async () => {
    const house = await openGuardedHouse();
    const { household, authorizationServer, origin } = house;
    const url = await startUrl(house);
    const page = await send(url);
    expect(page.status).toBe(200);
    expect(page.body).toMatch(/<h1>Sign in to linear<\/h1>.*<form method="post">/);
    expectPageHeaders(page, 'same-origin');
    expect((await send(url, { method: 'HEAD' })).status).toBe(200);
    expect(household.state('linear').kind).toBe('login-needed');
    expect(authorizationServer.counts.registrations).toBe(0);

    const clicked = await send(url, { method: 'POST', headers: { origin } });
    expect(clicked.status).toBe(303);
    expect(household.state('linear').kind).toBe('logging-in');
    expect(household.browser.pages).toEqual([]);
    const again = await send(url, { method: 'POST', headers: { origin } });
    expect(again.headers.location).toBe(clicked.headers.location);

    await signIn(clicked.headers.location ?? '');
    await household.reached('linear', 'ready');
    expect(authorizationServer.counts.codeExchanges).toBe(1);
  });

  test('E2 it is the same link as long as the program runs', async () => {
    const house = await openGuardedHouse();
    expect(await startUrl(house)).toBe(await startUrl(house));
  });

  test('41 a foreign page, or one without an origin, can neither show nor press it', async () => {
    const house = await openGuardedHouse();
    const url = await startUrl(house);
    for (const origin of ['https://evil.example', 'null']) {
      for (const method of ['POST', 'GET']) {
        expect((await send(url, { method, headers: { origin } })).status).toBe(403);
      }
    }
    expect(house.household.state('linear').kind).toBe('login-needed');
  });

  test('a link of nobody, or of a server that was removed, says so', async () => {
    const house = await openGuardedHouse();
    const url = await startUrl(house);
    const unknown = await send(`${house.origin}/oauth/start/AAAAAAAAAAAAAAAAAAAAAA`, { method: 'POST' });
    expect([unknown.status, unknown.body.includes('Nothing to sign in here')]).toEqual([404, true]);
    await house.household.engine.removeServer('linear');
    expect((await send(url, { method: 'POST' })).status).toBe(404);
  });

  test('a sign-in that cannot begin says why', async () => {
    const house = await openGuardedHouse();
    const url = await startUrl(house);
    house.authorizationServer.refuseRegistration({ description: 'only for <b>invited</b> clients' });
    const answer = await send(url, { method: 'POST' });
    expect(answer.status).toBe(409);
    expect(answer.headers['content-type']).toContain('text/plain');
    expect(answer.body).toContain('only for <b>invited</b> clients');
  });
});

describe('F6 the page after the sign-in tells the truth', () => {
  /** Follows the callback's redirect by hand. */
  async function callback(url: string): Promise<{ first: RawAnswer; page: RawAnswer; address: string }> {
    const first = await send(url);
    expect(first.status).toBe(303);
    const address = new URL(first.headers.location ?? '', url).href;
    return { first, page: await send(address), address };
  }

  test('F6 done: after the exchange, at an address without code or state', async () => {
    const house = await openGuardedHouse();
    const { authorizationUrl, state } = await beginSignIn(house);
    const { callbackUrl = '' } = await signIn(authorizationUrl, { stopBeforeCallback: true });
    const { first, page, address } = await callback(callbackUrl);
    expect(house.household.state('linear').kind).toBe('ready');
    expect(page.status).toBe(200);
    expect(page.body).toContain('<h1>Signed in to linear</h1>');
    expect(address).toMatch(/\/oauth\/done\/[\w-]+$/);
    const code = new URL(callbackUrl).searchParams.get('code') ?? '';
    for (const secret of [code, state])
      expect(`${address}${page.body}${JSON.stringify(page.headers)}`).not.toContain(secret);
    expectPageHeaders(page, 'no-referrer');
    expectPageHeaders(first, 'no-referrer');
    // Reloaded, it says the same.
    expect((await send(address)).body).toBe(page.body);
  });

  test('F2 the same callback twice: the code is exchanged once, and the second page claims nothing new', async () => {
    const house = await openGuardedHouse();
    const { authorizationUrl } = await beginSignIn(house);
    const { callbackUrl = '' } = await signIn(authorizationUrl, { stopBeforeCallback: true });
    const both = await Promise.all([callback(callbackUrl), callback(callbackUrl)]);
    for (const { page } of both) expect(page.body).toContain('Signed in to linear');
    const late = await callback(callbackUrl);
    expect(late.page.body).toContain('Nothing to sign in here');
    expect(house.authorizationServer.counts.codeExchanges).toBe(1);
    expect(house.household.state('linear').kind).toBe('ready');
  });

  test('F6 refused: with the server’s words, escaped', async () => {
    const house = await openGuardedHouse();
    const { state } = await beginSignIn(house);
    const description = '<script>alert("x")</script> & \'not\' today';
    const query = new URLSearchParams({
      error: 'access_denied',
      error_description: description,
      state,
      iss: house.authorizationServer.issuer,
    });
    const { page } = await callback(`${house.origin}/oauth/callback?${query}`);
    expect(page.body).toContain('<h1>Access was refused</h1>');
    expect(page.body).not.toMatch(/<script|not' today|"x"/);
    expect(page.body).toContain('&#60;script&#62;alert(&#34;x&#34;)');
    expect(page.body).not.toContain('Signed in');
    expect(house.household.state('linear')).toMatchObject({
      kind: 'login-needed',
      reason: { code: 'authorization-refused' },
    });
  });

  test('F6 the exchange failed: no success is claimed', async () => {
    const house = await openGuardedHouse();
    house.authorizationServer.refuseCodeExchange('invalid_grant', { description: 'too late' });
    const { authorizationUrl } = await beginSignIn(house);
    const { callbackUrl = '' } = await signIn(authorizationUrl, { stopBeforeCallback: true });
    const { page } = await callback(callbackUrl);
    expect(page.body).toContain('<h1>Not signed in</h1>');
    expect(page.body).toContain('too late');
    expect(house.household.state('linear').kind).toBe('login-needed');
  });

  test('F6 F7 expired: says so, and nothing is exchanged', async () => {
    const house = await openGuardedHouse({ flowDeadlineMs: 60_000 });
    const { authorizationUrl } = await beginSignIn(house);
    const { callbackUrl = '' } = await signIn(authorizationUrl, { stopBeforeCallback: true });
    await house.household.clock.advance('61 s');
    const { page, address } = await callback(callbackUrl);
    expect(page.body).toContain('<h1>This sign-in is over</h1>');
    expect(page.body).toContain('not finished in time');
    expect(address).not.toContain('code');
    expect(house.authorizationServer.counts.codeExchanges).toBe(0);
  });

  test.each([
    ['no state', '?code=abc'],
    ['an unknown state', '?code=abc&state=guess'],
    ['an empty state', '?code=abc&state='],
    ['nothing at all', ''],
    ['an error of a stranger', '?error=access_denied&state=guess&error_description=<b>x</b>'],
    ['bytes that are no text', '?state=%ff%fe%00&code=%00'],
    ['a very long state', `?state=${'x'.repeat(10_000)}`],
  ])('F2 F6 unknown (%s): it says so, at an address without a code, and ends no flow', async (_what, query) => {
    const house = await openGuardedHouse();
    await beginSignIn(house);
    const { page, address } = await callback(`${house.origin}/oauth/callback${query}`);
    expect([page.status, page.body.includes('Nothing to sign in here')]).toEqual([404, true]);
    expect(address).toBe(`${house.origin}/oauth/done/unknown`);
    expectPageHeaders(page, 'no-referrer');
    expect(house.household.state('linear').kind).toBe('logging-in');
  });

  test('F2 a thousand unknown states do not push out the page that somebody still reads', async () => {
    const house = await openGuardedHouse();
    const { authorizationUrl } = await beginSignIn(house);
    const { callbackUrl = '' } = await signIn(authorizationUrl, { stopBeforeCallback: true });
    const { address } = await callback(callbackUrl);
    for (let guess = 0; guess < 20; guess += 1) {
      await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          fetch(`${house.origin}/oauth/callback?state=g${guess}-${i}`, { redirect: 'manual' }),
        ),
      );
    }
    expect((await send(address)).body).toContain('Signed in to linear');
  });

  test.each(['POST', 'PUT', 'DELETE'])('the callback takes GET only: %s is 404', async (method) => {
    const house = await openGuardedHouse();
    const { state } = await beginSignIn(house);
    expect((await send(`${house.origin}/oauth/callback?state=${state}&code=x`, { method })).status).toBe(404);
    expect(house.household.state('linear').kind).toBe('logging-in');
  });
});
