import { afterEach, describe, expect, test } from 'vitest';
import { closeEverything, initialize, openSignedIn } from './one-server.ts';

afterEach(closeEverything);

describe('27 and 29 the keychain is asked once', () => {
  test('27 signed in, quit, started: no page, no refresh, and the first call succeeds', async () => {
    const { authorizationServer, household } = await openSignedIn(3600);
    await household.restart();
    expect((await initialize(household)).message.result).toBeDefined();
    expect(household.browser.pages).toEqual([]);
    expect(authorizationServer.counts).toMatchObject({ refreshAttempts: 0, authorizations: 0, metadataRequests: 0 });
  });

  test('29 a thousand calls after a start read the vault once', async () => {
    const { household } = await openSignedIn(3600);
    await household.restart();
    const before = household.vault.reads;
    for (let round = 0; round < 20; round += 1) {
      const calls = Array.from({ length: 50 }, (_, id) => household.call('linear', { method: 'ping', id }));
      for (const { status } of await Promise.all(calls)) expect(status).toBeLessThan(500);
    }
    expect(household.vault.reads - before).toBeLessThanOrEqual(1);
    expect(household.view('linear').calls).toBe(1000);
  });
});
