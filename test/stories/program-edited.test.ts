import { readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { ServerEdit } from '../../src-main/engine/engine.ts';
import { closeHouseholds, openHousehold } from './household.ts';
import { editConfig } from './one-server.ts';

const files: string[] = [];

afterEach(async () => {
  await closeHouseholds();
  for (const file of files.splice(0)) await rm(file, { force: true });
});

const SMALL = join(import.meta.dirname, '../servers/stdio-server.process.mjs');
const SECRET = 'hush-hush-key';

async function openSmall() {
  const runs = join(tmpdir(), `gatehouse-runs-${crypto.randomUUID()}`);
  files.push(runs);
  const household = await openHousehold({
    servers: {
      small: {
        command: process.execPath,
        args: [SMALL],
        env: { API_KEY: SECRET, TOKEN: '${OURS}', EMPTY: '${OURS:-x}', RUNS: runs },
      },
      web: 'http://127.0.0.1:9/mcp',
    },
    env: { OURS: 'a', OTHER: 'b' },
  });
  await household.reached('small', 'ready');
  const entry = async () => JSON.parse(await readFile(join(household.dataDir, 'config.json'), 'utf8')).mcpServers.small;
  const edit = (changes: ServerEdit['changes']) => household.engine.editServer({ name: 'small', changes });
  return { household, entry, edit, runs };
}

describe('editing a server that is a program', () => {
  test('42 tells its command, folder and variables as they are written, and no value that the file spells out', async () => {
    const { household } = await openSmall();
    const settings = await household.engine.serverSettings('small');
    expect(settings).toEqual({
      ok: true,
      value: {
        command: process.execPath,
        args: [SMALL],
        env: { API_KEY: null, TOKEN: 'OURS', EMPTY: null, RUNS: null },
      },
    });
    expect(JSON.stringify(settings)).not.toContain(SECRET);
  });

  test('20 another command is started in the place of the one before; variables that are not named stay', async () => {
    const { household, entry, edit, runs } = await openSmall();
    const args = [SMALL, 'more'];
    expect(await edit({ args, cwd: '/', env: { TOKEN: '${OTHER}', EMPTY: null } })).toMatchObject({ ok: true });
    await household.until(() => readFileSync(runs, 'utf8').trim().split('\n').length === 2, 'started anew');
    await household.reached('small', 'ready');
    const env = { API_KEY: SECRET, TOKEN: '${OTHER}', RUNS: runs };
    expect(await entry()).toEqual({ command: process.execPath, args, env, cwd: '/' });
    await edit({
      args: null,
      cwd: null,
      env: { API_KEY: null, TOKEN: null, RUNS: null },
      command: 'no-such-command-here',
    });
    expect(await entry()).toEqual({ command: 'no-such-command-here' });
    await household.reached('small', 'stopped');
    await edit({ command: process.execPath, args: [SMALL] });
    await household.reached('small', 'ready');
  });

  test('20 a mistake is refused at its field, and nothing is written', async () => {
    const { household, entry, edit } = await openSmall();
    const before = await entry();
    const refused: readonly (readonly [ServerEdit['changes'], string, string])[] = [
      [{ cwd: 'relative' }, 'cwd', 'write the whole path'],
      [{ env: { KEY: '${UNSET}' } }, 'env', 'UNSET is not set'],
      [{ command: '${UNSET}/bin' }, 'command', 'UNSET is not set'],
      [{ env: { 'A=B': '${OURS}' } }, 'env', 'not a name'],
      [{ clientId: 'c' }, 'clientId', 'a server that is a program has none.'],
      [{ url: 'https://a.example/mcp' }, 'url', 'Keep one of the two'],
    ];
    for (const [changes, field, detail] of refused) {
      expect(await edit(changes), field).toMatchObject({
        problem: { code: 'invalid-input', field, detail: expect.stringContaining(detail) },
      });
    }
    expect(await household.engine.editServer({ name: 'web', changes: { cwd: '/' } })).toMatchObject({
      problem: { field: 'cwd', detail: 'only a server that is a program has one.' },
    });
    expect(await household.engine.editServer({ name: 'web', changes: { clientId: '${UNSET}' } })).toMatchObject({
      problem: { field: 'clientId', detail: 'the environment variable UNSET is not set.' },
    });
    expect(await entry()).toEqual(before);
    expect(household.state('small').kind).toBe('ready');
  });

  test('20 a variable that is missing since before holds up the change of no other setting', async () => {
    const { household, entry, edit } = await openSmall();
    const command = process.execPath;
    await editConfig(household, { small: { command, args: [SMALL], env: { TOKEN: '${UNSET}' } } });
    expect(household.state('small').kind).toBe('stopped');
    expect(await household.engine.serverSettings('small')).toMatchObject({ value: { env: { TOKEN: 'UNSET' } } });
    expect(await edit({ cwd: '/', env: { KEY: '${OURS}' } })).toMatchObject({ ok: true });
    expect(await entry()).toMatchObject({ cwd: '/', env: { TOKEN: '${UNSET}', KEY: '${OURS}' } });
    expect(await edit({ env: { TOKEN: '${OURS}' } })).toMatchObject({ ok: true });
    await household.reached('small', 'ready');
  });
});
