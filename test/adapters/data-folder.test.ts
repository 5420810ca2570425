import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../../src-main/adapters/atomic-file.ts';
import { openDataFolder, resolveDataDir } from '../../src-main/adapters/data-folder.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'gatehouse-folder-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('where the data folder is', () => {
  it('takes the option first, then the environment, then the usual place of the system', () => {
    const env = { GATEHOUSE_DATA_DIR: '/from-env', LOCALAPPDATA: '/local', HOME: '/home/somebody' };
    expect(resolveDataDir('relative', env, 'linux')).toBe(resolve('relative'));
    expect(resolveDataDir(undefined, env, 'linux')).toBe('/from-env');
    expect(resolveDataDir(undefined, { HOME: '/home/somebody' }, 'linux')).toBe(
      '/home/somebody/.local/share/gatehouse',
    );
    expect(resolveDataDir(undefined, { XDG_DATA_HOME: '/xdg' }, 'linux')).toBe('/xdg/gatehouse');
    expect(resolveDataDir(undefined, { LOCALAPPDATA: '/local' }, 'win32')).toBe('/local/Gatehouse/Data');
    expect(resolveDataDir(undefined, {}, 'darwin').startsWith(homedir())).toBe(true);
  });
});

describe('the data folder', () => {
  it('is made for its owner only and keeps its id', () => {
    const path = join(dir, 'deep', 'data');
    const first = openDataFolder(path);
    if (!first.ok) throw new Error('not opened');
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(statSync(join(path, 'data-folder.json')).mode & 0o777).toBe(0o600);
    expect(first.value.path('config.json')).toBe(join(path, 'config.json'));
    expect(readdirSync(path)).toEqual(['data-folder.json']);
    const again = openDataFolder(path);
    expect(again.ok && again.value.id).toBe(first.value.id);
    const other = openDataFolder(join(dir, 'other'));
    expect(other.ok && other.value.id).not.toBe(first.value.id);
  });

  it.each([
    ['a file', () => join(dir, 'file')],
    ['below a file', () => join(dir, 'file', 'data')],
  ])('says so where it is %s', (_, path) => {
    writeFileSync(join(dir, 'file'), '');
    const result = openDataFolder(path());
    expect(result).toEqual({
      ok: false,
      problem: {
        code: 'not-available',
        detail: `the data folder ${path()} cannot be used: it, or a folder above it, is a file`,
      },
    });
  });

  it.skipIf(process.getuid?.() === 0)(
    'says so where it is not writable (skipped as root, who may write everywhere)',
    () => {
      mkdirSync(join(dir, 'closed'), { mode: 0o500 });
      const result = openDataFolder(join(dir, 'closed'));
      expect(!result.ok && 'detail' in result.problem && result.problem.detail).toContain('it is not writable');
    },
  );

  it('does not give a folder with a broken id a new one, which would hide its logins', () => {
    for (const text of ['{', '{"id":"no uuid"}', '[]', '']) {
      writeFileSync(join(dir, 'data-folder.json'), text);
      expect(openDataFolder(dir)).toMatchObject({ ok: false, problem: { code: 'not-available' } });
      expect(readFileSync(join(dir, 'data-folder.json'), 'utf8')).toBe(text);
    }
  });
});

describe('writing a file as a whole', () => {
  it('replaces the text, for its owner only, and leaves nothing else behind', async () => {
    const path = join(dir, 'config.json');
    writeFileSync(path, 'old', { mode: 0o644 });
    await writeFileAtomic(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await Promise.all(Array.from({ length: 20 }, (_, i) => writeFileAtomic(path, `text ${i} `.repeat(1000))));
    expect(readFileSync(path, 'utf8')).toMatch(/^(text \d+ )\1{999}$/);
    expect(readdirSync(dir)).toEqual(['config.json']);
  });

  it('rejects and removes its temp file where it cannot replace', async () => {
    mkdirSync(join(dir, 'config.json', 'x'), { recursive: true });
    await expect(writeFileAtomic(join(dir, 'config.json'), 'new')).rejects.toThrow();
    expect(readdirSync(dir)).toEqual(['config.json']);
  });
});
