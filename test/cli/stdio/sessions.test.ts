import type { ServerResponse } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { type Arrived, closeScriptedEndpoints, json, openScriptedEndpoint, result } from './scripted-endpoint.ts';

afterEach(closeScriptedEndpoints);

const INITIALIZE = {
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: { roots: {} }, clientInfo: { name: 'editor', version: '1' } },
};
const INITIALIZED = { method: 'notifications/initialized' };

/** Knows one session; the others are 404. */
function sessions(capabilities: object = {}) {
  let opened = 0;
  const answer = (response: ServerResponse, arrived: Arrived): void => {
    if (arrived.body.method === 'initialize') {
      opened += 1;
      result(
        response,
        arrived,
        { protocolVersion: '2025-11-25', capabilities, serverInfo: { name: 's', version: '1' } },
        { 'mcp-session-id': `session-${opened}` },
      );
    } else if (arrived.headers['mcp-session-id'] !== `session-${opened}`) response.writeHead(404).end();
    else if (arrived.method === 'GET') response.writeHead(405).end();
    else result(response, arrived);
  };
  const forget = (): void => {
    opened += 1;
  };
  return { answer, forget };
}

test('L1 33 a session that is gone is opened again with its level and subscriptions, and the caller does not notice', async () => {
  const endpoint = await openScriptedEndpoint();
  const { answer, forget } = sessions();
  endpoint.answer(answer);
  endpoint.say(
    INITIALIZE,
    INITIALIZED,
    { id: 2, method: 'logging/setLevel', params: { level: 'warning' } },
    { id: 3, method: 'resources/subscribe', params: { uri: 'a://1' } },
    { id: 4, method: 'resources/subscribe', params: { uri: 'a://2' } },
  );
  for (let answers = 0; answers < 4; answers += 1) await endpoint.next();
  endpoint.say({ id: 5, method: 'resources/unsubscribe', params: { uri: 'a://1' } });
  expect(await endpoint.next()).toMatchObject({ id: 5, result: {} });
  forget();
  const before = endpoint.arrived.length;
  endpoint.say({ id: 6, method: 'tools/call', params: { name: 'echo' } });
  expect(await endpoint.next()).toMatchObject({ id: 6, result: {} });
  const since = endpoint.arrived.slice(before).filter(({ method }) => method === 'POST');
  expect(since.map(({ body }) => [body.method, body.params])).toEqual([
    ['tools/call', { name: 'echo' }],
    ['initialize', INITIALIZE.params],
    ['notifications/initialized', undefined],
    ['logging/setLevel', { level: 'warning' }],
    ['resources/subscribe', { uri: 'a://2' }],
    ['tools/call', { name: 'echo' }],
  ]);
  expect(since.at(-1)?.headers).toMatchObject({ 'mcp-session-id': 'session-3', 'mcp-protocol-version': '2025-11-25' });
});

test('33 an engine that was started anew lends another key', async () => {
  const endpoint = await openScriptedEndpoint();
  endpoint.answer(sessions().answer);
  endpoint.say(INITIALIZE);
  await endpoint.next();
  endpoint.restart();
  endpoint.say({ id: 2, method: 'tools/list' });
  expect(await endpoint.next()).toMatchObject({ id: 2, result: {} });
});

test('33 a refused session ends the wait with the reason', async () => {
  const endpoint = await openScriptedEndpoint();
  const { answer } = sessions();
  endpoint.answer(answer);
  endpoint.say(INITIALIZE);
  await endpoint.next();
  endpoint.answer((response, { body }) => {
    if (body.method === 'initialize') {
      json(response, { jsonrpc: '2.0', id: body.id, error: { code: -31717, message: 'linear: Sign in needed.' } });
    } else response.writeHead(404).end();
  });
  endpoint.say({ id: 2, method: 'tools/list' });
  expect(await endpoint.next()).toEqual({
    jsonrpc: '2.0',
    id: 2,
    error: { code: -31717, message: 'linear: Sign in needed.' },
  });
});

test('nothing is sent before the answer to initialize, even where all of it came in one piece', async () => {
  const endpoint = await openScriptedEndpoint();
  const { answer } = sessions();
  const held: (() => void)[] = [];
  endpoint.answer((response, arrived) => {
    if (arrived.body.method === 'initialize') held.push(() => answer(response, arrived));
    else answer(response, arrived);
  });
  endpoint.say(INITIALIZE, INITIALIZED, { id: 2, method: 'tools/list' });
  await expect.poll(() => held.length).toBe(1);
  expect(endpoint.asked).toEqual(['initialize']);
  held[0]?.();
  await endpoint.next();
  expect(await endpoint.next()).toMatchObject({ id: 2 });
  expect(endpoint.asked).toEqual(['initialize', 'notifications/initialized', 'tools/list']);
});

test('L2 a stream that its server ended before the answer is taken up where it stopped', async () => {
  const endpoint = await openScriptedEndpoint();
  const stream = { 'content-type': 'text/event-stream' };
  endpoint.answer((response, { method, headers, body }) => {
    if (method === 'POST' && body.id === 2) {
      response.writeHead(200, stream).end('id: 7\nretry: 5\ndata: \n\n');
    } else if (method === 'GET' && headers['last-event-id'] === '7') {
      response.writeHead(200, stream).end('id: 8\ndata: {"jsonrpc":"2.0","method":"notifications/message"}\n\n');
    } else if (method === 'GET' && headers['last-event-id'] === '8') {
      response.writeHead(200, stream).end('id: 9\ndata: {"jsonrpc":"2.0",\ndata: "id":2,"result":{"late":true}}\n\n');
    } else response.writeHead(405).end();
  });
  endpoint.say({ id: 2, method: 'tools/call', params: { name: 'slow' } });
  expect(await endpoint.next()).toMatchObject({ method: 'notifications/message' });
  expect(await endpoint.next()).toEqual({ jsonrpc: '2.0', id: 2, result: { late: true } });
  expect(endpoint.asked).toEqual(['tools/call']);
});

test.each([
  ['tools/list', 'is asked for again', 2],
  ['tools/call', 'is not called again, and its caller is told', 1],
])('%s, whose answer was lost, %s', async (method, _what, times) => {
  const endpoint = await openScriptedEndpoint();
  endpoint.answer((response, arrived) => {
    if (endpoint.asked.length === 1) response.destroy();
    else result(response, arrived, { second: true });
  });
  endpoint.say({ id: 'a', method, params: { name: 'echo' } });
  const answer = await endpoint.next();
  expect(endpoint.asked).toHaveLength(times);
  expect(answer).toMatchObject(
    times === 2
      ? { id: 'a', result: { second: true } }
      : { error: { message: expect.stringContaining('may have run') } },
  );
});

test.each([
  ['of the legacy era is cancelled by a message', {}, ['tools/call', 'notifications/cancelled']],
  [
    "of the modern era is cancelled by its stream's end",
    { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } },
    ['tools/call'],
  ],
])('L3 a call %s, and gets no answer', async (_what, era, asked) => {
  const endpoint = await openScriptedEndpoint();
  let isClosed = false;
  endpoint.answer((response, arrived) => {
    if (arrived.body.id !== 1) result(response, arrived);
    else
      response.once('close', () => {
        isClosed = true;
      });
  });
  endpoint.say({ id: 1, method: 'tools/call', params: { name: 'slow', ...era } });
  await expect.poll(() => endpoint.asked).toEqual(['tools/call']);
  endpoint.say({ method: 'notifications/cancelled', params: { requestId: 1, ...era } });
  await expect.poll(() => isClosed).toBe(true);
  expect(endpoint.asked).toEqual(asked);
  endpoint.say({ id: 2, method: 'ping' });
  expect(await endpoint.next()).toMatchObject({ id: 2 });
});

test('L1 the end of the input ends the session, after what is under way was answered', async () => {
  const endpoint = await openScriptedEndpoint();
  const { answer } = sessions();
  const held: (() => void)[] = [];
  endpoint.answer((response, arrived) => {
    if (arrived.body.method === 'tools/call') held.push(() => answer(response, arrived));
    else answer(response, arrived);
  });
  endpoint.say(INITIALIZE, INITIALIZED, { id: 2, method: 'tools/call', params: { name: 'slow' } });
  await endpoint.next();
  await expect.poll(() => held.length).toBe(1);
  const ended = endpoint.end();
  held[0]?.();
  expect(await endpoint.next()).toMatchObject({ id: 2, result: {} });
  expect(await ended).toBe(0);
  expect(endpoint.arrived.at(-1)).toMatchObject({ method: 'DELETE', headers: { 'mcp-session-id': 'session-1' } });
});
