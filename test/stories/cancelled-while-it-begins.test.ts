import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { confirmDevice } from '../servers/confirm-device.ts';
import { signIn } from '../servers/sign-in.ts';
import type { Household } from './household.ts';
import { closeEverything, initialize, openOneServer } from './one-server.ts';

afterEach(closeEverything);

const OFFERED = { authorization: { behaviour: { offerDeviceSignIn: true } } } as const;
const CANCELLED = { ok: false, problem: { code: 'flow-cancelled' } };

function click(household: Household, how: { openBrowser?: boolean; device?: boolean } = {}) {
  return household.engine.startLogin('linear', { openBrowser: false, startOver: false, ...how });
}

async function untilAsked(household: Household, path: string): Promise<void> {
  const isAsked = (): boolean => household.logger.lines.some(({ fields }) => fields.url?.endsWith(path) === true);
  await household.until(isAsked, `${path} is asked`);
}

async function nothingIsLeft(household: Household): Promise<void> {
  expect(household.state('linear').kind).toBe('login-needed');
  expect(household.view('linear').authorizationUrl).toBeUndefined();
  const isErased = (): boolean => ![...household.vault.values.keys()].some((key) => key.endsWith('/sign-in'));
  await household.until(isErased, 'its record is erased');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('4 a sign-in is cancelled while it begins', () => {
  test('4 before its page is known: whoever clicked is told so, and nothing is left of it', async () => {
    const { authorizationServer, household } = await openOneServer();
    authorizationServer.hangEndpoint('registration');
    const clicked = click(household, { openBrowser: true });
    await untilAsked(household, '/register');
    expect(household.engine.cancelLogin('linear')).toMatchObject({ ok: true });
    authorizationServer.resumeEndpoint('registration');
    expect(await clicked).toEqual(CANCELLED);
    await nothingIsLeft(household);
    expect(household.browser.pages).toEqual([]);
    await household.signInTo('linear');
    expect(authorizationServer.counts.registrations).toBe(1);
  });

  test('4 R5 in the moment in which it is told: nobody goes on listening at its redirect address', async () => {
    const port = await freePort();
    const { household } = await openOneServer({ entry: { redirectUri: `http://127.0.0.1:${port}/cb` } });
    const stopLooking = household.engine.onChange(() => {
      if (household.state('linear').kind === 'logging-in') household.engine.cancelLogin('linear');
    });
    expect(await click(household)).toEqual(CANCELLED);
    stopLooking();
    await nothingIsLeft(household);
    await expect(fetch(`http://127.0.0.1:${port}/cb`)).rejects.toThrow();
  });

  test('4 10 while the code beside its link is asked for', async () => {
    const { authorizationServer, household } = await openOneServer(OFFERED);
    household.browser.breakDown('there is no display');
    authorizationServer.hangEndpoint('device-authorization');
    const clicked = click(household, { openBrowser: true });
    await untilAsked(household, '/device-authorization');
    household.engine.cancelLogin('linear');
    authorizationServer.resumeEndpoint('device-authorization');
    expect(await clicked).toEqual(CANCELLED);
    await nothingIsLeft(household);
    await household.clock.advance('1 min');
    expect(authorizationServer.counts.devicePolls).toBe(0);
  });

  test('4 10 while a question about its code is on the way', async () => {
    const { authorizationServer, household } = await openOneServer(OFFERED);
    await click(household, { device: true });
    authorizationServer.hangTokenEndpoint();
    await household.clock.advance('5 s');
    await authorizationServer.until(({ devicePolls }) => devicePolls === 1);
    household.engine.cancelLogin('linear');
    const answered = authorizationServer.next(({ kind }) => kind === 'device-poll');
    authorizationServer.resumeTokenEndpoint();
    await answered;
    await household.clock.advance('1 min');
    expect(authorizationServer.counts.devicePolls).toBe(1);
    await nothingIsLeft(household);
  });
});

describe('4 a sign-in is cancelled at its end', () => {
  test('4 2 while its login is stored: the login is there all the same, and the row says so', async () => {
    const { household } = await openOneServer();
    const clicked = await click(household);
    if (!clicked.ok) throw new Error(JSON.stringify(clicked.problem));
    const { callbackUrl = '' } = await signIn(clicked.value.authorizationUrl, { stopBeforeCallback: true });
    const release = household.vault.holdWrites();
    const landing = fetch(callbackUrl);
    await untilAsked(household, '/token');
    await household.until(
      () => household.logger.of('oauth.response').at(-1)?.fields.url?.endsWith('/token') === true,
      'the tokens',
    );
    household.engine.cancelLogin('linear');
    expect(household.state('linear').kind).toBe('login-needed');
    release();
    expect(await (await landing).text()).toContain('Signed in to linear');
    await household.reached('linear', 'ready');
    expect((await initialize(household)).message.result).toBeDefined();
  });

  test('24 4 by a sign-out while its code is exchanged: what arrives is revoked, and the page claims no success', async () => {
    const { authorizationServer, household } = await openOneServer();
    const clicked = await click(household);
    if (!clicked.ok) throw new Error(JSON.stringify(clicked.problem));
    const { callbackUrl = '' } = await signIn(clicked.value.authorizationUrl, { stopBeforeCallback: true });
    authorizationServer.hangTokenEndpoint();
    const landing = fetch(callbackUrl);
    await untilAsked(household, '/token');
    await household.engine.logout('linear');
    authorizationServer.resumeTokenEndpoint();
    expect(await (await landing).text()).not.toContain('Signed in to');
    expect(authorizationServer.counts).toMatchObject({ codeExchanges: 1, revocations: 1 });
    await nothingIsLeft(household);
  });
});

describe('10 a page and a code for one sign-in', () => {
  test('10 a code that is refused beside a page that is open is told to who asked for it; the page goes on', async () => {
    const { authorizationServer, household } = await openOneServer(OFFERED);
    const clicked = await click(household);
    if (!clicked.ok) throw new Error(JSON.stringify(clicked.problem));
    authorizationServer.failEndpoint('device-authorization', { status: 400, html: true });
    expect(await click(household, { device: true })).toMatchObject({
      ok: false,
      problem: { code: 'device-unavailable', detail: 'the server answered 400' },
    });
    expect((await signIn(clicked.value.authorizationUrl)).body).toContain('Signed in to linear');
    await household.reached('linear', 'ready');
  });

  test('10 a callback that comes while the code is asked for signs in, and nobody asks for the code', async () => {
    const { authorizationServer, household } = await openOneServer(OFFERED);
    const clicked = await click(household);
    if (!clicked.ok) throw new Error(JSON.stringify(clicked.problem));
    const { callbackUrl = '' } = await signIn(clicked.value.authorizationUrl, { stopBeforeCallback: true });
    authorizationServer.hangEndpoint('device-authorization');
    const withCode = click(household, { device: true });
    await untilAsked(household, '/device-authorization');
    authorizationServer.hangTokenEndpoint();
    const landing = fetch(callbackUrl);
    await untilAsked(household, '/token');
    authorizationServer.resumeEndpoint('device-authorization');
    expect(await withCode).toMatchObject({ ok: true });
    await household.clock.advance('30 s');
    authorizationServer.resumeTokenEndpoint();
    expect(await (await landing).text()).toContain('Signed in to linear');
    expect(authorizationServer.counts.devicePolls).toBe(0);
  });

  test('10 a code whose server has no address with the code in it is shown with the plain one', async () => {
    const { authorizationServer, household } = await openOneServer(OFFERED);
    authorizationServer.changeMetadata({ authorization_endpoint: null });
    authorizationServer.changeDeviceAuthorization({ verification_uri_complete: null });
    const clicked = await click(household);
    if (!clicked.ok) throw new Error(JSON.stringify(clicked.problem));
    const { device, authorizationUrl } = clicked.value;
    expect(device).toEqual({ userCode: expect.any(String) as string, verificationUri: authorizationUrl });
    await confirmDevice(authorizationUrl, { userCode: device?.userCode ?? '' });
    await household.clock.advance('5 s');
    await household.reached('linear', 'ready');
  });

  test.each([
    ['where the code is asked for', '/device-authorization'],
    ['where the code is confirmed', '/token'],
  ])('16 R4 10 a client that is unknown %s is registered anew at the next click', async (_where, path) => {
    const { authorizationServer, household } = await openOneServer(OFFERED);
    const unknown = { status: 401, times: 1, body: '{"error":"invalid_client"}' };
    if (path === '/token') authorizationServer.refuseDevicePoll('invalid_client', { times: 1 });
    else authorizationServer.failEndpoint('device-authorization', unknown);
    const clicked = await click(household, { device: true });
    await household.clock.advance('5 s');
    await household.reached('linear', 'login-needed');
    expect(clicked.ok).toBe(path === '/token');
    expect((await click(household, { device: true })).ok).toBe(true);
    expect(authorizationServer.counts.registrations).toBe(2);
    household.engine.cancelLogin('linear');
  });

  test('10 R1 a server that registers nobody gives out no code', async () => {
    const { authorizationServer, household } = await openOneServer(OFFERED);
    authorizationServer.refuseRegistration({ error: 'access_denied' });
    expect(await click(household, { device: true })).toMatchObject({
      ok: false,
      problem: { code: 'registration-refused' },
    });
    await nothingIsLeft(household);
  });
});

describe('F7 3 the program was started again while a page is open', () => {
  test('F7 3 a click that comes before the record was read joins the sign-in of the last run', async () => {
    const { authorizationServer, household } = await openOneServer();
    const before = await click(household);
    await household.restart();
    const after = await click(household);
    if (!before.ok || !after.ok) throw new Error('no sign-in');
    expect([after.value.joined, after.value.authorizationUrl]).toEqual([true, before.value.authorizationUrl]);
    expect((await signIn(after.value.authorizationUrl)).body).toContain('Signed in to linear');
    await household.reached('linear', 'ready');
    expect(authorizationServer.counts.registrations).toBe(1);
  });
});
