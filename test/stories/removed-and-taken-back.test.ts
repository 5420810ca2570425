import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { UNDO_MS } from '../../src-main/engine/removals.ts';
import type { Household } from './household.ts';
import { closeEverything, initialize, openSignedIn } from './one-server.ts';

afterEach(closeEverything);

async function isConfigured(household: Household): Promise<boolean> {
  return (await readFile(join(household.dataDir, 'config.json'), 'utf8')).includes('linear');
}

const isThere = (household: Household): boolean => household.engine.serverView('linear').ok;

describe('31 a server is removed by a click, which can be taken back', () => {
  test('31 calls are refused at once; when the time is over it is revoked, erased, and not to be found on disk', async () => {
    const { authorizationServer, household } = await openSignedIn(3600);
    expect(household.engine.removeServerLater('linear').ok).toBe(true);
    expect(household.view('linear').removedAt).toBe(household.clock.now() + UNDO_MS);
    expect((await initialize(household)).message.error).toBeDefined();
    expect(authorizationServer.counts.revocations).toBe(0);
    expect(await isConfigured(household)).toBe(true);
    await household.clock.advance(UNDO_MS);
    await household.until(() => !isThere(household), 'it is gone');
    await authorizationServer.until(({ revocations }) => revocations > 0);
    await household.until(() => household.vault.values.size === 0, 'the login is erased');
    for (const name of await readdir(household.dataDir)) {
      expect(await readFile(join(household.dataDir, name), 'utf8'), name).not.toContain('linear');
    }
  });

  test('31 taken back it goes on with its login, and nobody is asked for anything', async () => {
    const { authorizationServer, household } = await openSignedIn(3600);
    household.engine.removeServerLater('linear');
    const back = household.engine.undoRemoval('linear');
    expect(back.ok && back.value.removedAt).toBeUndefined();
    await household.reached('linear', 'ready');
    expect((await initialize(household)).message.result).toBeDefined();
    await household.clock.advance(UNDO_MS * 2);
    expect(isThere(household)).toBe(true);
    expect(authorizationServer.counts.revocations).toBe(0);
    expect(household.engine.undoRemoval('linear')).toMatchObject({ problem: { code: 'not-available' } });
  });

  test('31 paused before, it is paused again when it is taken back', async () => {
    const { household } = await openSignedIn(3600);
    household.engine.pause();
    household.engine.removeServerLater('linear');
    household.engine.undoRemoval('linear');
    expect(household.state('linear').kind).toBe('paused');
  });

  test('31 quitting meanwhile does what the person wanted', async () => {
    const { authorizationServer, household } = await openSignedIn(3600);
    household.engine.removeServerLater('linear');
    await household.restart();
    expect(isThere(household)).toBe(false);
    expect(await isConfigured(household)).toBe(false);
    expect(authorizationServer.counts.revocations).toBeGreaterThan(0);
    expect(household.vault.values.size).toBe(0);
  });

  test('31 removed by another way meanwhile, it is removed once', async () => {
    const { household } = await openSignedIn(3600);
    household.engine.removeServerLater('linear');
    expect((await household.engine.removeServer('linear')).ok).toBe(true);
    expect(household.engine.undoRemoval('linear')).toMatchObject({ problem: { code: 'unknown-server' } });
    await household.clock.advance(UNDO_MS);
    expect(isThere(household)).toBe(false);
  });
});
