import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lookAtSecretService } from '../../src-main/adapters/keychain/look-at-secret-service.ts';
import { killKeyring, lockKeyring, startDisplay, startKeyring, unlockKeyring } from '../keychain/real-keyring.ts';
import { createVaultFixture, type VaultFixture } from '../keychain/test-keychain.ts';
import { closeEverything, initialize, openSignedIn, timeGoesBy, untilDue } from './one-server.ts';
import { watched } from './watched-vault.ts';

let fixture: VaultFixture;
beforeEach(() => {
  fixture = createVaultFixture();
});
afterEach(async () => {
  await closeEverything();
  await fixture.dispose();
});

const look = () => lookAtSecretService(process.env);

/** An engine on the real keyring, signed in with tokens of an hour; reuse of an old refresh token ends the grant. */
async function openOnKeyring(options: Parameters<VaultFixture['open']>[0] = {}) {
  const vault = watched(await fixture.open({ look, ...options }));
  const one = await openSignedIn(3600, { vault });
  return { ...one, vault, savedBefore: one.household.logger.of('vault.saved').length };
}

type Opened = Awaited<ReturnType<typeof openOnKeyring>>;

/** After all of it: the login that is in the keyring is the newest one, and nobody was asked anything. */
async function stillSignedInAfterRestart({ authorizationServer, household }: Opened, renewed: number): Promise<void> {
  await household.restart();
  await household.reached('linear', 'ready');
  expect(household.view('linear').login?.renewedCount).toBe(renewed);
  await untilDue(household);
  await household.until(() => household.view('linear').login?.renewedCount === renewed + 1, 'the next refresh');
  expect((await initialize(household)).message.result).toBeDefined();
  expect(authorizationServer.counts).toMatchObject({ authorizations: 0, refreshes: renewed + 1 });
  expect(household.browser.pages).toEqual([]);
}

async function refreshed({ household }: Opened): Promise<void> {
  await untilDue(household);
  await timeGoesBy(household, {
    stepMs: 1000,
    until: () => household.view('linear').login?.renewedCount === 1,
    what: 'the refresh',
  });
}

async function savedLater({ household, savedBefore }: Opened): Promise<void> {
  await timeGoesBy(household, {
    stepMs: 5000,
    until: () =>
      household.vault.health().kind === 'keychain' && household.logger.of('vault.saved').length > savedBefore,
    what: 'the write after all',
  });
}

describe('28 a real gnome-keyring under attack, with the engine on top', () => {
  test('28 locked at the start, unlocked later: it heals without a click, and nothing was taken for logged out', async () => {
    const opened = await openOnKeyring();
    const { household } = opened;
    lockKeyring();
    await household.restart();
    await household.reached('linear', 'locked');
    expect(await household.vault.retryQuietly()).toEqual({ kind: 'locked' });
    unlockKeyring();
    await timeGoesBy(household, {
      stepMs: 30_000,
      until: () => household.state('linear').kind === 'ready',
      what: 'healing',
    });
    await stillSignedInAfterRestart(opened, 0);
  });

  test('28 locked in mid-session: renewals go on from memory, and the click stores the newest', async () => {
    const opened = await openOnKeyring({ look: async () => 'unknown' });
    lockKeyring();
    await refreshed(opened);
    expect(opened.household.vault.health()).toEqual({ kind: 'locked' });
    expect((await initialize(opened.household)).message.result).toBeDefined();
    unlockKeyring();
    expect(await opened.household.engine.unlockVault()).toEqual({ kind: 'keychain' });
    await savedLater(opened);
    await stillSignedInAfterRestart(opened, 1);
  });

  test('28 killed in mid-session and back: the refresh of the meantime is in it', async () => {
    const opened = await openOnKeyring();
    killKeyring();
    await refreshed(opened);
    startKeyring();
    await savedLater(opened);
    await stillSignedInAfterRestart(opened, 1);
  });

  test('28 its worker crashes: the next write starts another', async () => {
    const opened = await openOnKeyring();
    const { pid } = JSON.parse(readFileSync(fixture.pidFile, 'utf8')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    await refreshed(opened);
    await savedLater(opened);
    await stillSignedInAfterRestart(opened, 1);
  });

  test('28 hanging on a prompt that nobody answers: calls go on, no second prompt is made, and it heals after the unlock', async () => {
    const opened = await openOnKeyring({ callLimitMs: 1500 });
    const { household } = opened;
    const display = await startDisplay();
    try {
      lockKeyring();
      await refreshed(opened);
      await household.until(() => household.vault.health().kind === 'locked', 'the prompt counts as locked');
      expect((await initialize(household)).message.result).toBeDefined();
      const before = performance.now();
      expect(await household.vault.retryQuietly()).toEqual({ kind: 'locked' });
      expect(performance.now() - before).toBeLessThan(1000);
    } finally {
      await display.stop();
    }
    unlockKeyring();
    await savedLater(opened);
    await stillSignedInAfterRestart(opened, 1);
  });
});
