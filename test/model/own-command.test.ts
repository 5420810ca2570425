import { describe, expect, test } from 'vitest';
import { ownCommand } from '../../src-main/engine/model/own-command.ts';
import { installationOfApp } from '../../src-main/installation.ts';

const packaged = {
  isPackaged: true,
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

  test('the app started from a checkout names the Node that npm ran with', () => {
    const env = { npm_node_execpath: '/usr/bin/node' };
    const installation = installationOfApp({ ...packaged, isPackaged: false, env, script: '/checkout/cli.js' });
    expect(ownCommand(installation, 'status')).toEqual({ file: '/usr/bin/node', args: ['/checkout/cli.js', 'status'] });
  });
});
