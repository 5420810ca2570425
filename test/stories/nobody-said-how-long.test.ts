import { afterEach, describe, expect, test } from 'vitest';
import { closeEverything, initialize, openOneServer, openSignedIn } from './one-server.ts';

afterEach(closeEverything);

describe('17 tokens without expires_in, and servers that refuse good ones', () => {
  test('17 T3 used until a 401, then refreshed once, and the call is sent again once', async () => {
    const { authorizationServer, mcp, household } = await openOneServer();
    authorizationServer.leaveOutExpiresIn();
    await household.signInTo('linear');
    authorizationServer.resetCounts();
    expect(household.state('linear')).toEqual({ kind: 'ready', token: { kind: 'unknown-life' } });
    await household.clock.advance('30 d');
    expect((await initialize(household)).message.result).toBeDefined();
    expect(authorizationServer.counts.refreshAttempts).toBe(0);
    authorizationServer.endAccessTokens();
    mcp.resetCounts();
    expect((await initialize(household)).message.result).toBeDefined();
    expect(authorizationServer.counts).toMatchObject({ refreshes: 1, refreshAttempts: 1 });
    expect(mcp.counts).toMatchObject({ requests: 2, unauthorized: 1, admitted: 1 });
    expect(household.state('linear')).toEqual({ kind: 'ready', token: { kind: 'unknown-life' } });
  });

  test('17 a 401 right after a good refresh: no storm, an error that names the server, tokens kept', async () => {
    const { authorizationServer, mcp, household } = await openSignedIn(3600);
    mcp.rejectAllTokens();
    const answers = await Promise.all(Array.from({ length: 20 }, (_, id) => initialize(household, 'linear', { id })));
    for (const { status, message } of answers) {
      expect(status).toBe(200);
      expect(message.error?.message).toMatch(
        /^linear: Token rejected\. The server refuses a token that was renewed just now\./,
      );
    }
    for (let call = 0; call < 20; call += 1) await initialize(household);
    expect(authorizationServer.counts).toMatchObject({ refreshes: 1, authorizations: 0 });
    expect(household.state('linear')).toMatchObject({ kind: 'waiting', problem: { code: 'token-rejected' } });
    expect([...household.vault.values.values()].join()).toContain('refreshToken');
    // Looks by itself go on, further and further apart, and cost no refresh.
    const seen = mcp.counts.requests;
    for (let minute = 0; minute < 20; minute += 1) {
      const wait = household.state('linear');
      if (wait.kind !== 'waiting') throw new Error(wait.kind);
      const requests = mcp.counts.requests;
      await household.clock.advance(Math.max(wait.retryAt - household.clock.now(), 0));
      await mcp.until((counts) => counts.requests > requests);
      await household.until(() => {
        const state = household.state('linear');
        return state.kind === 'waiting' && state.retryAt > household.clock.now();
      }, 'the next look is planned');
      if (minute === 5) break;
    }
    expect(mcp.counts.requests - seen).toBe(6);
    expect(authorizationServer.counts.refreshes).toBe(1);
    mcp.acceptTokens();
    const state = household.state('linear');
    if (state.kind === 'waiting') await household.clock.advance(state.retryAt - household.clock.now());
    await household.reached('linear', 'ready');
  });

  test('17 a server that refuses every other request does not get a refresh for each', async () => {
    const { authorizationServer, mcp, household } = await openSignedIn(3600);
    for (let round = 0; round < 10; round += 1) {
      mcp.rejectTokens({ times: 2 });
      await initialize(household);
      mcp.acceptTokens();
      expect((await initialize(household)).message.result).toBeDefined();
    }
    expect(authorizationServer.counts.refreshAttempts).toBe(1);
    await household.clock.advance('30 s');
    mcp.rejectTokens({ times: 1 });
    expect((await initialize(household)).message.result).toBeDefined();
    expect(authorizationServer.counts.refreshAttempts).toBe(2);
  });
});
