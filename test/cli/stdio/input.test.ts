import { afterEach, describe, expect, test } from 'vitest';
import { closeScriptedEndpoints, json, openScriptedEndpoint, result } from './scripted-endpoint.ts';

afterEach(closeScriptedEndpoints);

const META = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };

describe('what is no message', () => {
  test.each([
    ['not JSON', 'hello', null, -32700],
    ['half a message', '{"jsonrpc":"2.0","id":1', null, -32700],
    ['a number', '7', null, -32600],
    ['another protocol, with an id', '{"jsonrpc":"1.0","id":7,"method":"ping"}', 7, -32600],
    ['an id that is none', '{"jsonrpc":"2.0","id":{},"method":"ping"}', null, -32600],
    ['an empty batch', '[]', null, -32600],
    ['a batch of a revision that has none', '[{"jsonrpc":"2.0","id":1,"method":"ping"}]', null, -32600],
  ])('%s is answered with an error, and the next is taken', async (_what, line, id, code) => {
    const endpoint = await openScriptedEndpoint();
    endpoint.say(line, { id: 'after', method: 'ping' });
    expect(await endpoint.next()).toMatchObject({ jsonrpc: '2.0', id, error: { code } });
    expect(await endpoint.next()).toMatchObject({ id: 'after', result: {} });
  });
});

test('a batch of 2025-03-26 is answered with one', async () => {
  const endpoint = await openScriptedEndpoint();
  endpoint.answer((response, arrived) => result(response, arrived, { protocolVersion: '2025-03-26' }));
  endpoint.say({ id: 1, method: 'initialize', params: { protocolVersion: '2025-03-26' } });
  await endpoint.next();
  endpoint.say(
    JSON.stringify([
      { jsonrpc: '2.0', id: 2, method: 'ping' },
      { jsonrpc: '2.0', method: 'notifications/roots/list_changed' },
      { jsonrpc: '2.0', id: 3, method: 'tools/list' },
    ]),
  );
  const answers = (await endpoint.next()) as unknown as { id: number }[];
  expect(answers.map(({ id }) => id).sort()).toEqual([2, 3]);
});

test('numbers that JavaScript cannot hold go through as they are, both ways', async () => {
  const endpoint = await openScriptedEndpoint();
  const arrived: string[] = [];
  endpoint.answer((response, { headers }) => {
    arrived.push(headers['content-length'] ?? '');
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end('{"jsonrpc":"2.0","id":1,\n "result":{"n":12345678901234567890}}');
  });
  const line = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"n":12345678901234567890}}';
  endpoint.say(line);
  expect(await endpoint.next()).toMatchObject({ id: 1 });
  expect(arrived).toEqual([`${line.length}`]);
});

test("M2 a modern request gets its headers, the tool's parameters among them", async () => {
  const endpoint = await openScriptedEndpoint();
  const inputSchema = {
    type: 'object',
    properties: {
      region: { type: 'string', 'x-mcp-header': 'Region' },
      deep: { type: 'object', properties: { count: { type: 'integer', 'x-mcp-header': 'Count' } } },
      plain: { type: 'string' },
    },
  };
  endpoint.answer((response, arrived) => {
    const { body, headers } = arrived;
    if (body.method === 'tools/list') result(response, arrived, { tools: [{ name: 'tür', inputSchema }] });
    else if (headers['mcp-param-region'] === undefined) {
      json(response, { jsonrpc: '2.0', id: body.id, error: { code: -32020, message: 'header' } }, {}, 400);
    } else result(response, arrived);
  });
  const call = (id: number, region: string) => ({
    id,
    method: 'tools/call',
    params: { name: 'tür', arguments: { region, deep: { count: 3 }, plain: 'p' }, _meta: META },
  });
  // The definition is not known yet: it is asked for, and the call, which was refused, sent again.
  endpoint.say(call(1, 'eu'));
  expect(await endpoint.next()).toMatchObject({ id: 1, result: {} });
  endpoint.say(call(2, 'Île'));
  expect(await endpoint.next()).toMatchObject({ id: 2, result: {} });
  expect(endpoint.asked).toEqual(['tools/call', 'tools/list', 'tools/call', 'tools/call']);
  expect(endpoint.arrived.at(-1)?.headers).toMatchObject({
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'tools/call',
    'mcp-name': `=?base64?${Buffer.from('tür').toString('base64')}?=`,
    'mcp-param-region': `=?base64?${Buffer.from('Île').toString('base64')}?=`,
    'mcp-param-count': '3',
  });
});

test('a refusal of HTTP becomes an error with its words', async () => {
  const endpoint = await openScriptedEndpoint();
  endpoint.answer((response) => response.writeHead(404).end('There is no server of that name.\n'));
  endpoint.say({ id: 1, method: 'tools/list', params: { _meta: META } });
  expect(await endpoint.next()).toMatchObject({ id: 1, error: { message: 'There is no server of that name.' } });
});

test('an error without an id is the answer to the request that it came for', async () => {
  const endpoint = await openScriptedEndpoint();
  endpoint.answer((response) => json(response, { jsonrpc: '2.0', id: null, error: { code: -32000, message: 'no' } }));
  endpoint.say({ id: 1, method: 'tools/list' });
  expect(await endpoint.next()).toEqual({ jsonrpc: '2.0', id: 1, error: { code: -32000, message: 'no' } });
});

test('where no engine runs each request gets the reason, the person too, and the exit code tells it', async () => {
  const endpoint = await openScriptedEndpoint({ code: 'engine-not-running', dataDir: '/data' });
  endpoint.say({ id: 1, method: 'tools/list' });
  const sentence = 'Gatehouse does not run with the data folder /data. Start it with "gatehouse serve".';
  expect(await endpoint.next()).toEqual({
    jsonrpc: '2.0',
    id: 1,
    error: { code: -31717, message: sentence, data: { reason: 'engine-not-running' } },
  });
  expect(endpoint.notes).toEqual([sentence]);
  expect(await endpoint.end()).toBe(3);
});

test('a caller that is none is said at once', async () => {
  const endpoint = await openScriptedEndpoint({ code: 'unknown-caller', caller: 'lap', known: ['laptop'] });
  endpoint.say({ id: 1, method: 'tools/list' });
  expect(await endpoint.next()).toMatchObject({ error: { message: expect.stringContaining('laptop') } });
  expect(await endpoint.end()).toBe(4);
});
