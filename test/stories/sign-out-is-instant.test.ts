import { afterEach, describe, expect, test } from 'vitest';
import { closeEverything, initialize, type OneServer, openSignedIn } from './one-server.ts';

afterEach(closeEverything);

async function isSignedOut({ mcp, household }: OneServer): Promise<void> {
  expect(household.state('linear')).toMatchObject({ kind: 'login-needed', reason: { code: 'login-absent' } });
  expect(household.view('linear').login).toBeUndefined();
  expect([...household.vault.values.values()].join()).not.toContain('accessToken');
  mcp.resetCounts();
  const { message } = await initialize(household);
  expect(message.error?.data).toMatchObject({ state: 'login-needed' });
  expect(mcp.counts.requests).toBe(0);
}

describe('T6 31 signing out where the authorization server does not take the tokens back', () => {
  test.each([
    ['is broken', { status: 503 }],
    ['answers with a page', { status: 500, html: true }],
    ['says no', { status: 400, body: '{"error":"unsupported_token_type"}' }],
    ['asks for patience', { status: 429, retryAfterS: 3600 }],
  ] as const)(
    'T6 31 it %s: signed out all the same, both tokens are told once, nothing is tried again',
    async (_what, failure) => {
      const one = await openSignedIn(3600);
      const { authorizationServer, household } = one;
      authorizationServer.failEndpoint('revocation', failure);
      expect(await household.engine.logout('linear')).toMatchObject({ ok: true });
      await isSignedOut(one);
      expect(authorizationServer.log.filter(({ kind }) => kind === 'revocation')).toHaveLength(2);
      // The row's count of calls is told within a second; nothing else is planned.
      await household.clock.advance('1 s');
      expect(household.clock.pendingAlarms).toEqual([]);
      authorizationServer.behave();
      await household.clock.advance('2 h');
      expect(authorizationServer.log.filter(({ kind }) => kind === 'revocation')).toHaveLength(2);
      await household.signInTo('linear');
      expect((await initialize(household)).message.result).toBeDefined();
    },
  );

  test('T6 31 it hangs: signed out before it answers, whoever asked is told within a second, and what it answers later counts', async () => {
    const one = await openSignedIn(3600);
    const { authorizationServer, household } = one;
    authorizationServer.hangEndpoint('revocation');
    let isTold = false;
    const told = household.engine.logout('linear').then(() => {
      isTold = true;
    });
    await household.reached('linear', 'login-needed');
    await isSignedOut(one);
    expect(isTold).toBe(false);
    await household.clock.advance('1 s');
    await told;
    // Signed in again meanwhile: what comes late is about the old tokens only.
    await household.signInTo('linear');
    authorizationServer.resumeEndpoint('revocation');
    await authorizationServer.until(({ revocations }) => revocations === 2);
    expect((await initialize(household)).message.result).toBeDefined();
    expect(household.state('linear').kind).toBe('ready');
  });

  test('T6 31 it hangs while the server is removed: gone within a second', async () => {
    const { authorizationServer, household } = await openSignedIn(3600);
    authorizationServer.hangEndpoint('revocation');
    const removed = household.engine.removeServer('linear');
    await household.until(() => household.engine.view().servers.length === 0, 'removed');
    await household.until(() => household.clock.pendingAlarms.length === 1, 'only the wait for the revocation is left');
    await household.clock.advance('1 s');
    expect(await removed).toMatchObject({ ok: true });
    expect([...household.vault.values.keys()]).toEqual([]);
  });
});
