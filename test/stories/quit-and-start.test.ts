import { afterEach, describe, expect, test } from 'vitest';
import { openHousehold } from './household.ts';
import { closeEverything, initialize, openAuthorizationServer, openMcpServer, openSignedIn } from './one-server.ts';

afterEach(closeEverything);

describe('27 sign in, quit, start', () => {
  test('27 no page opens, nothing is asked, and the first call succeeds without a refresh', async () => {
    const { authorizationServer, mcp, household } = await openSignedIn(3600);
    await household.restart();
    const answer = await initialize(household);
    expect(answer.message.result).toBeDefined();
    expect(mcp.counts.unauthorized).toBe(0);
    expect(household.browser.pages).toEqual([]);
    expect(authorizationServer.counts).toMatchObject({
      metadataRequests: 0,
      registrations: 0,
      authorizations: 0,
      codeExchanges: 0,
      refreshAttempts: 0,
    });
    expect((await household.reached('linear', 'ready')).kind).toBe('ready');
  });

  test('27 a call that comes before the program has looked at the server waits for the vault, not for a person', async () => {
    const { household } = await openSignedIn(3600);
    await household.restart();
    const answers = await Promise.all(Array.from({ length: 20 }, (_, id) => initialize(household, 'linear', { id })));
    for (const { message } of answers) expect(message.result).toBeDefined();
  });

  test('27 the same key, the same address: callers need no new configuration', async () => {
    const { household } = await openSignedIn(3600);
    const { endpoint } = household.view('linear');
    await household.restart();
    expect(household.view('linear').endpoint).toBe(endpoint);
    expect((await initialize(household)).status).toBe(200);
  });
});

describe('29 a thousand calls', () => {
  test('29 read the keychain once for each server and start', async () => {
    const authorizationServer = await openAuthorizationServer();
    const first = await openMcpServer({ authorizationServer });
    const second = await openMcpServer({ authorizationServer });
    const household = await openHousehold({ servers: { linear: { url: first.url }, notes: { url: second.url } } });
    for (const name of ['linear', 'notes']) {
      await household.reached(name, 'login-needed');
      await household.signInTo(name);
    }
    const before = household.vault.reads;
    await household.restart();
    for (let round = 0; round < 20; round += 1) {
      const names = Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? 'linear' : 'notes'));
      const answers = await Promise.all(names.map((name) => initialize(household, name)));
      for (const { message } of answers) expect(message.result).toBeDefined();
    }
    expect(first.counts.admitted + second.counts.admitted).toBeGreaterThanOrEqual(1000);
    expect(household.vault.reads - before).toBeLessThanOrEqual(2);
  }, 180_000);

  test('29 a refresh reads nothing, and writes once', async () => {
    const { authorizationServer, household } = await openSignedIn(3600);
    const { reads, writes } = household.vault;
    authorizationServer.endAccessTokens();
    await initialize(household);
    expect(authorizationServer.counts.refreshes).toBe(1);
    expect([household.vault.reads - reads, household.vault.writes - writes]).toEqual([0, 1]);
  });
});
