import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { controlPath } from '../../src-main/control/control-path.ts';
import { connectControl } from '../../src-main/control/socket-client.ts';
import { ok } from '../../src-main/engine/model/result.ts';
import type { ServerRow } from '../../src-preload/contract.ts';
import { aRow, aSnapshot, type ScriptedEngine, startScriptedEngine } from './scripted-engine.ts';

let engine: ScriptedEngine | undefined;

afterEach(async () => {
  await engine?.close();
  engine = undefined;
});

async function connected(...args: Parameters<typeof startScriptedEngine>) {
  engine = await startScriptedEngine(...args);
  const result = await connectControl(engine.dataDir, { timeLimitMs: 200 });
  if (!result.ok) throw new Error(`not connected: ${result.problem.code}`);
  return { engine, client: result.value };
}

test('knows the process and version it speaks to, and calls it', async () => {
  const { client } = await connected({ status: async () => ok(aSnapshot([aRow()])) });
  expect(client).toMatchObject({ pid: 4242, version: '9.9.9' });
  expect(await client.status({})).toEqual(ok(aSnapshot([aRow()])));
  client.close();
  await client.closed;
});

test('says that no engine runs where there is no folder', async () => {
  const dataDir = path.join(tmpdir(), 'gatehouse-that-is-not-there');
  expect(await connectControl(dataDir)).toEqual({ ok: false, problem: { code: 'engine-not-running', dataDir } });
});

test('says that no engine runs where a killed one left its socket', async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'gatehouse-control-'));
  const listenAndDie = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', listenAndDie, controlPath(dataDir)]);
  expect(existsSync(controlPath(dataDir))).toBe(true);
  expect(await connectControl(dataDir)).toEqual({ ok: false, problem: { code: 'engine-not-running', dataDir } });
  rmSync(dataDir, { recursive: true });
});

test('fails a call that takes too long, but waits for a person without end', async () => {
  let signIn = (_row: ServerRow): void => {};
  const signedIn = new Promise<ServerRow>((resolve) => {
    signIn = resolve;
  });
  const { client } = await connected({
    pause: () => new Promise(() => {}),
    waitForLogin: async () => ok(await signedIn),
  });
  const login = client.waitForLogin({ name: 'notes', flowId: 'f' });
  expect(await client.pause({})).toEqual({
    ok: false,
    problem: { code: 'timed-out', host: 'Gatehouse', afterMs: 200 },
  });
  signIn(aRow());
  expect(await login).toEqual(ok(aRow()));
  client.close();
});

test('waits on for the sign-in to all, and for a look at a new server, which has a limit of its own', async () => {
  let goOn = (): void => {};
  const later = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const { client } = await connected({
    pause: () => new Promise(() => {}),
    startLoginToAll: async () => later.then(() => ok({ signedIn: ['notes'], passedOver: [], stopped: false })),
    lookAt: async () => later.then(() => ok({ transport: 'stdio', access: { kind: 'open' } })),
  });
  const all = client.startLoginToAll({ openBrowser: true });
  const look = client.lookAt({ command: 'npx slow-to-download' });
  expect(await client.pause({})).toMatchObject({ problem: { code: 'timed-out' } });
  goOn();
  expect(await look).toMatchObject({ ok: true });
  expect(await all).toMatchObject({ value: { signedIn: ['notes'] } });
  client.close();
});

test('gives up on somebody who says nothing', async () => {
  engine = await startScriptedEngine({}, () => {});
  expect(await connectControl(engine.dataDir, { timeLimitMs: 50 })).toMatchObject({
    problem: { code: 'timed-out' },
  });
});

test('does not take a stranger for the engine', async () => {
  engine = await startScriptedEngine({}, (socket) => socket.write('SSH-2.0\n'));
  expect(await connectControl(engine.dataDir)).toMatchObject({ problem: { code: 'not-available' } });
});

test('ends what waits when the engine goes, and says what comes later that it is gone', async () => {
  const { engine: running, client } = await connected({ waitForLogin: () => new Promise(() => {}) });
  const waiting = client.waitForLogin({ name: 'notes', flowId: 'f' });
  await vi.waitFor(() => expect([...running.connections][0]?.bytesRead).toBeGreaterThan(0));
  for (const socket of running.connections) socket.destroy();
  expect(await waiting).toMatchObject({ problem: { code: 'engine-not-running' } });
  await client.closed;
  expect(await client.status({})).toMatchObject({ problem: { code: 'engine-not-running' } });
});

test('hears events, and leaves out what the contract does not know', async () => {
  const { engine: running, client } = await connected({});
  const heard: ServerRow[] = [];
  const stop = client.on('server', (row) => heard.push(row));
  await vi.waitFor(() => expect(running.events.listeners).toBe(1));
  running.events.emit('server', { name: 'half a row' });
  running.events.emit('server', aRow());
  await vi.waitFor(() => expect(heard).toEqual([aRow()]));
  stop();
  client.close();
});

test.runIf(process.getuid?.() === 0)('says nothing to a folder of another user in the temp folder', async () => {
  const dataDir = path.join(mkdtempSync(path.join(tmpdir(), 'gatehouse-control-')), 'deep'.repeat(30));
  const folder = path.dirname(controlPath(dataDir));
  expect(folder).not.toBe(dataDir);
  mkdirSync(folder);
  chownSync(folder, 1, 1);
  expect(await connectControl(dataDir)).toMatchObject({ problem: { code: 'not-available' } });
  chownSync(folder, 0, 0);
  expect(await connectControl(dataDir)).toMatchObject({ problem: { code: 'engine-not-running' } });
  rmSync(folder, { recursive: true });
  rmSync(path.dirname(dataDir), { recursive: true });
});
