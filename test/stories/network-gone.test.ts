import { afterEach, describe, expect, test } from 'vitest';
import { wordsFor } from '../../src-main/engine/model/words.ts';
import { type Household, openHousehold } from './household.ts';
import {
  closeEverything,
  initialize,
  openAuthorizationServer,
  openMcpServer,
  openSignedIn,
  timeGoesBy,
} from './one-server.ts';

afterEach(closeEverything);

const PORTAL = {
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: '<!doctype html><title>Hotel</title><form>Room number</form>',
};

function word(household: Household): string {
  return wordsFor(household.state('linear'), () => '12:00').word;
}

/** Every login that the vault holds, as it holds it. */
const stored = (household: Household): string => JSON.stringify([...household.vault.values].sort());

describe('34 the network goes', () => {
  test('34 "Offline", the login is untouched, and it reconnects when the network is back; no page opens', async () => {
    const { authorizationServer, mcp, household } = await openSignedIn(3600);
    const before = stored(household);
    await mcp.die();
    await authorizationServer.die();
    const { message } = await initialize(household);
    expect(message.error?.message).toMatch(/^linear: Offline\./);
    expect(word(household)).toBe('Offline');
    await timeGoesBy(household, {
      stepMs: 60_000,
      until: () => household.clock.now() > Date.now() + 20 * 60_000,
      what: 'twenty minutes without a network',
    });
    expect(word(household)).toBe('Offline');
    expect(stored(household)).toBe(before);

    await mcp.revive();
    await authorizationServer.revive();
    await timeGoesBy(household, {
      stepMs: 60_000,
      until: () => household.state('linear').kind === 'ready',
      what: 'the reconnect',
    });
    expect((await initialize(household)).message.result).toBeDefined();
    expect(household.browser.pages).toEqual([]);
    expect(authorizationServer.counts.authorizations).toBe(0);
  });

  test('34 a network that is away for longer than the token lives costs no login', async () => {
    const { authorizationServer, mcp, household } = await openSignedIn(30);
    await mcp.die();
    await authorizationServer.die();
    await initialize(household);
    await household.sleep('9 h');
    await household.until(() => household.logger.of('refresh.attempt-failed').length > 0, 'a refresh that failed');
    expect(['waiting', 'ready']).toContain(household.state('linear').kind);
    await mcp.revive();
    await authorizationServer.revive();
    await timeGoesBy(household, {
      stepMs: 10_000,
      until: () => household.state('linear').kind === 'ready' && authorizationServer.counts.refreshes > 0,
      what: 'the refresh after the outage',
    });
    expect((await initialize(household)).message.result).toBeDefined();
    expect(household.browser.pages).toEqual([]);
    expect(authorizationServer.counts.authorizations).toBe(0);
  });

  test.each([
    ['the network is back', 20, 60, async ({ network }: Household) => network.comesBack()],
    ['the clock is set back', 8, 60, ({ clock }: Household) => clock.jump('-1 h')],
    ['the laptop wakes', 8, 3600, ({ clock }: Household) => clock.jump('20 s')],
  ])(
    '34 32 when %s, %d servers that wait for it with tokens of %d s are connected and renewed within 5 s, a few at a time',
    async (_what, count, tokensLiveS, happens) => {
      const authorizationServer = await openAuthorizationServer();
      const mcps = await Promise.all(Array.from({ length: count }, () => openMcpServer({ authorizationServer })));
      const names = mcps.map((_, index) => `server-${index + 1}`);
      const household = await openHousehold({
        servers: Object.fromEntries(mcps.map(({ url }, index) => [`server-${index + 1}`, url])),
        settings: { openBrowser: 'when-needed' },
      });
      authorizationServer.accessTokensLiveS(tokensLiveS);
      for (const name of names) {
        await household.reached(name, 'login-needed');
        await household.signInTo(name);
      }
      for (const server of [...mcps, authorizationServer]) await server.die();
      // Callers find out of some; of short tokens the refreshes that fail tell for the others.
      for (const name of names.slice(tokensLiveS === 60 ? count / 2 : 0)) await initialize(household, name);
      // The looks are minutes apart by then.
      for (let minute = 1; minute <= 5; minute += 1) await household.clock.advance('1 min');
      await household.until(() => names.every((name) => household.state(name).kind === 'waiting'), 'all out of reach');
      for (const server of [...mcps, authorizationServer]) await server.revive();
      authorizationServer.resetCounts();
      for (const mcp of mcps) mcp.resetCounts();

      const looks = () =>
        household.logger.of('server.connecting').length + household.logger.of('refresh.started').length;
      const back = household.clock.now();
      const begun = [looks()];
      await happens(household);
      const returned = household.clock.now();
      await timeGoesBy(household, {
        stepMs: 500,
        until: () => {
          begun.push(looks());
          return names.every((name) => household.state(name).kind === 'ready');
        },
        what: `all connected again, from ${back}`,
      });
      expect(household.clock.now() - returned).toBeLessThanOrEqual(5000);
      expect(Math.max(...begun.slice(1).map((count, step) => count - (begun[step] ?? 0)))).toBeLessThanOrEqual(8);
      for (const name of names) expect(household.view(name).login?.token.kind).toBe('fresh');
      expect(authorizationServer.counts).toMatchObject({
        refreshAttempts: tokensLiveS === 60 ? count : 0,
        authorizations: 0,
      });
      expect(household.browser.pages).toEqual([]);
    },
    60_000,
  );

  test('34 a captive portal answers for everybody: its page is no MCP answer, no token, and ends no login', async () => {
    const { authorizationServer, mcp, household } = await openSignedIn(30);
    const before = stored(household);
    mcp.answerWith({ status: 200, ...PORTAL });
    authorizationServer.failTokenEndpoint({ status: 200, html: true });
    const { body, message } = await initialize(household);
    expect(message.error?.message).toMatch(/a web page, not an MCP answer/);
    expect(body).not.toContain('Room number');
    expect(word(household)).toBe('Trying again');
    await household.sleep('1 h');
    await household.until(() => household.logger.of('refresh.attempt-failed').length > 0, 'a refresh met the portal');
    expect(stored(household)).toBe(before);

    mcp.behave();
    authorizationServer.behave();
    authorizationServer.accessTokensLiveS(30);
    await timeGoesBy(household, {
      stepMs: 10_000,
      until: () => household.state('linear').kind === 'ready' && authorizationServer.counts.refreshes > 0,
      what: 'the portal let us through',
    });
    expect(household.browser.pages).toEqual([]);
    expect(authorizationServer.counts.authorizations).toBe(0);
  });
});
