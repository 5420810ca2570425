import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimDataFolder, controlPath, type OwnerLock } from '../../src-main/control/owner-lock.ts';

const OWNER = fileURLToPath(new URL('./owner-process.ts', import.meta.url));
const ignore = (): void => undefined;

let dataDir: string;
const children: ChildProcess[] = [];
const locks: OwnerLock[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-owner-'));
});
afterEach(async () => {
  await Promise.all(locks.splice(0).map((lock) => lock.release()));
  for (const child of children.splice(0)) await killed(child);
  rmSync(dataDir, { recursive: true, force: true });
});

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

async function claim(dir = dataDir): Promise<Awaited<ReturnType<typeof claimDataFolder>>> {
  const result = await claimDataFolder({ dataDir: dir, onConnection: ignore });
  if (result.ok) locks.push(result.value);
  return result;
}

async function startOwner(): Promise<{ child: ChildProcess; claim(): Promise<Record<string, unknown>> }> {
  const child = fork(OWNER, [dataDir], {
    execArgv: ['--import', import.meta.resolve('tsx')],
    stdio: ['pipe', 'pipe', 'inherit', 'ipc'],
  });
  children.push(child);
  if (!child.stdout) throw new Error('no output');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  return {
    child,
    async claim() {
      child.stdin?.write('\n');
      return JSON.parse(String((await lines.next()).value)) as Record<string, unknown>;
    },
  };
}

describe('one owner of a data folder', () => {
  it('21 a second engine on the same folder does not start, and names the one that runs', async () => {
    const first = await startOwner();
    expect(await first.claim()).toEqual({ won: true });
    const start = performance.now();
    const second = await claim();
    expect(second).toEqual({ ok: false, problem: { code: 'already-running', dataDir, pid: first.child.pid } });
    expect(performance.now() - start).toBeLessThan(450);
  });

  it('an owner that does not say who it is, is the owner all the same', async () => {
    expect((await claim()).ok).toBe(true);
    expect(await claim()).toEqual({ ok: false, problem: { code: 'already-running', dataDir } });
  });

  it('takes over at once after a SIGKILL', async () => {
    const first = await startOwner();
    await first.claim();
    await killed(first.child);
    expect(existsSync(controlPath(dataDir))).toBe(true);
    const start = performance.now();
    expect((await claim()).ok).toBe(true);
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  it('of eight programs that start at the same moment exactly one wins, on a fresh folder and after a SIGKILL', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, startOwner));
    for (let round = 0; round < 5; round += 1) {
      const outcomes = await Promise.all(all.map((one) => one.claim()));
      const winner = all[outcomes.findIndex((outcome) => outcome.won === true)];
      expect(outcomes.filter((outcome) => outcome.code === 'already-running')).toHaveLength(7);
      if (!winner) throw new Error('nobody won');
      const socket = connect(controlPath(dataDir));
      const [hello] = (await once(socket, 'data')) as [Buffer];
      expect(JSON.parse(hello.toString())).toEqual({ hello: { pid: winner.child.pid } });
      socket.destroy();
      await killed(winner.child);
      all[all.indexOf(winner)] = await startOwner();
    }
  }, 120_000);

  it('frees the folder on release, also with a connection open', async () => {
    const first = await claimDataFolder({ dataDir, onConnection: ignore });
    if (!first.ok) throw new Error('not claimed');
    const visitor = connect(first.value.path);
    await once(visitor, 'connect');
    await Promise.all([once(visitor, 'close'), first.value.release()]);
    expect(existsSync(first.value.path)).toBe(false);
    expect((await claim()).ok).toBe(true);
  });

  it.runIf(process.platform !== 'win32')('gives the socket to its owner only', async () => {
    await claim();
    expect(statSync(controlPath(dataDir)).mode & 0o777).toBe(0o600);
  });

  it('leaves a file alone that bears the name of the socket', async () => {
    writeFileSync(controlPath(dataDir), 'somebody wrote this');
    expect(await claim()).toMatchObject({ ok: false, problem: { code: 'not-available' } });
    expect(existsSync(controlPath(dataDir))).toBe(true);
  });

  it('hands every connection to the engine', async () => {
    const seen = new Promise((resolve) => {
      void claimDataFolder({ dataDir, onConnection: resolve }).then((result) => {
        if (!result.ok) throw new Error('not claimed');
        locks.push(result.value);
        connect(result.value.path).on('error', ignore);
      });
    });
    expect(await seen).toHaveProperty('write');
  });
});

describe('the name of the control socket', () => {
  const long = (): string => join(dataDir, 'a'.repeat(60), 'b'.repeat(60));

  it('is in the data folder where it fits, and else short, the same for each way to write the folder', () => {
    expect(controlPath('/data', 'linux')).toBe('/data/control.sock');
    mkdirSync(long(), { recursive: true });
    symlinkSync(long(), join(dataDir, 'link'.repeat(25)));
    const path = controlPath(long(), 'linux');
    expect(Buffer.byteLength(path)).toBeLessThanOrEqual(100);
    expect(controlPath(join(dataDir, 'link'.repeat(25)), 'linux')).toBe(path);
    expect(controlPath(join(long(), '..', 'b'.repeat(60)), 'linux')).toBe(path);
    expect(controlPath(join(dataDir, 'c'.repeat(120)), 'linux')).not.toBe(path);
  });

  it('is a named pipe on Windows', () => {
    expect(controlPath('/data', 'win32')).toMatch(/^\\\\\.\\pipe\\gatehouse-[0-9a-f]{16}$/);
  });

  it('locks a folder with a long path too, in a folder that is closed to others', async () => {
    mkdirSync(long(), { recursive: true });
    const first = await claim(long());
    if (!first.ok) throw new Error('not claimed');
    expect(statSync(dirname(first.value.path)).mode & 0o777).toBe(0o700);
    expect(await claim(long())).toMatchObject({ ok: false, problem: { code: 'already-running' } });
  });

  it('refuses a folder in the temp folder that others can write', async () => {
    mkdirSync(long(), { recursive: true });
    const folder = dirname(controlPath(long()));
    mkdirSync(folder, { mode: 0o755 });
    try {
      expect(await claim(long())).toMatchObject({ ok: false, problem: { code: 'not-available' } });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

it('a socket that was left behind by a closed server counts as nobody', async () => {
  const server = createServer();
  const path = controlPath(dataDir);
  server.listen(path);
  await once(server, 'listening');
  const first = await claim();
  expect(first).toMatchObject({ ok: false, problem: { code: 'already-running' } });
  server.close();
  await once(server, 'close');
  expect((await claim()).ok).toBe(true);
});
