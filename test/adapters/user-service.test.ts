import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemdUnit } from '../../src-main/adapters/user-service/systemd-unit.ts';
import { createUserService } from '../../src-main/adapters/user-service/user-service.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-service-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const command = { file: '/usr/bin/node', args: ['/opt/gatehouse/cli.js', 'serve', '--data-dir', '/home/a b/data'] };

describe('the unit for systemd', () => {
  test('starts the engine, finds programs, and starts it again when it fell', () => {
    const environmentFile = '/home/a b/data/service.env';
    expect(systemdUnit({ command, path: '/usr/local/bin:/usr/bin', environmentFile }).split('\n')).toEqual(
      expect.arrayContaining([
        'Type=exec',
        'ExecStart=":/usr/bin/node" "/opt/gatehouse/cli.js" "serve" "--data-dir" "/home/a b/data"',
        'Environment="PATH=/usr/local/bin:/usr/bin"',
        'EnvironmentFile=-/home/a b/data/service.env',
        'Restart=on-failure',
        'RestartPreventExitStatus=2 7',
        'WantedBy=default.target',
      ]),
    );
  });

  test.each([
    ['100%h', '"100%%h"'],
    ['say "x"', '"say \\"x\\""'],
    ['back\\slash', '"back\\\\slash"'],
    ['$HOME', '"$HOME"'],
    ['two\nlines', '"two\\x0alines"'],
    ['', '""'],
  ])('quotes %j as %s', (word, quoted) => {
    const unit = systemdUnit({ command: { file: '/a', args: [word] }, path: undefined, environmentFile: '/e' });
    expect(/^ExecStart=":\/a" (.*)$/m.exec(unit)?.[1]).toBe(quoted);
  });

  const hasVerify = spawnSync('systemd-analyze', ['--version']).status === 0;
  test.skipIf(!hasVerify)('is read by systemd as it was meant (needs systemd-analyze)', () => {
    const odd = path.join(folder, 'a b%h $HOME ü');
    mkdirSync(odd);
    const file = path.join(odd, 'node');
    const unit = path.join(folder, 'gatehouse.service');
    writeFileSync(
      unit,
      systemdUnit({ command: { file, args: [odd] }, path: '/usr/bin', environmentFile: `${odd}/env` }),
    );
    const verify = () => spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' });
    expect(verify().stderr).toContain(`${file} is not executable`);
    writeFileSync(file, '#!/bin/sh\n');
    chmodSync(file, 0o755);
    expect(verify()).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('the service', () => {
  /** A systemctl and a loginctl that keep what they were asked, and answer as they are told. */
  function systemd(answers: Readonly<Record<string, string>> = {}) {
    const bin = path.join(folder, 'bin');
    const asked = path.join(folder, 'asked');
    mkdirSync(bin, { recursive: true });
    const cases = Object.entries(answers).map(([words, run]) => `*"${words}"*) ${run};;`);
    for (const program of ['systemctl', 'loginctl']) {
      const script = `#!/bin/sh\nprintf '%s\\n' "${program} $*" >> '${asked}'\ncase "$*" in\n${cases.join('\n')}\nesac\n`;
      writeFileSync(path.join(bin, program), script);
      chmodSync(path.join(bin, program), 0o755);
    }
    const env = { PATH: `${bin}:${process.env.PATH}`, XDG_CONFIG_HOME: path.join(folder, 'config') };
    return { env, asked: () => (existsSync(asked) ? readFileSync(asked, 'utf8').trim().split('\n') : []) };
  }
  const unit = () => path.join(folder, 'config/systemd/user/gatehouse.service');

  test('is installed, started and looked at; uninstalled it is stopped before its file goes', async () => {
    const { env, asked } = systemd({ 'property=Linger': 'echo no' });
    const service = createUserService(env, 'linux');
    expect(await service.install(command, '/home/a b/data/service.env')).toMatchObject({
      ok: true,
      value: { path: unit(), isInstalled: true, isEnabled: true, isRunning: true, lingers: false },
    });
    expect(readFileSync(unit(), 'utf8')).toContain('"serve"');
    expect(asked().filter((line) => !/show|is-/.test(line))).toEqual([
      'systemctl --user daemon-reload',
      'systemctl --user enable gatehouse.service',
      'systemctl --user restart gatehouse.service',
    ]);
    expect(await service.uninstall()).toMatchObject({ ok: true, value: { isInstalled: false } });
    expect(existsSync(unit())).toBe(false);
    const after = asked().filter((line) => /disable|reload/.test(line));
    expect(after.slice(1)).toEqual([
      'systemctl --user disable --now gatehouse.service',
      'systemctl --user daemon-reload',
    ]);
  });

  test('that was never installed is taken away without a word to systemd', async () => {
    const { env, asked } = systemd({ 'is-': 'exit 3' });
    expect(await createUserService(env, 'linux').uninstall()).toMatchObject({
      ok: true,
      value: { isInstalled: false, isEnabled: false, isRunning: false },
    });
    expect(asked().filter((line) => /disable|reload/.test(line))).toEqual([]);
  });

  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
    [
      'systemd has no session for this person',
      { 'show-environment': 'echo "Failed to connect to bus: No medium found" >&2; exit 1' },
      /^systemd runs nothing for you here \(Failed to connect to bus: No medium found\)\. Log in as this user/,
    ],
    [
      'systemd refuses',
      { restart: 'echo "Job for gatehouse.service failed." >&2; exit 1' },
      /^systemctl --user refused: Job for gatehouse.service failed\.$/,
    ],
  ])('says what helps where %s', async (_what, answers, detail) => {
    const { env } = systemd(answers);
    expect(await createUserService(env, 'linux').install(command, '/e')).toEqual({
      ok: false,
      problem: { code: 'not-available', detail: expect.stringMatching(detail) },
    });
  });

  test('says what helps where there is no systemd, and writes nothing', async () => {
    const env = { PATH: path.join(folder, 'empty'), XDG_CONFIG_HOME: path.join(folder, 'config') };
    const refused = { ok: false, problem: { code: 'not-available' } };
    expect(await createUserService(env, 'linux').install(command, '/e')).toMatchObject({
      ...refused,
      problem: { detail: expect.stringMatching(/^There is no systemctl here\./) },
    });
    expect(await createUserService(env, 'darwin').status()).toMatchObject({
      ...refused,
      problem: { detail: expect.stringContaining('gatehouse autostart on') },
    });
    expect(existsSync(unit())).toBe(false);
  });
});
