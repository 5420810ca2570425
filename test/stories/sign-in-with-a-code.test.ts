import { afterEach, describe, expect, test } from 'vitest';
import { sentenceFor } from '../../src-main/engine/model/words.ts';
import { confirmDevice } from '../servers/confirm-device.ts';
import { signIn } from '../servers/sign-in.ts';
import type { Household } from './household.ts';
import { closeEverything, initialize, linesWith, type OneServer, openOneServer } from './one-server.ts';

afterEach(closeEverything);

const OFFERED = { authorization: { behaviour: { offerDeviceSignIn: true } } } as const;

async function start(household: Household, how: { openBrowser?: boolean; startOver?: boolean; device?: boolean } = {}) {
  const started = await household.engine.startLogin('linear', {
    openBrowser: false,
    startOver: false,
    device: true,
    ...how,
  });
  if (!started.ok) throw new Error(JSON.stringify(started.problem));
  return started.value;
}

/** A code under way, and the promise of how it ends. */
async function withCode(one: OneServer) {
  const started = await start(one.household);
  if (!started.device) throw new Error('there is no code');
  const ended = one.household.engine.waitForLogin('linear', started.flow.flowId);
  return { ...started, device: started.device, ended };
}

/** Time goes by until the next question is due, and its answer is there. */
async function nextPoll({ authorizationServer, household }: OneServer): Promise<number> {
  const begun = household.clock.now();
  const [due] = household.clock.pendingAlarms;
  if (due === undefined) throw new Error('no question is planned');
  const lines = household.logger.lines.length;
  const polled = authorizationServer.next(({ kind }) => kind === 'device-poll');
  await household.clock.advance(due - begun);
  await polled;
  await household.until(
    () => household.logger.lines.slice(lines).some(({ event }) => event === 'oauth.response'),
    'the answer',
  );
  await household.clock.advance(0);
  return due - begun;
}

describe('10 a sign-in with a code on another device', () => {
  test('10 the code and its page are shown, confirmed on another device, and the server is connected', async () => {
    const one = await openOneServer(OFFERED);
    const { authorizationServer, household, mcp } = one;
    const { device, flow, ended, authorizationUrl } = await withCode(one);
    expect(device.userCode).toMatch(/^[A-Z]{4}-[A-Z]{4}$/);
    expect(authorizationUrl).toBe(device.verificationUriComplete);
    expect(household.view('linear')).toMatchObject({ device, authorizationUrl });
    expect(household.browser.pages).toEqual([]);
    expect(await nextPoll(one)).toBe(5000);
    expect(household.state('linear').kind).toBe('logging-in');
    expect(await confirmDevice(device.verificationUri, { userCode: device.userCode })).toContain('Success');
    await nextPoll(one);
    expect(await ended).toMatchObject({ ok: true, value: { state: { kind: 'ready' } } });
    expect(household.view('linear').device).toBeUndefined();
    expect((await initialize(household)).message.result).toBeDefined();
    expect(authorizationServer.counts).toMatchObject({
      authorizations: 0,
      registrations: 1,
      deviceAuthorizations: 1,
      devicePolls: 2,
    });
    // F4 in both requests; the device code is a secret.
    const asked = authorizationServer.log.filter(({ kind }) => kind.startsWith('device'));
    expect(asked.map(({ resource }) => resource)).toEqual([mcp.url, mcp.url, mcp.url]);
    expect(asked[0]?.scope).toContain('mcp');
    const deviceCode = authorizationServer.issued().find(({ kind }) => kind === 'deviceCode')?.secret ?? 'none';
    expect(JSON.stringify(household.logger.lines)).not.toContain(deviceCode);
    expect([...household.vault.values.values()].join()).not.toContain(deviceCode);
    // Every line of it bears the flow's id.
    const lines = linesWith(household, flow.correlationId);
    for (const event of ['flow.started', 'client.registered', 'device.code-issued', 'login.stored', 'flow.ended']) {
      expect(lines).toContain(event);
    }
  });

  test('10 it is renewed and revoked like any other login', async () => {
    const one = await openOneServer(OFFERED);
    const { device, ended } = await withCode(one);
    await confirmDevice(device.verificationUriComplete ?? '');
    await nextPoll(one);
    expect((await ended).ok).toBe(true);
    one.authorizationServer.endAccessTokens();
    expect((await initialize(one.household)).message.result).toBeDefined();
    expect(one.authorizationServer.counts.refreshes).toBe(1);
    await one.household.engine.logout('linear');
    expect(one.authorizationServer.counts.revocations).toBeGreaterThan(0);
  });

  test('10 "slow_down" adds five seconds for good, and network trouble only makes the wait longer', async () => {
    const one = await openOneServer(OFFERED);
    const { authorizationServer, household } = one;
    authorizationServer.changeDeviceAuthorization({ interval: 2 });
    const { device, ended } = await withCode(one);
    expect(await nextPoll(one)).toBe(2000);
    authorizationServer.refuseDevicePoll('slow_down', { times: 1 });
    expect(await nextPoll(one)).toBe(2000);
    expect(await nextPoll(one)).toBe(7000);
    authorizationServer.failTokenEndpoint({ status: 503, times: 2, html: true });
    expect(await nextPoll(one)).toBe(7000);
    expect(await nextPoll(one)).toBe(14_000);
    expect(await nextPoll(one)).toBe(28_000);
    expect(await nextPoll(one)).toBe(7000);
    expect(household.state('linear').kind).toBe('logging-in');
    await confirmDevice(device.verificationUriComplete ?? '');
    await nextPoll(one);
    expect((await ended).ok).toBe(true);
  });

  test('4 10 refused on the other device: the row says so, and the button works again', async () => {
    const one = await openOneServer(OFFERED);
    const { device, ended } = await withCode(one);
    await confirmDevice(device.verificationUriComplete ?? '', { refuse: true });
    await nextPoll(one);
    expect(await ended).toMatchObject({
      ok: false,
      problem: { code: 'authorization-refused', error: 'access_denied' },
    });
    expect(one.household.state('linear')).toMatchObject({ kind: 'login-needed' });
    expect(one.household.clock.pendingAlarms).toEqual([]);
    const again = await withCode(one);
    expect(again.device.userCode).not.toBe(device.userCode);
    expect(one.authorizationServer.counts.registrations).toBe(1);
  });

  test('4 10 the code lives shorter than a sign-in may take: the row names that end, and nothing is asked after it', async () => {
    const one = await openOneServer(OFFERED);
    const { authorizationServer, household } = one;
    authorizationServer.deviceCodesLiveS(12);
    const { flow, ended } = await withCode(one);
    expect(flow.deadline).toBeLessThanOrEqual(household.clock.now() + 12_000);
    expect(household.state('linear')).toMatchObject({ kind: 'logging-in', deadline: flow.deadline });
    await nextPoll(one);
    await nextPoll(one);
    await household.clock.advance('1 min');
    expect(await ended).toMatchObject({ ok: false, problem: { code: 'flow-expired' } });
    expect(household.clock.pendingAlarms).toEqual([]);
    expect(authorizationServer.counts.devicePolls).toBe(2);
  });

  test('4 10 a machine that slept past the end asks nothing when it wakes', async () => {
    const one = await openOneServer(OFFERED);
    const { ended } = await withCode(one);
    await one.household.sleep('1 h');
    expect(await ended).toMatchObject({ ok: false, problem: { code: 'flow-expired' } });
    expect(one.authorizationServer.counts.devicePolls).toBe(0);
  });

  test('4 10 the server says that the code has expired', async () => {
    const one = await openOneServer(OFFERED);
    one.authorizationServer.refuseDevicePoll('expired_token');
    const { ended } = await withCode(one);
    await nextPoll(one);
    expect(await ended).toMatchObject({ ok: false, problem: { code: 'flow-expired' } });
  });

  test('4 10 cancelled while a question is on its way: nothing is kept, what arrives is revoked', async () => {
    const one = await openOneServer(OFFERED);
    const { authorizationServer, household } = one;
    const { device, ended } = await withCode(one);
    await confirmDevice(device.verificationUriComplete ?? '');
    authorizationServer.hangTokenEndpoint();
    const [due = 0] = household.clock.pendingAlarms;
    await household.clock.advance(due - household.clock.now());
    await authorizationServer.until(({ devicePolls }) => devicePolls === 1);
    expect(household.engine.cancelLogin('linear')).toMatchObject({ ok: true });
    expect(await ended).toMatchObject({ ok: false, problem: { code: 'flow-cancelled' } });
    expect(household.view('linear').device).toBeUndefined();
    const revoked = authorizationServer.next(({ kind }) => kind === 'revocation');
    authorizationServer.resumeTokenEndpoint();
    expect((await revoked).ok).toBe(true);
    expect([...household.vault.values.values()].join()).not.toContain('accessToken');
    expect(household.clock.pendingAlarms).toEqual([]);
  });

  test('3 10 whoever comes meanwhile joins the one code; "start over" gets another', async () => {
    const one = await openOneServer(OFFERED);
    const { device, ended } = await withCode(one);
    const joined = await start(one.household);
    expect(joined).toMatchObject({ joined: true, device });
    const click = await start(one.household, { device: false, openBrowser: true });
    expect(click).toMatchObject({ joined: true, device, browserOpened: true });
    expect(one.household.browser.pages).toEqual([device.verificationUriComplete]);
    const fresh = await start(one.household, { startOver: true });
    expect(await ended).toMatchObject({ ok: false, problem: { code: 'flow-superseded' } });
    expect(fresh.device?.userCode).not.toBe(device.userCode);
    expect(one.authorizationServer.counts.deviceAuthorizations).toBe(2);
    one.household.engine.cancelLogin('linear');
  });

  test('10 it does not outlive the program, and leaves nothing behind', async () => {
    const one = await openOneServer(OFFERED);
    const { ended } = await withCode(one);
    await one.household.restart();
    expect((await ended).ok).toBe(false);
    await one.household.reached('linear', 'login-needed');
    expect([...one.household.vault.values.keys()].filter((key) => key.includes('sign-in'))).toEqual([]);
    expect(one.household.clock.pendingAlarms).toEqual([]);
  });
});

describe('10 no browser can be opened, and the server offers codes', () => {
  async function clickWithoutBrowser(one: OneServer) {
    one.household.browser.breakDown('there is no display');
    const started = await start(one.household, { openBrowser: true, device: false });
    if (!started.device) throw new Error('there is no code');
    return { ...started, device: started.device };
  }

  test('10 a code stands beside the link, and signs in', async () => {
    const one = await openOneServer(OFFERED);
    const { device, authorizationUrl, flow, browserError } = await clickWithoutBrowser(one);
    expect(browserError).toContain('there is no display');
    expect(authorizationUrl).toContain('redirect_uri=');
    expect(one.household.view('linear')).toMatchObject({ device, authorizationUrl });
    const ended = one.household.engine.waitForLogin('linear', flow.flowId);
    await confirmDevice(device.verificationUriComplete ?? '');
    await nextPoll(one);
    expect(await ended).toMatchObject({ ok: true, value: { state: { kind: 'ready' } } });
    expect(one.authorizationServer.counts).toMatchObject({ registrations: 1, deviceAuthorizations: 1 });
    // The page that was left open comes too late.
    expect((await signIn(authorizationUrl)).body).toContain('Nothing to sign in here');
    await one.household.until(() => !one.household.vault.values.has('linear/sign-in'), 'its record is erased');
  });

  test('10 the link beside it works as well, and then nobody asks for the code any more', async () => {
    const one = await openOneServer(OFFERED);
    const { authorizationUrl } = await clickWithoutBrowser(one);
    expect((await signIn(authorizationUrl)).body).toContain('Signed in to linear');
    await one.household.reached('linear', 'ready');
    await one.household.clock.advance('1 min');
    expect(one.authorizationServer.counts.devicePolls).toBe(0);
  });

  test('10 both are finished at once: one login is kept, the other is revoked', async () => {
    const one = await openOneServer(OFFERED);
    const { authorizationServer, household } = one;
    const { device, authorizationUrl } = await clickWithoutBrowser(one);
    await confirmDevice(device.verificationUriComplete ?? '');
    authorizationServer.hangTokenEndpoint();
    await household.clock.advance('5 s');
    await authorizationServer.until(({ devicePolls }) => devicePolls === 1);
    const asked = () => household.logger.lines.filter(({ fields }) => fields.url?.endsWith('/token') === true).length;
    const before = asked();
    const landed = signIn(authorizationUrl);
    await household.until(() => asked() > before, 'the exchange');
    const revoked = authorizationServer.next(({ kind }) => kind === 'revocation');
    authorizationServer.resumeTokenEndpoint();
    expect((await landed).body).toContain('Signed in to linear');
    expect((await revoked).ok).toBe(true);
    expect(authorizationServer.counts.codeExchanges).toBe(1);
    expect((await initialize(household)).message.result).toBeDefined();
  });

  test('10 the code runs out: the link stays, and the row shows the code no more', async () => {
    const one = await openOneServer(OFFERED);
    one.authorizationServer.deviceCodesLiveS(12);
    const { authorizationUrl } = await clickWithoutBrowser(one);
    await one.household.clock.advance('13 s');
    await one.household.until(() => one.household.view('linear').device === undefined, 'the code is gone');
    expect(one.household.state('linear').kind).toBe('logging-in');
    expect((await signIn(authorizationUrl)).body).toContain('Signed in to linear');
  });

  test('10 a server that refuses the code leaves the link as it was', async () => {
    const one = await openOneServer(OFFERED);
    one.authorizationServer.failEndpoint('device-authorization', {
      status: 400,
      body: '{"error":"unauthorized_client"}',
    });
    one.household.browser.breakDown('there is no display');
    const started = await start(one.household, { openBrowser: true, device: false });
    expect(started.device).toBeUndefined();
    expect((await signIn(started.authorizationUrl)).body).toContain('Signed in to linear');
  });
});

describe('10 a server that offers no codes, or odd ones', () => {
  test('10 it is said in a sentence, and nothing is under way', async () => {
    const { authorizationServer, household } = await openOneServer();
    const started = await household.engine.startLogin('linear', { openBrowser: false, startOver: false, device: true });
    const problem = { code: 'device-unavailable', issuer: authorizationServer.issuer } as const;
    expect(started).toEqual({ ok: false, problem });
    expect(sentenceFor(problem)).toContain('offers no sign-in with a code on another device');
    expect(household.state('linear')).toEqual({ kind: 'login-needed', reason: problem });
    expect(authorizationServer.counts.registrations).toBe(0);
  });

  test('10 it refuses the code: its own words are shown', async () => {
    const { authorizationServer, household } = await openOneServer(OFFERED);
    authorizationServer.failEndpoint('device-authorization', {
      status: 400,
      body: JSON.stringify({ error: 'unauthorized_client', error_description: 'Not for you' }),
    });
    const started = await household.engine.startLogin('linear', { openBrowser: false, startOver: false, device: true });
    expect(started).toMatchObject({
      ok: false,
      problem: { code: 'device-unavailable', detail: 'unauthorized_client: Not for you' },
    });
  });

  test('40 10 an address that nobody is sent to is neither shown nor opened', async () => {
    const { authorizationServer, household } = await openOneServer(OFFERED);
    for (const change of [
      { verification_uri: 'javascript:alert(1)' },
      { verification_uri: 'https://somebody@login.example/' },
      { verification_uri_complete: 'file:///etc/passwd' },
      { verification_uri: 'http://login.example/device' },
    ]) {
      authorizationServer.behave();
      authorizationServer.changeDeviceAuthorization(change);
      const started = await household.engine.startLogin('linear', {
        openBrowser: true,
        startOver: false,
        device: true,
      });
      expect(started).toMatchObject({ ok: false, problem: { code: 'unsafe-url' } });
      expect(household.view('linear').device).toBeUndefined();
    }
    expect(household.browser.pages).toEqual([]);
  });

  test('10 a server without a sign-in page of its own: the click gets a code', async () => {
    const one = await openOneServer(OFFERED);
    one.authorizationServer.changeMetadata({ authorization_endpoint: null });
    const started = await start(one.household, { device: false, openBrowser: true });
    expect(started.browserOpened).toBe(true);
    expect(one.household.browser.pages).toEqual([started.device?.verificationUriComplete]);
    await confirmDevice(started.authorizationUrl);
    await nextPoll(one);
    await one.household.reached('linear', 'ready');
  });

  test('R2 a server that registers no clients for devices is asked again without', async () => {
    const { authorizationServer, household } = await openOneServer(OFFERED);
    authorizationServer.refuseRegistration({ times: 1, error: 'invalid_client_metadata', status: 400 });
    await household.signInTo('linear');
    expect(authorizationServer.counts.registrations).toBe(1);
    // That client may not ask for codes: another one is registered beside it.
    await start(household);
    expect(authorizationServer.counts.registrations).toBe(2);
    household.engine.cancelLogin('linear');
    await household.reached('linear', 'ready');
  });
});
