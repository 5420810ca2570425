import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WINDOWS_LAUNCHER } from '../../scripts/launchers.ts';
import { packCommand } from '../../scripts/pack-command.ts';
import { VERSION } from '../../src-main/engine/model/version.ts';

let folder: string;
let cli: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), `gatehouse "it's" 100% $HOME & more-`));
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

  it('is run by its launcher over links, from an empty environment, and tells others to run it as it was reached', () => {
    symlinkSync(process.execPath, path.join(folder, 'command/node'));
    // As an AppImage's copy and the person's PATH reach it.
    const home = path.join(folder, 'home');
    mkdirSync(path.join(home, '.local/bin'), { recursive: true });
    mkdirSync(path.join(home, 'data'));
    symlinkSync(path.join(folder, 'command'), path.join(home, 'data/command'));
    symlinkSync('../../data/command/bin/gatehouse', path.join(home, '.local/bin/gatehouse'));
    const env = { HOME: home, PATH: `${home}/.local/bin:/usr/bin:/bin` };
    const say = (...args: string[]) =>
      spawnSync('sh', ['-c', 'gatehouse "$@"', 'sh', ...args], { cwd: '/', env, encoding: 'utf8' });

    expect(say('--version')).toMatchObject({ status: 0, stdout: `${VERSION}\n`, stderr: '' });
    expect(say('status')).toMatchObject({ status: 3, stderr: expect.stringContaining('Gatehouse does not run') });
    const entry: unknown = JSON.parse(say('stdio', '--as', `a "b" 'c'`, '--config').stdout);
    expect(entry).toEqual({
      mcpServers: {
        gatehouse: {
          command: path.join(home, 'data/command/node'),
          args: [path.join(home, 'data/command/main/cli.js'), 'stdio', '--as', `a "b" 'c'`],
        },
      },
    });
  }, 30_000);

  it('has a launcher for Windows that names no folder and gives arguments and exit code on as they are', () => {
    expect(WINDOWS_LAUNCHER.split('\r\n')).toEqual([
      '@echo off',
      'setlocal DisableDelayedExpansion',
      '"%~dp0..\\node.exe" "%~dp0..\\main\\cli.js" %*',
      'exit /b %ERRORLEVEL%',
      '',
    ]);
    expect(readFileSync(path.join(folder, 'command/stamp'), 'utf8')).toMatch(/^\d+\.\d+\.\d+\S*-[0-9a-f]{12}\n$/);
  });

  it('has the keychain binary of its own system and no other', () => {
    const prebuilds = path.join(folder, 'command/node_modules/keytar/prebuilds');
    expect(existsSync(path.join(prebuilds, `${process.platform}-${process.arch}`, 'keytar.node'))).toBe(true);
    expect(existsSync(path.join(prebuilds, 'win32-ia32'))).toBe(false);
  });
});
