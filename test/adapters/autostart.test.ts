import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { autostartEntry, isEntryOn } from '../../src-main/adapters/autostart-entry.ts';
import { autostartPath, openAutostartFile } from '../../src-main/adapters/autostart-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-autostart-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const execOf = (file: string, ...args: string[]): string | undefined =>
  /^Exec=(.*)$/m.exec(autostartEntry({ file, args }))?.[1];

describe('the entry that starts the app with the session', () => {
  test.each<[string, string[], string]>([
    ['/opt/Gatehouse/gatehouse', ['--hidden'], '/opt/Gatehouse/gatehouse --hidden'],
    ['/home/a b/Gatehouse.AppImage', ['--hidden'], '"/home/a b/Gatehouse.AppImage" --hidden'],
    ['/a', ['100%', ''], '/a 100%% ""'],
    ['/a', ['$HOME', '`id`', '"q"'], '/a "\\\\$HOME" "\\\\`id\\\\`" "\\\\"q\\\\""'],
    ['/a', ['back\\slash'], '/a "back\\\\\\\\slash"'],
    ['/a', ["it's", '~', '(x)', 'a;b'], '/a "it\'s" "~" "(x)" "a;b"'],
  ])('quotes %s %j as the Desktop Entry Specification has it', (file, args, exec) => {
    expect(execOf(file, ...args)).toBe(exec);
  });

  const hasGio = spawnSync('gio', ['--version']).status === 0;
  test.skipIf(!hasGio)('is read by a desktop as it was meant (needs gio)', async () => {
    const odd = path.join(folder, 'a b "q" $HOME `x` \\y');
    mkdirSync(odd);
    const program = path.join(odd, 'gatehouse');
    const told = path.join(folder, 'told');
    writeFileSync(program, '#!/bin/sh\nout=$1\nprintf "%s\\n" "$@" > "$out.part" && mv "$out.part" "$out"\n');
    chmodSync(program, 0o755);
    const args = [told, '--data-dir', odd, "it's", 'a=b%f', 'ünï'];
    writeFileSync(path.join(folder, 'gatehouse.desktop'), autostartEntry({ file: program, args }));
    expect(spawnSync('gio', ['launch', path.join(folder, 'gatehouse.desktop')]).status).toBe(0);
    await vi.waitFor(() => expect(existsSync(told)).toBe(true), { timeout: 10_000 });
    expect(readFileSync(told, 'utf8')).toBe(`${args.join('\n')}\n`);
  });

  test.each([
    ['Hidden=true', false],
    ['X-GNOME-Autostart-enabled=false', false],
    ['X-GNOME-Autostart-enabled=true', true],
    ['Name=Hidden=true', true],
  ])('with "%s" is on: %s', (line, isOn) => {
    expect(isEntryOn(`[Desktop Entry]\n${line}\n`)).toBe(isOn);
  });
});

describe('the autostart file', () => {
  const command = { file: '/opt/new', args: ['--hidden'] };
  const kept = { isRenewed: false };

  test.each([
    [{ XDG_CONFIG_HOME: '/x' }, '/x/autostart/gatehouse.desktop'],
    [{ XDG_CONFIG_HOME: 'relative', HOME: '/home/ada' }, '/home/ada/.config/autostart/gatehouse.desktop'],
    [{ HOME: '/home/ada' }, '/home/ada/.config/autostart/gatehouse.desktop'],
  ])('with %j is %s', (env, file) => {
    expect(autostartPath(env)).toBe(file);
  });

  test('is written and taken away, and tells who listens', async () => {
    const file = path.join(folder, 'config/autostart/gatehouse.desktop');
    const autostart = await openAutostartFile(file, command, kept);
    const heard = vi.fn();
    const stop = autostart.onChange(heard);
    expect(autostart.state).toBe('off');
    expect(await autostart.set(true)).toEqual({ ok: true, value: undefined });
    expect(autostart.state).toBe('on');
    expect(readFileSync(file, 'utf8')).toContain('Exec=/opt/new --hidden\n');
    expect(await autostart.set(false)).toEqual({ ok: true, value: undefined });
    expect(existsSync(file)).toBe(false);
    expect(heard).toHaveBeenCalledTimes(2);
    stop();
    await autostart.set(false);
    expect(heard).toHaveBeenCalledTimes(2);
  });

  test('follows what the desktop itself switched off', async () => {
    const file = path.join(folder, 'gatehouse.desktop');
    const autostart = await openAutostartFile(file, command, kept);
    await autostart.set(true);
    writeFileSync(file, readFileSync(file, 'utf8').replace('enabled=true', 'enabled=false'));
    expect(autostart.state).toBe('off');
  });

  test('of an older place is renewed where it is the installed app, and otherwise left alone', async () => {
    const file = path.join(folder, 'gatehouse.desktop');
    const old = autostartEntry({ file: '/opt/old', args: [] });
    writeFileSync(file, old);
    await openAutostartFile(file, command, kept);
    expect(readFileSync(file, 'utf8')).toBe(old);
    await openAutostartFile(file, command, { isRenewed: true });
    expect(readFileSync(file, 'utf8')).toContain('Exec=/opt/new --hidden\n');
    // What was switched off is not switched on again.
    writeFileSync(file, `${old}Hidden=true\n`);
    await openAutostartFile(file, command, { isRenewed: true });
    expect(readFileSync(file, 'utf8')).toContain('Exec=/opt/old\n');
  });

  test('that cannot be written is said to be so', async () => {
    writeFileSync(path.join(folder, 'autostart'), 'a file where a folder should be');
    const file = path.join(folder, 'autostart/gatehouse.desktop');
    const autostart = await openAutostartFile(file, command, kept);
    expect(await autostart.set(true)).toMatchObject({
      ok: false,
      problem: { code: 'not-available', detail: expect.stringContaining('cannot be written') },
    });
    expect(autostart.state).toBe('off');
  });
});
