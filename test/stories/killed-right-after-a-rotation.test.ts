import { afterEach, describe, expect, test } from 'vitest';
import { createManualClock } from '../fakes/manual-clock.ts';
import { openHousehold } from './household.ts';
import { closeEverything, initialize, openSignedIn, untilDue } from './one-server.ts';

afterEach(closeEverything);

describe('13 a rotated refresh token', () => {
  test('13 T2 is in the vault before any call carries the new access token', async () => {
    const { authorizationServer, mcp, household } = await openSignedIn(3600);
    const release = household.vault.holdWrites();
    await untilDue(household);
    await authorizationServer.until(({ refreshes }) => refreshes === 1);
    for (let call = 0; call < 3; call += 1) expect((await initialize(household)).message.result).toBeDefined();
    expect(mcp.seenAuthorization).toHaveLength(1);
    expect(household.state('linear')).toMatchObject({ kind: 'ready', token: { kind: 'refreshing' } });
    const before = [...household.vault.values.values()].join();
    release();
    await household.until(() => [...household.vault.values.values()].join() !== before, 'the write');
    await household.until(() => household.view('linear').login?.renewedCount === 1, 'the new token');
    expect((await initialize(household)).message.result).toBeDefined();
    expect(mcp.seenAuthorization).toHaveLength(2);
  });

  test('13 killed at the moment when a call first carries the new token: the next process goes on, and the grant lives', async () => {
    const { authorizationServer, mcp, household } = await openSignedIn(3600);
    await untilDue(household);
    await household.until(() => household.view('linear').login?.renewedCount === 1, 'the refresh');
    expect((await initialize(household)).message.result).toBeDefined();

    const clock = createManualClock(household.clock.now());
    const after = await openHousehold({ servers: { linear: mcp.url }, clock, leftBy: household });
    await after.reached('linear', 'ready');
    expect((await initialize(after)).message.result).toBeDefined();
    await untilDue(after);
    await after.until(() => after.view('linear').login?.renewedCount === 2, 'the second refresh');
    expect(authorizationServer.counts).toMatchObject({ refreshes: 2, refreshAttempts: 2, authorizations: 0 });
    expect(after.browser.pages).toEqual([]);
  });

  test('13 the vault refuses the write: the new token is used from memory, written again, and nobody goes back to the old one', async () => {
    const { authorizationServer, mcp, household } = await openSignedIn(3600);
    household.vault.failNextWrite();
    const before = [...household.vault.values.values()].join();
    await untilDue(household);
    await household.until(() => household.view('linear').login?.renewedCount === 1, 'the refresh');
    expect([...household.vault.values.values()].join()).toBe(before);
    expect(household.logger.of('vault.write-failed')).toHaveLength(1);
    expect((await initialize(household)).message.result).toBeDefined();
    expect(mcp.seenAuthorization).toHaveLength(1);
    await household.clock.advance('1 s');
    expect([...household.vault.values.values()].join()).not.toBe(before);
    await household.restart();
    await household.reached('linear', 'ready');
    await untilDue(household);
    await household.until(() => household.view('linear').login?.renewedCount === 2, 'the second refresh');
    expect(authorizationServer.counts).toMatchObject({ refreshes: 2, refreshAttempts: 2 });
  });
});
