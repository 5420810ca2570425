import { afterEach, describe, expect, test } from 'vitest';
import { closeEverything, initialize, openSignedIn, timeGoesBy } from './one-server.ts';

afterEach(closeEverything);

describe('12 nobody calls, and the login lives on', () => {
  test('12 an hour-long token is refreshed once, at 75 to 80 % of its life, with its resource; no call sees 401', async () => {
    const { authorizationServer, mcp, household } = await openSignedIn(3600);
    const signedInAt = household.clock.now();
    await household.clock.advance('2699 s');
    expect(authorizationServer.counts.refreshAttempts).toBe(0);
    await timeGoesBy(household, {
      stepMs: 5000,
      until: () => authorizationServer.counts.refreshes === 1,
      what: 'the refresh',
    });
    expect(household.clock.now() - signedInAt).toBeLessThanOrEqual(2880_000 + 5000);
    await household.until(() => tokenKind() === 'fresh', 'the new token');
    await household.clock.advance('10 min');
    expect(authorizationServer.counts).toMatchObject({ refreshes: 1, refreshAttempts: 1, authorizations: 0 });
    expect(authorizationServer.log.find(({ kind }) => kind === 'refresh')?.resource).toBe(mcp.url);
    expect((await initialize(household)).message.result).toBeDefined();
    expect(mcp.counts).toMatchObject({ requests: 1, unauthorized: 0 });

    function tokenKind() {
      const state = household.state('linear');
      return state.kind === 'ready' ? state.token.kind : state.kind;
    }
  });

  test('12 thirty-second tokens are refreshed in time, each once, and calls go on all along', async () => {
    const { authorizationServer, mcp, household } = await openSignedIn(30);
    const begun = household.clock.now();
    const dueTimes: number[] = [];
    for (let life = 1; life <= 8; life += 1) {
      await timeGoesBy(household, {
        stepMs: 500,
        until: () => authorizationServer.counts.refreshes === life,
        what: `refresh ${life}`,
      });
      dueTimes.push(household.clock.now() - begun);
      expect((await initialize(household)).message.result).toBeDefined();
    }
    dueTimes.forEach((at, index) => {
      const spent = at - (dueTimes[index - 1] ?? 0);
      expect(spent).toBeGreaterThanOrEqual(22_000);
      expect(spent).toBeLessThanOrEqual(25_000);
    });
    expect(authorizationServer.counts).toMatchObject({ refreshes: 8, refreshAttempts: 8, authorizations: 0 });
    expect(mcp.counts.unauthorized).toBe(0);
    expect(household.browser.pages).toEqual([]);
  });
});
