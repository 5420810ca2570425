import { describe, expect, test } from 'vitest';
import {
  isOwnLink,
  type LinkThere,
  type PathAdvice,
  pathAdvice,
  reachOf,
} from '../../src-main/engine/model/command-line-tool.ts';
import { hasFolder, withFolder, withoutFolder } from '../../src-main/engine/model/windows-path.ts';

describe('the command in the terminal of macOS and Linux', () => {
  test.each<[LinkThere, boolean]>([
    [{ kind: 'nothing' }, false],
    [{ kind: 'other' }, false],
    [{ kind: 'link', target: '/opt/Gatehouse/resources/command/bin/gatehouse' }, true],
    [{ kind: 'link', target: '/Applications/Gatehouse.app/Contents/Resources/command/bin/gatehouse' }, true],
    [{ kind: 'link', target: '/home/ada/.local/share/gatehouse/command/bin/gatehouse' }, true],
    [{ kind: 'link', target: '/home/ada/.npm/bin/gatehouse' }, false],
    [{ kind: 'link', target: '/opt/Gatehouse/resources/command/bin/gatehouse.old' }, false],
  ])('what stands there as %j is ours: %s', (there, isOwn) => {
    expect(isOwnLink(there)).toBe(isOwn);
  });

  const folder = '/home/ada/.local/bin';
  const advice = { file: '~/.bashrc', line: 'export' };
  const commands: Readonly<Record<string, { file: string; isOwn: boolean }>> = {
    [folder]: { file: `${folder}/gatehouse`, isOwn: true },
    '/usr/local/bin': { file: '/usr/local/bin/gatehouse', isOwn: false },
  };
  test.each([
    [[folder, '/usr/local/bin'], { kind: 'found' }],
    [['/usr/bin', folder], { kind: 'found' }],
    [['/usr/local/bin', folder], { kind: 'shadowed', by: '/usr/local/bin/gatehouse' }],
    [['/usr/local/bin'], { kind: 'shadowed', by: '/usr/local/bin/gatehouse' }],
    [['/usr/bin', '/bin'], { kind: 'off-path', folder, advice }],
    [undefined, { kind: 'unknown', folder }],
  ])('with the PATH %j it is %j', (path, reach) => {
    expect(reachOf(folder, path, (one) => commands[one], advice)).toEqual(reach);
  });

  const line = 'export PATH="$HOME/.local/bin:$PATH"';
  test.each<[string, string, PathAdvice | undefined]>([
    ['/bin/zsh', 'darwin', { file: '~/.zshrc', line }],
    ['/bin/bash', 'darwin', { file: '~/.bash_profile', line }],
    ['/usr/bin/zsh', 'linux', { file: '~/.zshrc', line }],
    ['/usr/bin/bash', 'linux', { file: '~/.bashrc', line }],
    ['/usr/bin/fish', 'linux', { line: 'fish_add_path ~/.local/bin' }],
    ['/usr/bin/nu', 'linux', undefined],
  ])('of %s on %s the advice is %j', (shell, platform, expected) => {
    expect(pathAdvice(shell, platform)).toEqual(expected);
  });
});

describe("the command's folder on the Path of Windows", () => {
  const folder = 'C:\\Users\\Jörg 100%\\AppData\\Local\\Programs\\Gatehouse\\resources\\command\\bin';
  const env = { LocalAppData: 'C:\\Users\\Jörg 100%\\AppData\\Local' };
  test.each([
    ['', folder],
    ['%USERPROFILE%\\bin', `%USERPROFILE%\\bin;${folder}`],
    ['C:\\a;', `C:\\a;${folder}`],
    [`C:\\a;${folder}\\;D:\\b`, `C:\\a;${folder}\\;D:\\b`],
    [folder.toUpperCase(), folder.toUpperCase()],
    [`"${folder}"`, `"${folder}"`],
  ])('joins "%s" at its end, once, and leaves the rest as it is written', (before, after) => {
    expect(withFolder(before, folder, env)).toBe(after);
    expect(hasFolder(after, folder, env)).toBe(true);
  });

  test.each([
    [`C:\\a;${folder};%X%\\b`, 'C:\\a;%X%\\b'],
    [`%localappdata%\\Programs\\Gatehouse\\resources\\command\\bin\\;C:\\a;;`, 'C:\\a;;'],
    ['C:\\a', 'C:\\a'],
    [folder, ''],
  ])('leaves "%s" as "%s"', (before, after) => {
    expect(withoutFolder(before, folder, env)).toBe(after);
    expect(hasFolder(after, folder, env)).toBe(false);
  });
});
