import { afterEach, describe, expect, test } from 'vitest';
import { signIn } from '../servers/sign-in.ts';
import type { Household } from './household.ts';
import { closeEverything, initialize, type OneServer, openOneServer, openSignedIn } from './one-server.ts';

afterEach(closeEverything);

const HOUR_MS = 3_600_000;

async function click(household: Household) {
  const started = await household.engine.startLogin('linear', { openBrowser: false, startOver: false });
  if (!started.ok) return { problem: started.problem };
  const { authorizationUrl, flow } = started.value;
  return {
    authorizationUrl,
    flowId: flow.flowId,
    clientId: new URL(authorizationUrl).searchParams.get('client_id'),
  };
}

/** A sign-in that the token endpoint refuses: it does not know the client any more. */
async function signInInVain({ authorizationServer, household }: OneServer) {
  authorizationServer.refuseCodeExchange('invalid_client', { status: 401, times: 1 });
  const clicked = await click(household);
  if (clicked.authorizationUrl === undefined) return clicked;
  await signIn(clicked.authorizationUrl);
  await household.engine.waitForLogin('linear', clicked.flowId);
  return clicked;
}

describe('16 the authorization server no longer knows its client', () => {
  test('16 R4 it is registered anew once, beside the old record; one login is asked, and abandoned clicks register no more', async () => {
    const { authorizationServer, mcp, household } = await openSignedIn(60);
    const before = household.view('linear').login?.clientId;
    authorizationServer.forgetClients();
    await household.clock.advance(50_000);
    await authorizationServer.until((counts) => counts.refreshes + counts.refreshAttempts > 0);
    await household.until(
      () => household.logger.of('refresh.done').at(-1)?.fields.detail === 'client',
      'the refusal is heard',
    );
    expect(household.state('linear').kind, 'the access token serves while it lives').toBe('ready');
    expect((await initialize(household)).message.result).toBeDefined();

    const first = await click(household);
    household.engine.cancelLogin('linear');
    const again = await click(household);
    expect(first.clientId).not.toBe(before);
    expect(again.clientId).toBe(first.clientId);
    expect(authorizationServer.counts.registrations).toBe(1);
    const record = [...household.vault.values.values()].find((value) => value.includes('refreshToken')) ?? '{}';
    expect(JSON.parse(record)).toMatchObject({
      client: { clientId: before },
      nextClient: { clientId: first.clientId },
      clientRejected: true,
      tokens: { refreshToken: expect.any(String) },
    });

    await signIn(again.authorizationUrl ?? '');
    await household.engine.waitForLogin('linear', again.flowId ?? '');
    expect(household.view('linear').login?.clientId).toBe(first.clientId);
    mcp.resetCounts();
    expect((await initialize(household)).message.result).toBeDefined();
    expect(mcp.counts.unauthorized).toBe(0);
  });

  test('R4 a registration that outlived a restart, abandoned before the login, is used again', async () => {
    const { authorizationServer, household } = await openOneServer();
    const first = await click(household);
    household.engine.cancelLogin('linear');
    await household.restart();
    await household.reached('linear', 'login-needed');
    expect((await click(household)).clientId).toBe(first.clientId);
    expect(authorizationServer.counts.registrations).toBe(1);
    household.engine.cancelLogin('linear');
  });

  test.each(['invalid_client', 'unauthorized_client'])(
    'R4 %s at the code exchange is taken for what it is',
    async (error) => {
      const { authorizationServer, household } = await openOneServer();
      authorizationServer.refuseCodeExchange(error, { times: 1 });
      const first = await click(household);
      await signIn(first.authorizationUrl ?? '');
      await household.engine.waitForLogin('linear', first.flowId ?? '');
      const second = await click(household);
      expect(second.clientId).not.toBe(first.clientId);
      await signIn(second.authorizationUrl ?? '');
      await household.reached('linear', 'ready');
      expect(authorizationServer.counts.registrations).toBe(2);
    },
  );

  test('R4 a server that forgets the new one too gets another one after a day, over a restart', async () => {
    const one = await openOneServer();
    const { authorizationServer, household } = one;
    await signInInVain(one);
    await signInInVain(one);
    expect(authorizationServer.counts.registrations).toBe(2);
    expect(await signInInVain(one)).toEqual({
      problem: { code: 'client-rejected', issuer: authorizationServer.issuer },
    });
    await household.restart();
    await household.reached('linear', 'login-needed');
    await household.clock.advance(23 * HOUR_MS);
    expect(await click(household)).toMatchObject({ problem: { code: 'client-rejected' } });
    expect(authorizationServer.counts.registrations).toBe(2);

    await household.clock.advance(2 * HOUR_MS);
    authorizationServer.behave();
    await household.signInTo('linear');
    expect(authorizationServer.counts.registrations).toBe(3);
  });

  test('R4 a client whose secret had ended was not forgotten: it is registered anew each time, also twice a day', async () => {
    const { authorizationServer, household } = await openSignedIn(600, {
      authorization: {
        behaviour: { metadataChanges: { token_endpoint_auth_methods_supported: ['client_secret_basic'] } },
      },
    });
    // The first has a secret without an end: it is forgotten. Those after it have an hour.
    for (const time of [1, 2, 3]) {
      const before = household.view('linear').login?.clientId;
      authorizationServer.refuseRefresh('invalid_client', { status: 401 });
      await household.clock.advance(HOUR_MS);
      await household.reached('linear', 'login-needed');
      authorizationServer.behave();
      authorizationServer.accessTokensLiveS(600);
      authorizationServer.resetCounts();
      authorizationServer.changeRegistration({
        client_secret_expires_at: Math.floor((household.clock.now() + HOUR_MS) / 1000),
      });
      await household.signInTo('linear');
      expect(authorizationServer.counts.registrations, `time ${time}`).toBe(1);
      expect(household.view('linear').login?.clientId).not.toBe(before);
    }
    // Forgotten while its secret lives: the replacement of three hours ago still counts.
    authorizationServer.refuseRefresh('invalid_client', { status: 401 });
    await household.clock.advance(10 * 60_000);
    await household.reached('linear', 'login-needed');
    expect(await click(household)).toMatchObject({ problem: { code: 'client-rejected' } });
  });

  test('R4 beside a login in use, a rejected new registration leaves the old one and its refresh token', async () => {
    const one = await openSignedIn(3600);
    const { authorizationServer, mcp, household } = one;
    const before = household.view('linear').login?.clientId;
    await signInInVain(one);
    await signInInVain(one);
    expect(authorizationServer.counts.registrations).toBe(1);
    expect(await click(household)).toMatchObject({ problem: { code: 'client-rejected' } });
    expect(household.view('linear').login?.clientId).toBe(before);
    expect((await initialize(household)).message.result).toBeDefined();
    expect(mcp.counts.unauthorized).toBe(0);

    await household.clock.advance(25 * HOUR_MS);
    const next = await click(household);
    household.engine.cancelLogin('linear');
    expect((await click(household)).clientId, 'the newest registration is kept').toBe(next.clientId);
    expect(authorizationServer.counts.registrations).toBe(2);
  });
});
