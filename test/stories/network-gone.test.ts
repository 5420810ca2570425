import { afterEach, describe, expect, test } from 'vitest';
import { wordsFor } from '../../src-main/engine/model/words.ts';
import type { Household } from './household.ts';
import { closeEverything, initialize, openSignedIn, timeGoesBy } from './one-server.ts';

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
