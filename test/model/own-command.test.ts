import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { appImageOf } from '../../src-main/engine/model/app-image.ts';
import { ownCommand } from '../../src-main/engine/model/own-command.ts';
import { installationOfApp, installationOfCommand } from '../../src-main/installation.ts';

const packaged = {
  isPackaged: true,
  execPath: '/opt/Gatehouse/gatehouse-app',
  resourcesPath: '/opt/Gatehouse/resources',
  script: '/never/cli.js',
  copyFolder: '/home/ada/.local/share/gatehouse',
  env: {},
  platform: 'linux',
};

describe('the command that other programs are told to run', () => {
  test('from a checkout or npm it is the Node that runs now, with the script', () => {
    const installation = { kind: 'node', node: '/usr/bin/node', script: '/home/ada/my gate/dist/main/cli.js' } as const;
    expect(ownCommand(installation, 'stdio', 'linear')).toEqual({
      file: '/usr/bin/node',
      args: ['/home/ada/my gate/dist/main/cli.js', 'stdio', 'linear'],
    });
  });

  test.each([
    ['/opt/homebrew/Cellar/node/24.1.0_1/bin/node', '/opt/homebrew/opt/node/bin/node'],
    ['/usr/local/Cellar/node@20/20.19.2/bin/node', '/usr/local/opt/node@20/bin/node'],
    ['/home/ada/.nvm/versions/node/v20.20.2/bin/node', '/home/ada/.nvm/versions/node/v20.20.2/bin/node'],
  ])('the Node at %s is written down as %s, which outlives an upgrade', (node, lasting) => {
    expect(ownCommand({ kind: 'node', node, script: '/cli.js' }).file).toBe(lasting);
  });

  test('the packaged app names the Node that it brings, never itself', () => {
    expect(ownCommand(installationOfApp(packaged), 'serve')).toEqual({
      file: '/opt/Gatehouse/resources/command/node',
      args: ['/opt/Gatehouse/resources/command/main/cli.js', 'serve'],
    });
  });

  test('on Windows with its own separators', () => {
    const resourcesPath = 'C:\\Program Files\\Gatehouse\\resources';
    expect(ownCommand(installationOfApp({ ...packaged, resourcesPath, platform: 'win32' }), 'stdio')).toEqual({
      file: `${resourcesPath}\\command\\node.exe`,
      args: [`${resourcesPath}\\command\\main\\cli.js`, 'stdio'],
    });
  });

  test('an AppImage names its copy: what it mounts is gone when it ends', () => {
    const installation = installationOfApp({ ...packaged, env: { APPIMAGE: '/home/ada/Gatehouse.AppImage' } });
    expect(ownCommand(installation).file).toBe('/home/ada/.local/share/gatehouse/command/node');
  });

  test.each([
    [{}, '/opt/Gatehouse/gatehouse-app', undefined],
    [
      { APPIMAGE: '/a/Gatehouse.AppImage', APPDIR: '/tmp/.mount_1' },
      '/tmp/.mount_1/gatehouse-app',
      '/a/Gatehouse.AppImage',
    ],
    [{ APPIMAGE: '/a/Editor.AppImage', APPDIR: '/tmp/.mount_2' }, '/opt/Gatehouse/gatehouse-app', undefined],
    [{ APPIMAGE: '', APPDIR: '' }, '/opt/Gatehouse/gatehouse-app', undefined],
  ])('with %j, %s runs from the AppImage %s', (env, execPath, file) => {
    expect(appImageOf(env, execPath)).toBe(file);
  });

  test('the command that the app brings is told by the Node beside it, and keeps the name that it was started by', () => {
    const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'gatehouse-brought-'));
    try {
      const version = path.join(folder, 'versions/1');
      mkdirSync(path.join(version, 'main'), { recursive: true });
      writeFileSync(path.join(version, 'node'), '');
      symlinkSync('versions/1', path.join(folder, 'command'));
      const script = path.join(folder, 'command/main/cli.js');
      const facts = { script, execPath: path.join(version, 'node'), platform: 'linux' };
      expect(ownCommand(installationOfCommand(facts), 'stdio')).toEqual({
        file: path.join(folder, 'command/node'),
        args: [script, 'stdio'],
      });
      expect(ownCommand(installationOfCommand({ ...facts, execPath: process.execPath }), 'stdio')).toEqual({
        file: process.execPath,
        args: [script, 'stdio'],
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('the app started from a checkout names the Node that npm ran with', () => {
    const env = { npm_node_execpath: '/usr/bin/node' };
    const installation = installationOfApp({ ...packaged, isPackaged: false, env, script: '/checkout/cli.js' });
    expect(ownCommand(installation, 'status')).toEqual({ file: '/usr/bin/node', args: ['/checkout/cli.js', 'status'] });
  });
});
