import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packCommand } from '../../scripts/pack-command.ts';

let folder: string;
let cli: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-command-'));
  await packCommand(path.join(folder, 'command'), process);
  cli = path.join(folder, 'command/main/cli.js');
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the command that the package brings', () => {
  it('starts the engine and speaks to it with nothing but a Node: no node_modules, no environment', async () => {
    const dataDir = path.join(folder, 'data');
    const where = ['--data-dir', dataDir];
    const engine = spawn(process.execPath, [cli, 'serve', '--json', '--port', '0', '--vault', 'memory', ...where], {
      cwd: folder,
      env: {},
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = once(engine, 'exit');
    const [said] = await once(engine.stdout, 'data');
    const { window } = JSON.parse(String(said)) as { readonly window: string };
    expect(await (await fetch(window)).text()).toContain('<div id="root">');

    const ask = (...args: string[]) =>
      spawnSync(process.execPath, [cli, ...args, ...where], { cwd: folder, env: {}, encoding: 'utf8' });
    expect(ask('status').stdout).toContain('No server is configured.');
    expect(ask('stop')).toMatchObject({ status: 0, stderr: '' });
    expect((await ended)[0]).toBe(0);
  }, 60_000);

  it('has the keychain binary of its own system and no other', () => {
    const prebuilds = path.join(folder, 'command/node_modules/keytar/prebuilds');
    expect(existsSync(path.join(prebuilds, `${process.platform}-${process.arch}`, 'keytar.node'))).toBe(true);
    expect(existsSync(path.join(prebuilds, 'win32-ia32'))).toBe(false);
  });
});
