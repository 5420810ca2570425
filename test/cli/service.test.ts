import { afterEach, describe, expect, test } from 'vitest';
import type { Service } from '../../src-main/cli/context.ts';
import type { CommandLine } from '../../src-main/engine/model/own-command.ts';
import { fail, ok } from '../../src-main/engine/model/result.ts';
import type { ServiceStatus } from '../../src-main/engine/model/service-status.ts';
import type { Handlers } from '../../src-preload/derive.ts';
import { type ScriptedEngine, startScriptedEngine } from '../control/scripted-engine.ts';
import { type } from './command-line.ts';

let engine: ScriptedEngine | undefined;
afterEach(async () => {
  await engine?.close();
  engine = undefined;
});

const running: ServiceStatus = {
  path: '/home/ada/.config/systemd/user/gatehouse.service',
  isInstalled: true,
  isEnabled: true,
  isRunning: true,
  lingers: false,
  user: 'ada',
};
const absent: ServiceStatus = { ...running, isInstalled: false, isEnabled: false, isRunning: false };

async function run(args: readonly string[], service: Partial<Service>, dataDir?: string) {
  const line = type(args, { service, ...(dataDir === undefined ? {} : { dataDir }) });
  return { exitCode: await line.exitCode, stdout: line.stdout(), stderr: line.stderr(), json: line.json };
}

describe('service', () => {
  test('install runs "serve" with absolute paths on this data folder, and says how it starts with the machine', async () => {
    const installed: [CommandLine, string][] = [];
    const service: Partial<Service> = {
      status: async () => ok(absent),
      install: async (command, environmentFile) => {
        installed.push([command, environmentFile]);
        return ok(running);
      },
    };
    const args = [
      'service',
      'install',
      '--data-dir',
      '/data',
      '--port',
      '7800',
      '--vault',
      'file',
      '--passphrase-file',
      '/p',
    ];
    expect(await run(args, service)).toMatchObject({
      exitCode: 0,
      stdout:
        'The service is installed (/home/ada/.config/systemd/user/gatehouse.service) and runs.\nIt starts when you log in. To start it with the machine: loginctl enable-linger ada\n',
    });
    expect(installed).toEqual([
      [
        {
          file: '/usr/bin/node',
          args: [
            ...['/gatehouse/dist/main/cli.js', 'serve', '--data-dir', '/data', '--vault', 'file'],
            ...['--port', '7800', '--passphrase-file', '/p'],
          ],
        },
        '/data/service.env',
      ],
    ]);
  });

  test('install needs a passphrase file for encrypted files, since nobody can be asked', async () => {
    expect(await run(['service', 'install', '--vault', 'file'], { status: async () => ok(absent) })).toMatchObject({
      exitCode: 2,
      stderr: 'Nobody can be asked: name the passphrase with --passphrase-file.\n',
    });
  });

  test('install ends with 7 where a Gatehouse runs that is not the service', async () => {
    engine = await startScriptedEngine({});
    const refused = await run(['service', 'install'], { status: async () => ok(absent) }, engine.dataDir);
    expect(refused.exitCode).toBe(7);
    expect(refused.stderr).toMatch(/^Gatehouse runs already/);
  });

  test('status ends with 0 where it runs and with 3 where it does not, and says where the reason is', async () => {
    expect((await run(['service', 'status', '--json'], { status: async () => ok(running) })).json()).toEqual([running]);
    const fallen = { ...running, isRunning: false, lingers: true };
    expect(await run(['service', 'status'], { status: async () => ok(fallen) })).toMatchObject({
      exitCode: 3,
      stdout: expect.stringContaining('and does not run.\nIts reason: journalctl --user --unit gatehouse\n'),
    });
    expect((await run(['service', 'status'], { status: async () => ok(absent) })).stdout).toBe(
      'The service is not installed, and does not run.\n',
    );
  });

  test('uninstall keeps servers and logins; without systemd it ends with 1', async () => {
    expect(await run(['service', 'uninstall'], { uninstall: async () => ok(absent) })).toMatchObject({
      exitCode: 0,
      stdout: 'The service is taken away. Servers and logins stay.\n',
    });
    const refused = async () => fail({ code: 'not-available' as const, detail: 'There is no systemctl here.' });
    expect(await run(['service', 'uninstall'], { uninstall: refused })).toMatchObject({
      exitCode: 1,
      stderr: 'There is no systemctl here.\n',
    });
  });
});

describe('autostart', () => {
  const settings = {
    theme: 'system',
    language: 'system',
    openBrowser: 'ask',
    port: 7717,
    logLevel: 'info',
    pinTools: 'off',
    commandLineTool: { kind: 'not-here' },
  } as const;

  async function autostart(verb: string, answers: Partial<Handlers>, ...options: string[]) {
    engine = await startScriptedEngine(answers);
    const line = type([...options, 'autostart', verb], { dataDir: engine.dataDir });
    const exitCode = await line.exitCode;
    const said = { exitCode, stdout: line.stdout(), stderr: line.stderr() };
    await engine.close();
    return said;
  }

  test('is switched by the app that runs, and told by it', async () => {
    const changes: unknown[] = [];
    const changeSettings: Handlers['changeSettings'] = async (input) => {
      changes.push(input);
      return ok({ ...settings, startAtLogin: input.startAtLogin ?? 'off' });
    };
    expect(await autostart('on', { changeSettings })).toEqual({
      exitCode: 0,
      stdout: 'Gatehouse starts when you log in, in the tray.\n',
      stderr: '',
    });
    expect((await autostart('off', { changeSettings }, '--json')).stdout).toBe('{"startAtLogin":"off"}\n');
    expect(changes).toEqual([{ startAtLogin: 'on' }, { startAtLogin: 'off' }]);
    const notHere = async () => ok({ ...settings, startAtLogin: 'not-here' as const });
    expect((await autostart('status', { settings: notHere })).stdout).toContain('gatehouse service install');
  });

  test('is looked at and taken away without the app too, where it is a file', async () => {
    let isOn = true;
    const file = {
      isOn: () => isOn,
      remove: () => {
        isOn = false;
        return ok(undefined);
      },
    };
    const alone = async (verb: string) => {
      const line = type(['autostart', verb], { autostart: file });
      return { exitCode: await line.exitCode, stdout: line.stdout() };
    };
    expect(await alone('status')).toEqual({ exitCode: 0, stdout: 'Gatehouse starts when you log in, in the tray.\n' });
    expect((await alone('on')).exitCode).toBe(3);
    expect(await alone('off')).toEqual({ exitCode: 0, stdout: 'Gatehouse does not start when you log in.\n' });
  });

  test('ends with 1 where it cannot be, and with 3 where no Gatehouse runs', async () => {
    const changeSettings = async () => fail({ code: 'not-available' as const, detail: 'Not here.' });
    expect(await autostart('on', { changeSettings })).toMatchObject({ exitCode: 1, stderr: 'Not here.\n' });
    expect(await type(['autostart', 'status']).exitCode).toBe(3);
  });
});
