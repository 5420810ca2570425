import { afterEach, describe, expect, test } from 'vitest';
import { closeEverything, initialize, linesWith, openSignedIn, timeGoesBy } from './one-server.ts';

afterEach(closeEverything);

const REFRESH_LINES = ['refresh.started', 'refresh.attempt', 'oauth.request', 'oauth.response', 'refresh.done'];

describe('O1 a token that ran out is renewed with the stored refresh token, not by a browser', () => {
  test('O1 a fresh process finds the persisted token expired, says so in the log, and renews it before it knocks at the server', async () => {
    const { authorizationServer, mcp, household } = await openSignedIn(30);
    await household.engine.stop();
    await household.clock.advance('2 h');
    mcp.resetCounts();
    const before = household.logger.lines.length;
    await household.restart();
    await household.reached('linear', 'ready');
    const lines = household.logger.lines.slice(before);
    const found = lines.find(({ fields }) => fields.tokenSource === 'vault');
    expect(found).toMatchObject({
      event: 'token.looked-up',
      fields: { found: true, hasRefreshToken: true, expired: true },
    });
    const inMemory = lines.find(({ event, fields }) => event === 'token.looked-up' && fields.tokenSource === 'memory');
    expect(inMemory?.fields).toMatchObject({ found: true, fingerprint: found?.fields.fingerprint });
    expect(authorizationServer.counts).toMatchObject({ refreshes: 1, refreshAttempts: 1, authorizations: 0 });
    expect(mcp.counts.unauthorized).toBe(0);
    expect(household.browser.pages).toEqual([]);
    const refresh = lines.find(({ event }) => event === 'refresh.started')?.fields.correlationId;
    expect(linesWith(household, refresh)).toEqual(
      expect.arrayContaining([...REFRESH_LINES, 'vault.saved', 'token.renewed', 'refresh.planned']),
    );
  });

  test('O1 a reconnect after the expiry renews in the running program', async () => {
    const { authorizationServer, household } = await openSignedIn(30);
    authorizationServer.failTokenEndpoint({ status: 503, times: 1, retryAfterS: 3600 });
    await timeGoesBy(household, {
      stepMs: 5000,
      until: () => household.state('linear').kind === 'waiting',
      what: 'expiry',
    });
    expect(authorizationServer.counts.refreshes).toBe(0);
    const reconnected = await household.engine.reconnect('linear');
    expect(reconnected).toMatchObject({ ok: true, value: { state: { kind: 'ready', token: { kind: 'fresh' } } } });
    expect(authorizationServer.counts).toMatchObject({ refreshes: 1, authorizations: 0 });
    expect(household.browser.pages).toEqual([]);
  });

  test('O1 a waiting caller is answered after three attempts at 0, 1 and 2 s, with the time of the next; then it goes on by itself', async () => {
    const { authorizationServer, household } = await openSignedIn(30, { settings: { openBrowser: 'when-needed' } });
    await household.engine.stop();
    await household.clock.advance('1 h');
    authorizationServer.failTokenEndpoint({ status: 500 });
    await household.restart();
    const begun = household.clock.now();
    const answer = initialize(household);
    await authorizationServer.until(({ refreshAttempts }) => refreshAttempts === 1);
    await timeGoesBy(household, {
      stepMs: 250,
      until: () => household.state('linear').kind === 'waiting',
      what: 'the end of three attempts',
    });
    const { status, message } = await answer;
    expect(status).toBe(200);
    expect(message.error?.message).toMatch(
      /^linear: Trying again\. 127\.0\.0\.1:\d+ answered 500\. Trying again at \d\d:\d\d\./,
    );
    expect(message.error?.data).toMatchObject({ server: 'linear', state: 'waiting', retryAt: expect.any(Number) });
    expect(authorizationServer.counts.refreshAttempts).toBe(3);
    expect(household.clock.now() - begun).toBeGreaterThanOrEqual(3000);
    const attempts = household.logger.of('refresh.attempt').map(({ fields }) => fields.attempt);
    expect(attempts).toEqual([1, 2, 3]);
    expect(household.logger.of('refresh.attempt-failed').map(({ fields }) => fields.outcome)).toEqual(
      Array.from({ length: 3 }, () => 'try-again'),
    );
    const ofRefresh = household.logger.lines.filter(({ event }) => /^refresh\.(?!planned)/.test(event));
    const ids = new Set(ofRefresh.map(({ fields }) => fields.correlationId));
    expect(ids.size).toBe(1);

    authorizationServer.behave();
    authorizationServer.accessTokensLiveS(30);
    await timeGoesBy(household, {
      stepMs: 1000,
      until: () => household.state('linear').kind === 'ready',
      what: 'recovery',
    });
    expect(authorizationServer.counts).toMatchObject({ refreshes: 1, authorizations: 0 });
    expect(household.browser.pages).toEqual([]);
  });

  test('O1 only a refused refresh leads to a login, and then the caller is told where', async () => {
    const { authorizationServer, household } = await openSignedIn(30);
    authorizationServer.refuseRefresh('invalid_grant');
    await timeGoesBy(household, {
      stepMs: 1000,
      until: () => household.state('linear').kind === 'login-needed',
      what: 'the refusal',
    });
    expect(household.state('linear')).toMatchObject({ reason: { code: 'login-ended', why: 'invalid-grant' } });
    const { message } = await initialize(household);
    expect(message.error?.message).toContain('Sign in needed');
    expect(authorizationServer.counts).toMatchObject({ refreshAttempts: 1, authorizations: 0 });
    expect(household.browser.pages).toEqual([]);
  });
});
