import { afterEach, describe, expect, test } from 'vitest';
import { openHousehold } from './household.ts';
import {
  closeEverything,
  initialize,
  openAuthorizationServer,
  openMcpServer,
  openSignedIn,
  untilDue,
} from './one-server.ts';

afterEach(closeEverything);

describe('15 invalid_grant', () => {
  test('15 T5 the store is read again once, then "Sign in needed"; no loop, and no other server notices', async () => {
    const authorizationServer = await openAuthorizationServer();
    const healthy = await openAuthorizationServer();
    const linear = await openMcpServer({ authorizationServer });
    const sentry = await openMcpServer({ authorizationServer: healthy });
    const household = await openHousehold({ servers: { linear: linear.url, sentry: sentry.url } });
    for (const name of ['linear', 'sentry']) {
      await household.reached(name, 'login-needed');
      await household.signInTo(name);
    }
    authorizationServer.endGrants();
    authorizationServer.resetCounts();
    const reads = household.vault.reads;
    await untilDue(household, 'linear');
    await household.reached('linear', 'login-needed');
    expect(household.state('linear')).toMatchObject({ reason: { code: 'login-ended', why: 'invalid-grant' } });
    expect(household.vault.reads - reads).toBe(1);
    expect(household.state('sentry').kind).toBe('ready');

    for (let call = 0; call < 5; call += 1) {
      const { message } = await initialize(household);
      expect(message.error?.data).toMatchObject({ server: 'linear', state: 'login-needed', reason: 'login-ended' });
      expect(message.error?.message).toContain('/oauth/start/');
    }
    await household.clock.advance('6 h');
    expect(authorizationServer.counts).toMatchObject({ refreshAttempts: 1, authorizations: 0 });
    expect(household.browser.pages).toEqual([]);
    await household.until(() => household.state('sentry').kind === 'ready', 'sentry');
    expect((await initialize(household, 'sentry')).message.result).toBeDefined();
    await household.signInTo('linear');
    expect((await initialize(household)).message.result).toBeDefined();
    expect(authorizationServer.counts.registrations).toBe(0);
  });

  test('7 both tokens die while it runs: the second sign-in of the process exchanges its code once, and calls work', async () => {
    const { authorizationServer, mcp, household } = await openSignedIn(3600);
    authorizationServer.endAccessTokens();
    authorizationServer.endGrants();
    expect((await initialize(household)).message.error?.data).toMatchObject({ state: 'login-needed' });
    await household.reached('linear', 'login-needed');
    authorizationServer.resetCounts();
    await household.signInTo('linear');
    mcp.resetCounts();
    for (let call = 0; call < 5; call += 1) expect((await initialize(household)).message.result).toBeDefined();
    expect(authorizationServer.counts).toMatchObject({ authorizations: 1, codeExchanges: 1, refreshAttempts: 0 });
    expect(mcp.counts).toMatchObject({ unauthorized: 0 });
  });

  test('15 what another program stored meanwhile is taken over instead of asking the person', async () => {
    const { authorizationServer, household } = await openSignedIn(3600);
    const [key = '', old = ''] = [...household.vault.values][0] ?? [];
    await untilDue(household);
    await household.until(() => household.view('linear').login?.renewedCount === 1, 'a refresh');
    const newest = household.vault.values.get(key) ?? '';
    // A second program would have rotated it: what this one holds in memory is the older token.
    household.vault.values.set(key, old);
    await household.restart();
    await household.reached('linear', 'ready');
    household.vault.values.set(key, newest);
    authorizationServer.refuseRefresh('invalid_grant', { times: 1 });
    await untilDue(household);
    await household.until(() => household.logger.of('refresh.newer-token-found').length === 1, 'the newer token');
    await household.until(() => household.view('linear').login?.renewedCount === 2, 'its refresh');
    expect(household.state('linear').kind).toBe('ready');
    expect(household.browser.pages).toEqual([]);
  });

  test.each(['invalid_request', 'temporarily_unavailable', 'server_error', 'invalid_scope'])(
    '15 T5 %s ends no login',
    async (error) => {
      const { authorizationServer, household } = await openSignedIn(3600);
      authorizationServer.refuseRefresh(error);
      await untilDue(household);
      await household.until(() => authorizationServer.counts.refreshAttempts >= 1, 'the attempt');
      authorizationServer.behave();
      await household.clock.advance('10 s');
      await household.until(() => household.view('linear').login?.renewedCount === 1, 'the refresh');
      expect(household.state('linear').kind).toBe('ready');
    },
  );
});
