import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  type LinkedCommandOptions,
  openLinkedCommand,
} from '../../src-main/adapters/command-line-tool/linked-command.ts';
import { openPathCommand } from '../../src-main/adapters/command-line-tool/path-command.ts';
import { createUserPath } from '../../src-main/adapters/command-line-tool/user-path.ts';
import { fail, ok } from '../../src-main/engine/model/result.ts';

let folder: string;
let home: string;
let at: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'gatehouse-tool "a" $HOME-'));
  home = path.join(folder, 'home');
  at = path.join(home, '.local/bin/gatehouse');
  mkdirSync(home);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function program(file: string, text = '#!/bin/sh\n'): string {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, 0o755);
  return file;
}

/** A place of the app, with the launcher that it brings. */
const launcherIn = (place: string): string => program(path.join(folder, place, 'command/bin/gatehouse'));

/** A shell whose own files give it this PATH, and that says more than it was asked for. */
function shellWith(PATH: string): string {
  const place = mkdtempSync(path.join(folder, 'shell-'));
  return program(path.join(place, 'bash'), `#!/bin/sh\necho "Welcome!"; echo PATH=/no\nPATH='${PATH}' exec "$2"\n`);
}

function open(launcher: string, over: Partial<LinkedCommandOptions> = {}) {
  return openLinkedCommand({
    launcher,
    launcherReady: Promise.resolve(ok(undefined)),
    isRenewed: true,
    packageLauncher: path.join(folder, 'usr-bin-gatehouse'),
    env: { HOME: home, PATH: '/usr/bin:/bin', SHELL: shellWith(`/usr/bin:${path.dirname(at)}`) },
    platform: 'linux',
    ...over,
  });
}

describe('the link in ~/.local/bin', () => {
  test('is made, found by the shell, and taken away, with the listeners told', async () => {
    const launcher = launcherIn('app');
    const tool = open(launcher);
    const heard = vi.fn();
    tool.onChange(heard);
    expect(tool.state).toEqual({ kind: 'absent', at });
    expect(await tool.set(true)).toEqual(ok(undefined));
    expect(readlinkSync(at)).toBe(launcher);
    expect(tool.state).toEqual({ kind: 'installed', at, reach: { kind: 'found' } });
    expect(readdirSync(path.dirname(at))).toEqual(['gatehouse']);
    expect(heard).toHaveBeenCalled();
    expect(await tool.set(false)).toEqual(ok(undefined));
    expect(tool.state).toEqual({ kind: 'absent', at });
    expect(await tool.set(false)).toEqual(ok(undefined));
  });

  test('is told to be off the PATH with what helps, or hidden by another command, or nothing where the shell tells nothing', async () => {
    const launcher = launcherIn('app');
    const reachWith = async (shell: string) => {
      const tool = open(launcher, { env: { HOME: home, PATH: '/usr/bin', SHELL: shell } });
      await tool.set(true);
      return tool.state;
    };
    expect(await reachWith(shellWith('/usr/bin:/bin'))).toMatchObject({
      reach: { kind: 'off-path', folder: path.dirname(at), advice: { file: '~/.bashrc' } },
    });
    const other = program(path.join(folder, 'other/gatehouse'));
    expect(await reachWith(shellWith(`${path.dirname(other)}:${path.dirname(at)}`))).toMatchObject({
      reach: { kind: 'shadowed', by: other },
    });
    expect(await reachWith('/no/such/shell')).toMatchObject({ reach: { kind: 'unknown' } });
  });

  test.each(['file', 'link'])("another program's %s is neither replaced nor removed", async (kind) => {
    const other = program(path.join(folder, 'other/gatehouse'), 'other');
    mkdirSync(path.dirname(at), { recursive: true });
    if (kind === 'link') symlinkSync(other, at);
    else program(at, 'other');
    const tool = open(launcherIn('app'));
    expect(tool.state).toEqual({ kind: 'taken', at });
    for (const isWanted of [true, false]) {
      expect(await tool.set(isWanted)).toMatchObject({ ok: false, problem: { code: 'not-available' } });
    }
    expect(readFileSync(at, 'utf8')).toBe('other');
    expect(lstatSync(at).isSymbolicLink()).toBe(kind === 'link');
  });

  test('of an older place leads to this one after a start, but not for an app with a data folder of its own', async () => {
    const old = launcherIn('old');
    const launcher = launcherIn('new');
    mkdirSync(path.dirname(at), { recursive: true });
    symlinkSync(old, at);
    rmSync(path.join(folder, 'old'), { recursive: true });
    expect(open(launcher, { isRenewed: false }).state).toMatchObject({ kind: 'installed' });
    await new Promise(setImmediate);
    expect(readlinkSync(at)).toBe(old);
    open(launcher);
    await vi.waitFor(() => expect(readlinkSync(at)).toBe(launcher));
  });

  test('waits for the copy of an AppImage, and is not made where that failed', async () => {
    const problem = { code: 'not-available', detail: 'no space left' } as const;
    const tool = open(launcherIn('app'), { launcherReady: Promise.resolve(fail(problem)) });
    expect(await tool.set(true)).toEqual(fail(problem));
    expect(existsSync(at)).toBe(false);
  });

  test.each(['/Volumes/Gatehouse/Gatehouse.app', '/private/var/folders/x/AppTranslocation/y/d/Gatehouse.app'])(
    'is not made by an app that macOS runs from %s',
    async (place) => {
      const tool = open(`${place}/Contents/Resources/command/bin/gatehouse`, { platform: 'darwin' });
      expect(await tool.set(true)).toMatchObject({ problem: { detail: expect.stringContaining('into Applications') } });
      expect(existsSync(at)).toBe(false);
    },
  );

  test('is not needed where the deb has put the command', () => {
    const launcher = launcherIn('app');
    const packageLauncher = program(path.join(folder, 'usr-bin-gatehouse'), `#!/bin/sh\nexec ${launcher} "$@"\n`);
    expect(open(launcher).state).toEqual({ kind: 'with-package', at: packageLauncher });
    expect(open(launcherIn('elsewhere')).state).toEqual({ kind: 'absent', at });
  });
});

describe("the launcher's folder on the Path of Windows", () => {
  const launcher = 'C:\\App\\resources\\command\\bin\\gatehouse.cmd';
  const bin = 'C:\\App\\resources\\command\\bin';

  function registry(path: string) {
    const there = { path };
    const userPath = {
      read: async () => ok(there.path),
      write: async (next: string) => {
        there.path = next;
        return ok(next);
      },
    };
    return { there, userPath };
  }

  test('joins the end of it and leaves it again; what is written there with variables stays so', async () => {
    const { there, userPath } = registry('%USERPROFILE%\\bin');
    const tool = openPathCommand({ launcher, userPath, env: { Path: 'C:\\Windows' } });
    expect(tool.state).toEqual({ kind: 'absent', at: launcher });
    expect(await tool.set(true)).toEqual(ok(undefined));
    expect(there.path).toBe(`%USERPROFILE%\\bin;${bin}`);
    expect(tool.state).toEqual({ kind: 'installed', at: launcher, reach: { kind: 'found' } });
    expect(await tool.set(false)).toEqual(ok(undefined));
    expect(there.path).toBe('%USERPROFILE%\\bin');
    expect(tool.state.kind).toBe('absent');
  });

  test('is there from the start where Windows gave it to the app', () => {
    const { userPath } = registry('');
    expect(openPathCommand({ launcher, userPath, env: { Path: `C:\\Windows;${bin}\\` } }).state.kind).toBe('installed');
  });

  test('a person is told the folder where the registry refuses', async () => {
    const refused = async () => fail({ code: 'not-available', detail: 'Requested registry access is not allowed.' });
    const tool = openPathCommand({ launcher, userPath: { read: refused, write: refused }, env: {} });
    expect(await tool.set(true)).toMatchObject({ problem: { detail: expect.stringMatching(/not allowed.*bin$/) } });
    expect(tool.state.kind).toBe('absent');
  });

  test.skipIf(process.platform === 'win32')(
    'is written by a PowerShell that gets it as a variable, and read again',
    async () => {
      // Its path is a name without a slash here, so it is found by the PATH.
      program(
        path.join(folder, 'bin', 'R\\System32\\WindowsPowerShell\\v1.0\\powershell.exe'),
        `#!/bin/sh\nprintf '%s\\n' "$@" > ../args\nprintf '%s' "\${GATEHOUSE_NEW_PATH-as before}"\n`,
      );
      const before = process.cwd();
      process.chdir(path.join(folder, 'bin'));
      try {
        const userPath = createUserPath({ SystemRoot: 'R', PATH: `${folder}/bin:/usr/bin:/bin` });
        expect(await userPath.read()).toEqual(ok('as before'));
        const odd = `C:\\it's "me" & 100%;$(calc)`;
        expect(await userPath.write(odd)).toEqual(ok(odd));
        const [noProfile, nonInteractive, , script = ''] = readFileSync('../args', 'utf8').split('\n');
        expect([noProfile, nonInteractive]).toEqual(['-NoProfile', '-NonInteractive']);
        expect(script).not.toContain('calc');
        // Quotation marks would have to be quoted again for Windows.
        expect(script).not.toContain('"');
        expect(script).toMatch(/SetValue\('Path', \$env:GATEHOUSE_NEW_PATH, 'ExpandString'\)/);
      } finally {
        process.chdir(before);
      }
    },
  );
});
