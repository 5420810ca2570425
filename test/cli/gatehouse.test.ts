import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test, vi } from 'vitest';
import { ok } from '../../src-main/engine/model/result.ts';
import type { Handlers } from '../../src-preload/derive.ts';
import { aRow, aSnapshot, NOON, type ScriptedEngine, startScriptedEngine } from '../control/scripted-engine.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

let engine: ScriptedEngine | undefined;

afterEach(async () => {
  await engine?.close();
  engine = undefined;
});

/** The program in a process of its own, beside an engine whose data folder the environment names. */
async function start(args: readonly string[], answers: Partial<Handlers>, env: Record<string, string> = {}) {
  engine = await startScriptedEngine(answers);
  const child = spawn(process.execPath, ['--import', 'tsx', 'src-main/cli/gatehouse.ts', ...args], {
    cwd: ROOT,
    env: { ...process.env, GATEHOUSE_DATA_DIR: engine.dataDir, ...env },
  });
  const ended = Promise.all([
    new Promise<number | null>((resolve) => child.once('close', resolve)),
    text(child.stdout),
    text(child.stderr),
  ]).then(([exitCode, stdout, stderr]) => ({ exitCode, stdout, stderr }));
  return { child, ended };
}

const status = async () => ok(aSnapshot([aRow()]));

test('speaks to the engine of GATEHOUSE_DATA_DIR', async () => {
  const { ended } = await start(['status', '--json'], { status });
  expect(await ended).toEqual({
    exitCode: 0,
    stdout: '{"name":"notes","state":"ready","word":"Connected","token":{"kind":"not-needed"}}\n',
    stderr: '',
  });
});

test('has its last words out before it ends, however many they are', async () => {
  const rows = Array.from({ length: 3000 }, (_, index) => aRow({ name: `server-${index}` }));
  const { ended } = await start(['status', '--json'], { status: async () => ok(aSnapshot(rows)) });
  expect((await ended).stdout.trimEnd().split('\n')).toHaveLength(3000);
});

test('ends with the documented codes', async () => {
  const { ended } = await start(['sing'], {});
  expect(await ended).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("Unknown command 'sing'.") });
});

test('starts the program of GATEHOUSE_BROWSER with the link as its one argument', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-browser-'));
  const seen = path.join(folder, 'seen');
  const browser = path.join(folder, 'browser.sh');
  writeFileSync(browser, `#!/bin/sh\nprintf '%s %s' "$#" "$1" > "${seen}.tmp" && mv "${seen}.tmp" "${seen}"\n`);
  chmodSync(browser, 0o755);
  const url = 'http://127.0.0.1:4000/#code=a&b;c$(d)';
  const { ended } = await start(['open'], { openWindow: async () => ok({ url }) }, { GATEHOUSE_BROWSER: browser });
  expect(await ended).toMatchObject({ exitCode: 0, stdout: 'The window is open in your browser.\n' });
  await vi.waitFor(() => expect(existsSync(seen) && readFileSync(seen, 'utf8')).toBe(`1 ${url}`));
  rmSync(folder, { recursive: true });
});

test('Ctrl-C ends the wait for a sign-in at once, though standard input is open', async () => {
  const begun = {
    flowId: 'f',
    correlationId: 'c',
    authorizationUrl: 'https://login.example/authorize',
    browserOpened: false,
    joined: false,
    deadline: NOON,
  };
  let waits = 0;
  const { child, ended } = await start(['auth', 'login', 'notes', '--no-browser'], {
    startLogin: async () => ok(begun),
    waitForLogin: () => {
      waits += 1;
      return new Promise(() => {});
    },
  });
  await vi.waitFor(() => expect(waits).toBe(1), { timeout: 10_000 });
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ exitCode: 130, stderr: expect.stringContaining('stays open until') });
});
