import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keepCommandCopy } from '../../src-main/adapters/command-copy.ts';
import { ok } from '../../src-main/engine/model/result.ts';

let folder: string;
let dataDir: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'gatehouse-copy-'));
  dataDir = path.join(folder, 'data');
  mkdirSync(dataDir);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What an AppImage of that version brings; its program is any that waits. */
function brought(stamp: string): string {
  const from = path.join(folder, `mount-${stamp}`);
  mkdirSync(path.join(from, 'main'), { recursive: true });
  writeFileSync(path.join(from, 'stamp'), `${stamp}\n`);
  writeFileSync(path.join(from, 'main/cli.js'), stamp);
  cpSync(realpathSync('/bin/sleep'), path.join(from, 'node'));
  return from;
}

const versions = (): string[] => readdirSync(path.join(dataDir, 'command-versions')).sort();
const current = (): string => readFileSync(path.join(dataDir, 'command/main/cli.js'), 'utf8');

describe.runIf(process.platform === 'linux')("the copy of an AppImage's command", () => {
  test('outlives what it was copied from, and its one name leads to the newest version', async () => {
    const first = brought('1.0.0-a');
    expect(await keepCommandCopy(first, dataDir)).toEqual(ok(undefined));
    rmSync(first, { recursive: true });
    expect(current()).toBe('1.0.0-a');
    expect(await keepCommandCopy(brought('1.0.1-b'), dataDir)).toEqual(ok(undefined));
    expect(current()).toBe('1.0.1-b');
    expect(versions()).toEqual(['1.0.1-b']);
    expect(readdirSync(dataDir).sort()).toEqual(['command', 'command-versions']);
  });

  test('is not made again for the same version, and what a crash left of one goes', async () => {
    await keepCommandCopy(brought('1.0.0-a'), dataDir);
    writeFileSync(path.join(dataDir, 'command/main/cli.js'), 'as it was');
    mkdirSync(path.join(dataDir, 'command-versions/1.0.0-b.123.tmp'));
    await keepCommandCopy(brought('1.0.0-a'), dataDir);
    expect(current()).toBe('as it was');
    expect(versions()).toEqual(['1.0.0-a']);
  });

  test('of an old version stays while a program runs from it', async () => {
    await keepCommandCopy(brought('1.0.0-a'), dataDir);
    const bridge = spawn(path.join(dataDir, 'command/node'), ['1000']);
    try {
      await once(bridge, 'spawn');
      await keepCommandCopy(brought('1.0.1-b'), dataDir);
      expect(versions()).toEqual(['1.0.0-a', '1.0.1-b']);
      expect(current()).toBe('1.0.1-b');
    } finally {
      bridge.kill();
      await once(bridge, 'exit');
    }
    await keepCommandCopy(brought('1.0.1-b'), dataDir);
    expect(versions()).toEqual(['1.0.1-b']);
  });

  test('stays as it was where the new one cannot be made, and the reason is told', async () => {
    await keepCommandCopy(brought('1.0.0-a'), dataDir);
    expect(await keepCommandCopy(path.join(folder, 'not-there'), dataDir)).toMatchObject({
      ok: false,
      problem: { code: 'not-available', detail: expect.stringContaining('ENOENT') },
    });
    expect(current()).toBe('1.0.0-a');
    rmSync(path.join(dataDir, 'command'));
    mkdirSync(path.join(dataDir, 'command'));
    expect(await keepCommandCopy(brought('1.0.1-b'), dataDir)).toMatchObject({ ok: false });
    expect(existsSync(path.join(dataDir, 'command/main'))).toBe(false);
  });
});
