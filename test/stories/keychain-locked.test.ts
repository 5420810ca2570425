import { afterEach, describe, expect, test } from 'vitest';
import { closeEverything, initialize, openSignedIn, untilDue } from './one-server.ts';

afterEach(closeEverything);

describe('28 the keychain is locked', () => {
  test('28 at the start: "locked" for every server, told to callers as such; unlocked elsewhere, it heals by itself within 30 s', async () => {
    const { authorizationServer, household } = await openSignedIn(3600);
    household.vault.lock();
    await household.restart();
    await household.reached('linear', 'locked');
    expect((await initialize(household)).message.error?.message).toContain('keychain is locked');
    await household.clock.advance('10 min');
    expect(household.state('linear').kind).toBe('locked');
    household.vault.unlock();
    await household.clock.advance('30 s');
    await household.reached('linear', 'ready');
    expect((await initialize(household)).message.result).toBeDefined();
    expect(authorizationServer.counts).toMatchObject({ authorizations: 0, refreshes: 0 });
    expect(household.browser.pages).toEqual([]);
  });

  test('28 where asking could open a prompt, nobody but the person’s click asks', async () => {
    const { authorizationServer, household } = await openSignedIn(3600);
    household.vault.lock();
    await household.restart();
    await household.reached('linear', 'locked');
    household.vault.unlock({ seen: false });
    await household.clock.advance('5 min');
    expect(household.state('linear').kind).toBe('locked');
    expect(await household.engine.unlockVault()).toEqual({ kind: 'keychain' });
    await household.reached('linear', 'ready');
    expect(authorizationServer.counts).toMatchObject({ authorizations: 0 });
  });

  test('28 after a sleep it is looked at once more at once', async () => {
    const { household } = await openSignedIn(36_000);
    household.vault.lock();
    await household.restart();
    await household.reached('linear', 'locked');
    household.vault.unlock();
    await household.sleep('20 s');
    await household.reached('linear', 'ready');
  });

  test('28 in the middle of a session: calls and renewals go on from memory, and the newest login is stored at the unlock', async () => {
    const { authorizationServer, household } = await openSignedIn(3600);
    household.vault.lock();
    await untilDue(household);
    await household.until(() => household.view('linear').login?.renewedCount === 1, 'the refresh');
    expect((await initialize(household)).message.result).toBeDefined();
    await household.clock.advance('10 min');
    const before = household.vault.writes;
    household.vault.unlock();
    await household.engine.unlockVault();
    await household.until(() => household.vault.writes === before + 1, 'the write');
    await household.restart();
    await household.reached('linear', 'ready');
    expect(household.view('linear').login?.renewedCount).toBe(1);
    expect(authorizationServer.counts).toMatchObject({ authorizations: 0, refreshes: 1 });
  });

  test('28 a quit right after a write that failed: it is offered once more, and the next start goes on with it', async () => {
    const { authorizationServer, household } = await openSignedIn(3600);
    household.vault.failNextWrite();
    await untilDue(household);
    await household.until(() => household.view('linear').login?.renewedCount === 1, 'the refresh');
    await household.restart();
    await household.reached('linear', 'ready');
    expect(household.view('linear').login?.renewedCount).toBe(1);
    expect(authorizationServer.counts).toMatchObject({ authorizations: 0, refreshes: 1 });
  });

  test('31 a sign-out meanwhile is remembered over a restart, and erased at the unlock', async () => {
    const { household } = await openSignedIn(3600);
    await household.until(() => household.vault.values.size === 1, 'the record of the sign-in is erased');
    household.vault.lock();
    await household.engine.logout('linear');
    await household.restart();
    await household.reached('linear', 'login-needed');
    expect(household.vault.values.size).toBe(1);
    household.vault.unlock();
    await household.clock.advance('30 s');
    await household.until(() => household.vault.values.size === 0, 'the erasure');
    await household.restart();
    await household.reached('linear', 'login-needed');
  });

  test('31 who signs in again before the unlock keeps that login', async () => {
    const { household } = await openSignedIn(3600);
    household.vault.lock();
    await household.engine.logout('linear');
    await household.signInTo('linear');
    household.vault.unlock();
    await household.engine.unlockVault();
    await household.until(() => household.logger.of('vault.saved').length >= 2, 'the write');
    await household.restart();
    await household.reached('linear', 'ready');
  });
});
