import type { App, LoginItemSettings, Settings } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import { appCommandAtLogin } from '../../src-main/shell/app-command.ts';
import { createLoginItem, wasOpenedAtLogin } from '../../src-main/shell/login-item.ts';

/** The system's list, as far as one app sees it. */
function systemList(answer: Partial<LoginItemSettings> = {}, refuses = false) {
  const set: Settings[] = [];
  const asked: unknown[] = [];
  let openAtLogin = false;
  const app = {
    getLoginItemSettings: (options?: unknown) => {
      asked.push(options);
      return { openAtLogin, executableWillLaunchAtLogin: openAtLogin, wasOpenedAtLogin: false, ...answer };
    },
    setLoginItemSettings: (settings: Settings) => {
      set.push(settings);
      if (!refuses) openAtLogin = settings.openAtLogin === true;
    },
  } as unknown as Pick<App, 'getLoginItemSettings' | 'setLoginItemSettings'>;
  return { app, set, asked };
}

const command = {
  file: 'C:\\Program Files\\Gatehouse\\Gatehouse.exe',
  args: ['--hidden', '--data-dir', 'D:\\my data\\'],
};

describe('the start at login of macOS and Windows', () => {
  it('writes the program with quoted arguments into the list of Windows, and asks for the same', async () => {
    const { app, set, asked } = systemList();
    const item = createLoginItem(app, 'win32', command);
    const entry = { path: command.file, args: ['--hidden', '--data-dir', '"D:\\my data\\\\"'] };
    expect(item.state).toBe('off');
    expect(asked).toEqual([entry]);
    expect(await item.set(true)).toEqual({ ok: true, value: undefined });
    expect(set).toEqual([{ openAtLogin: true, ...entry }]);
    expect(item.state).toBe('on');
  });

  it('is off where the Task Manager switched it off', () => {
    const { app } = systemList({ openAtLogin: true, executableWillLaunchAtLogin: false });
    expect(createLoginItem(app, 'win32', command).state).toBe('off');
  });

  it('gives macOS no arguments, and says when it wants an approval', async () => {
    const { app, set } = systemList({ status: 'requires-approval' }, true);
    const item = createLoginItem(app, 'darwin', command);
    expect(await item.set(true)).toMatchObject({
      ok: false,
      problem: { detail: expect.stringContaining('System Settings') },
    });
    expect(set).toEqual([{ openAtLogin: true }]);
  });

  it('tells who listens, until they stop', async () => {
    const item = createLoginItem(systemList().app, 'darwin', command);
    const heard = vi.fn();
    const stop = item.onChange(heard);
    await item.set(true);
    stop();
    await item.set(false);
    expect(heard).toHaveBeenCalledTimes(1);
  });

  it('starts hidden on macOS where the system started it', () => {
    const { app } = systemList({ wasOpenedAtLogin: true });
    expect(wasOpenedAtLogin(app, 'darwin')).toBe(true);
    expect(wasOpenedAtLogin(app, 'linux')).toBe(false);
  });
});

describe('what is started at login', () => {
  const place = {
    isPackaged: true,
    execPath: '/opt/Gatehouse/gatehouse',
    appPath: '/checkout',
    env: {},
    dataDir: undefined,
  };
  it.each([
    [place, ['/opt/Gatehouse/gatehouse', '--hidden']],
    [
      { ...place, execPath: '/tmp/.mount_x/gatehouse', env: { APPIMAGE: '/home/ada/Gatehouse.AppImage' } },
      ['/home/ada/Gatehouse.AppImage', '--hidden'],
    ],
    [{ ...place, dataDir: '/data' }, ['/opt/Gatehouse/gatehouse', '--hidden', '--data-dir', '/data']],
    [
      { ...place, isPackaged: false, env: { APPIMAGE: '/editor.AppImage' } },
      ['/opt/Gatehouse/gatehouse', '/checkout', '--hidden'],
    ],
  ])('of %j is %j', (from, words) => {
    const { file, args } = appCommandAtLogin(from);
    expect([file, ...args]).toEqual(words);
  });
});
