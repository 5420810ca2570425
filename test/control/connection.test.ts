import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, expect, test, vi } from 'vitest';
import { ok } from '../../src-main/engine/model/result.ts';
import type { Handlers } from '../../src-preload/derive.ts';
import { aRow, aSnapshot, type ScriptedEngine, startScriptedEngine } from './scripted-engine.ts';

let engine: ScriptedEngine | undefined;
let socket: Socket | undefined;

afterEach(async () => {
  socket?.destroy();
  await engine?.close();
  engine = undefined;
});

async function dial(answers: Partial<Handlers>) {
  engine = await startScriptedEngine(answers);
  const dialled = connect(engine.socketPath);
  socket = dialled;
  const lines = createInterface({ input: dialled })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => JSON.parse(String((await lines.next()).value));
  return { engine, socket: dialled, next, say: (text: string) => dialled.write(`${text}\n`), hello: await next() };
}

const status = async () => ok(aSnapshot([aRow()]));

test('says its process and version first', async () => {
  const { hello } = await dial({});
  expect(hello).toEqual({ hello: { pid: 4242, version: '9.9.9' } });
});

test('answers a request under its own id', async () => {
  const { say, next } = await dial({ status });
  say('{"id":7,"call":"status","input":{}}');
  expect(await next()).toEqual({ id: 7, reply: { ok: true, value: aSnapshot([aRow()]) } });
});

test('lets a quick call overtake one that waits', async () => {
  let finish = (): void => {};
  const slow = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const { say, next } = await dial({
    status,
    pause: async () => {
      await slow;
      return ok({});
    },
  });
  say('{"id":1,"call":"pause","input":{}}');
  say('{"id":2,"call":"status","input":{}}');
  expect(await next()).toMatchObject({ id: 2 });
  finish();
  expect(await next()).toMatchObject({ id: 1, reply: { ok: true } });
});

test.each([
  ['what is no JSON', 'hello', null, 'A line must be one JSON object.'],
  ['a list', '[1]', null, 'A line must be one JSON object.'],
  ['a request without a number', '{"id":"x","call":"status"}', null, 'A request needs a number as its "id".'],
  ['a request without a call', '{"id":1}', 1, 'A request needs the name of a call as its "call".'],
  ['a call that is none', '{"id":1,"call":"toString"}', 1, 'There is no call "toString".'],
  ['an input of the wrong form', '{"id":1,"call":"reconnectServer","input":{"name":5}}', 1, /^name: /],
])('answers %s with a sentence and goes on', async (_what, line, id, detail) => {
  const { say, next } = await dial({ status });
  say(line);
  expect(await next()).toMatchObject({
    id,
    reply: {
      ok: false,
      problem: { code: 'invalid-input', detail: typeof detail === 'string' ? detail : expect.stringMatching(detail) },
    },
  });
  say('{"id":2,"call":"status"}');
  expect(await next()).toMatchObject({ id: 2, reply: { ok: true } });
});

test('throws a line of more than 1 MiB away, says so once, and goes on', async () => {
  const { say, next } = await dial({ status });
  say('x'.repeat(3 * 1024 * 1024));
  expect(await next()).toMatchObject({ id: null, reply: { problem: { detail: expect.stringContaining('1048576') } } });
  say('{"id":2,"call":"status"}');
  expect(await next()).toMatchObject({ id: 2, reply: { ok: true } });
});

test('understands a line that arrives in pieces, cut inside a character', async () => {
  const names: string[] = [];
  const { socket: wire, next } = await dial({
    removeCaller: async ({ name }) => {
      names.push(name);
      return ok({});
    },
  });
  const bytes = Buffer.from('{"id":1,"call":"removeCaller","input":{"name":"Zoë"}}\n');
  const middle = bytes.indexOf(0xc3) + 1;
  wire.setNoDelay(true);
  wire.write(bytes.subarray(0, middle));
  await vi.waitFor(() => expect(engine?.connections.values().next().value?.bytesRead).toBe(middle));
  wire.write(bytes.subarray(middle));
  expect(await next()).toMatchObject({ id: 1, reply: { ok: true } });
  expect(names).toEqual(['Zoë']);
});

test('answers for a handler that throws, without its words', async () => {
  const { say, next } = await dial({
    status: async () => {
      throw new TypeError('with a secret inside');
    },
  });
  say('{"id":1,"call":"status"}');
  const reply = await next();
  expect(reply).toMatchObject({ reply: { ok: false, problem: { code: 'internal' } } });
  expect(JSON.stringify(reply)).not.toContain('secret');
});

test('sends events once they are asked for, and stops when the other end goes', async () => {
  const { engine: running, socket: wire, say, next } = await dial({ status });
  running.events.emit('server', aRow({ name: 'too-early' }));
  say('{"subscribe":true}');
  say('{"subscribe":true}');
  await vi.waitFor(() => expect(running.events.listeners).toBe(1));
  running.events.emit('server', aRow());
  expect(await next()).toEqual({ event: 'server', payload: aRow() });
  wire.destroy();
  await vi.waitFor(() => expect(running.events.listeners).toBe(0));
});

test('drops a reader that does not read, after a bound', async () => {
  const { engine: running, socket: wire, say } = await dial({});
  say('{"subscribe":true}');
  await vi.waitFor(() => expect(running.events.listeners).toBe(1));
  wire.pause();
  const ended = once([...running.connections][0] ?? wire, 'close');
  const row = aRow({ authorizationUrl: 'x'.repeat(1024 * 1024) });
  for (let sent = 0; sent < 40; sent += 1) running.events.emit('server', row);
  await ended;
  expect(running.events.listeners).toBe(0);
});

test('refuses more than 256 calls at once on one connection', async () => {
  const { say, next } = await dial({ pause: () => new Promise(() => {}) });
  for (let id = 1; id <= 257; id += 1) say(JSON.stringify({ id, call: 'pause', input: {} }));
  expect(await next()).toMatchObject({ id: 257, reply: { ok: false } });
});
