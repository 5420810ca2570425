import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lookAtSecretService } from '../../src-main/adapters/keychain/look-at-secret-service.ts';
import {
  killKeyring,
  lockKeyring,
  setDefaultCollection,
  startDisplay,
  startKeyring,
  unlockKeyring,
} from './real-keyring.ts';
import { createVaultFixture, realWorker, type VaultFixture } from './test-keychain.ts';

let fixture: VaultFixture;
beforeEach(() => {
  fixture = createVaultFixture();
});
afterEach(() => fixture.dispose());

describe('the vault in a real gnome-keyring', () => {
  it('keeps a value across restarts, and forgets it when told to', async () => {
    const first = await fixture.open();
    expect(first.health()).toEqual({ kind: 'keychain' });
    expect(await first.get('github/tokens')).toEqual({ kind: 'absent' });
    expect(await first.set('github/tokens', '{"a":"\\u0000 é ✓"}')).toEqual({ kind: 'done' });
    await first.close();

    const second = await fixture.open();
    expect(await second.get('github/tokens')).toEqual({ kind: 'found', value: '{"a":"\\u0000 é ✓"}' });
    expect(await second.delete('github/tokens')).toEqual({ kind: 'done' });
    expect(await second.delete('github/tokens')).toEqual({ kind: 'done' });
    expect(await second.get('github/tokens')).toEqual({ kind: 'absent' });
  });

  it('two data folders do not erase or read each other', async () => {
    const one = await fixture.open({ dataFolderId: 'folder-1', pidFile: join(fixture.dir, 'one.json') });
    const two = await fixture.open({ dataFolderId: 'folder-2', pidFile: join(fixture.dir, 'two.json') });
    await one.set('github/tokens', 'of one');
    expect(await two.get('github/tokens')).toEqual({ kind: 'absent' });
    await two.set('github/tokens', 'of two');
    await two.delete('github/tokens');
    expect(await one.get('github/tokens')).toEqual({ kind: 'found', value: 'of one' });
  });

  it('28 a keyring locked under it is locked, never absent, and is read again once it is unlocked', async () => {
    const vault = await fixture.open();
    await vault.set('github/tokens', 'kept');
    const seen: string[] = [];
    vault.onHealth((health) => seen.push(health.kind));

    lockKeyring();
    expect(await vault.get('github/tokens')).toEqual({ kind: 'locked' });
    expect(await vault.get('never-written')).toEqual({ kind: 'locked' });
    expect(await vault.set('github/tokens', 'newer')).toEqual({ kind: 'locked' });
    expect(await vault.delete('github/tokens')).toEqual({ kind: 'locked' });
    expect(await vault.retry()).toEqual({ kind: 'locked' });

    unlockKeyring();
    expect(await vault.get('github/tokens')).toEqual({ kind: 'locked' });
    expect(await vault.retry()).toEqual({ kind: 'keychain' });
    expect(await vault.get('github/tokens')).toEqual({ kind: 'found', value: 'kept' });
    expect(seen).toEqual(['locked', 'keychain']);
  });

  it.each([
    ['a deletion', 'delete'],
    ['a write', 'set'],
  ] as const)('28 %s that is the first to meet a locked keyring is refused as locked', async (_, op) => {
    const vault = await fixture.open();
    await vault.set('github/tokens', 'kept');
    lockKeyring();
    const answer = op === 'set' ? await vault.set('github/tokens', 'x') : await vault.delete('github/tokens');
    expect(answer).toEqual({ kind: 'locked' });
    unlockKeyring();
    await vault.retry();
    expect(await vault.get('github/tokens')).toEqual({ kind: 'found', value: 'kept' });
  });

  it('28 a keyring that is locked at the start is locked, not missing', async () => {
    const writer = await fixture.open();
    await writer.set('github/tokens', 'kept');
    await writer.close();
    lockKeyring();
    const vault = await fixture.open();
    expect(vault.health()).toEqual({ kind: 'locked' });
    expect(await vault.get('github/tokens')).toEqual({ kind: 'locked' });
    unlockKeyring();
    expect(await vault.retry()).toEqual({ kind: 'keychain' });
    expect(await vault.get('github/tokens')).toEqual({ kind: 'found', value: 'kept' });
  });

  it('28 a keyring daemon that is killed and started again is found again without a word from anybody', async () => {
    const vault = await fixture.open();
    await vault.set('github/tokens', 'kept');
    killKeyring();
    startKeyring();
    expect(await vault.get('github/tokens')).toEqual({ kind: 'found', value: 'kept' });
    killKeyring();
    startKeyring();
    expect(await vault.set('github/tokens', 'newer')).toEqual({ kind: 'done' });
    expect(await vault.get('github/tokens')).toEqual({ kind: 'found', value: 'newer' });
    expect(vault.health()).toEqual({ kind: 'keychain' });
  });

  it('28 a keyring daemon that stays away never makes a login look absent', async () => {
    const vault = await fixture.open();
    await vault.set('github/tokens', 'kept');
    killKeyring();
    // The bus may start a daemon by itself, which is then locked.
    for (let i = 0; i < 6; i += 1) expect(['locked', 'unavailable']).toContain((await vault.get('github/tokens')).kind);
    startKeyring();
    expect(await vault.retry()).toEqual({ kind: 'keychain' });
    expect(await vault.get('github/tokens')).toEqual({ kind: 'found', value: 'kept' });
  });

  it('28 without a session bus, values stay in memory and that is said', async () => {
    const spawnWorker = realWorker({ ...process.env, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' });
    const vault = await fixture.open({ spawnWorker });
    expect(vault.health()).toMatchObject({ kind: 'memory', why: 'no-keychain' });
    expect(await vault.set('github/tokens', 'for now')).toEqual({ kind: 'done' });
    expect(await vault.get('github/tokens')).toEqual({ kind: 'found', value: 'for now' });
  });

  it('28 a prompt on a display that nobody answers means locked after the limit', async () => {
    const vault = await fixture.open({ callLimitMs: 2_000 });
    await vault.set('github/tokens', 'kept');
    const display = await startDisplay();
    try {
      lockKeyring();
      const start = performance.now();
      expect(await vault.get('github/tokens')).toEqual({ kind: 'locked' });
      expect(performance.now() - start).toBeGreaterThan(1_900);
      const again = performance.now();
      expect(await vault.get('github/tokens')).toEqual({ kind: 'locked' });
      expect(performance.now() - again).toBeLessThan(100);
    } finally {
      await display.stop();
    }
    unlockKeyring();
    expect(await vault.retry()).toEqual({ kind: 'keychain' });
    expect(await vault.get('github/tokens')).toEqual({ kind: 'found', value: 'kept' });
  });

  it('28 a default collection that is gone at logout is said to be volatile', async () => {
    const look = () => lookAtSecretService(process.env);
    expect((await fixture.open({ look })).health()).toEqual({ kind: 'keychain' });
    setDefaultCollection('session');
    try {
      const vault = await fixture.open({ look, pidFile: join(fixture.dir, 'volatile.json') });
      expect(vault.health()).toEqual({ kind: 'keychain', isVolatile: true });
    } finally {
      setDefaultCollection('login');
    }
  });

  it('28 what can be seen without a prompt: unlocked, locked, or nothing', async () => {
    expect(await lookAtSecretService(process.env)).toBe('unlocked');
    lockKeyring();
    expect(await lookAtSecretService(process.env)).toBe('locked');
    unlockKeyring();
    // A new daemon takes its name on the bus in its own time, and looking does not start one.
    await vi.waitFor(async () => expect(await lookAtSecretService(process.env)).toBe('unlocked'), 5_000);
    expect(await lookAtSecretService({})).toBe('unknown');
    expect(await lookAtSecretService({ DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' })).toBe('unknown');
    killKeyring();
    expect(await lookAtSecretService(process.env)).toBe('unknown');
    startKeyring();
  });
});
