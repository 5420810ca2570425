import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

let folder: string;
let child: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-start-'));
});
afterEach(() => {
  try {
    // Its whole group: npm may have ended before what it started.
    if (child?.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
  rmSync(folder, { recursive: true, force: true });
});

/** `npm start` with a program in Electron's place; by `npm` itself, or as npm runs it. */
function start(electron: string, by: 'npm' | 'node' = 'node') {
  const binary = path.join(folder, 'electron');
  writeFileSync(binary, `#!/bin/sh\n${electron}\n`);
  chmodSync(binary, 0o755);
  const args = ['--no-sandbox', '--data-dir', path.join(folder, 'data'), '--port', '0', '--vault', 'memory'];
  const [program, before] =
    by === 'npm' ? ['npm', ['start', '--silent', '--']] : [process.execPath, ['--import', 'tsx', 'scripts/start.ts']];
  const started = spawn(program, [...before, ...args], {
    cwd: ROOT,
    detached: true,
    env: { ...process.env, DISPLAY: ':none', ELECTRON_OVERRIDE_DIST_PATH: folder },
  });
  child = started;
  const said = { stdout: '', stderr: '' };
  started.stdout.on('data', (chunk: Buffer) => {
    said.stdout += chunk.toString('utf8');
  });
  started.stderr.on('data', (chunk: Buffer) => {
    said.stderr += chunk.toString('utf8');
  });
  return { started, said, exit: once(started, 'close') };
}

it('runs the same engine headless, with the last words of an Electron that died, and ends well on a signal', async () => {
  const { started, said, exit } = start('echo "No usable sandbox!" >&2; exit 133');
  await vi.waitFor(() => expect(said.stdout).toMatch(/^Status window: http:\/\/127\.0\.0\.1:\d+\/#code=/m), {
    timeout: 60_000,
    interval: 100,
  });
  expect(said.stderr).toContain(
    'Without the app, because Electron ended right after its start with exit code 133 ("No usable sandbox!").\n',
  );
  started.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
}, 90_000);

it('keeps the exit code of the app, and gives it the arguments', async () => {
  const { said, exit } = start('echo "$@"; exit 7');
  expect(await exit).toEqual([7, null]);
  expect(said.stdout).toBe(`${ROOT} --no-sandbox --data-dir ${folder}/data --port 0 --vault memory\n`);
}, 90_000);

it('passes a signal on to the app, and ends as it does', async () => {
  const { started, said, exit } = start('trap "exit 0" TERM; echo up; while :; do sleep 0.05; done');
  await vi.waitFor(() => expect(said.stdout).toBe('up\n'), { timeout: 60_000, interval: 50 });
  started.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
}, 90_000);

it('ends cleanly when npm is ended, although the shell between them passes no signal on', async () => {
  const { started, said, exit } = start('exit 1', 'npm');
  await vi.waitFor(() => expect(said.stdout).toContain('Status window: '), { timeout: 60_000, interval: 100 });
  const socket = path.join(folder, 'data/control.sock');
  expect(existsSync(socket)).toBe(true);
  started.kill('SIGTERM');
  // Its output closes when the last of its processes has ended.
  await exit;
  expect(existsSync(socket)).toBe(false);
}, 90_000);
