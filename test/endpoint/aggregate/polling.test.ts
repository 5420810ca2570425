import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { startFixtureServer } from '../../conformance/fixture/fixture-server.ts';
import { openHousehold } from '../../stories/household.ts';
import { closeLater } from '../house-with-upstream.ts';
import { closeAllServers, legacyCaller } from './all-servers.ts';

afterEach(closeAllServers);

test('L2 a legacy server that ends its streams before the answer is asked on, once it is known to do that', async () => {
  const fixture = await startFixtureServer();
  closeLater(() => fixture.close());
  const host = new URL(fixture.url).host;
  // In front of it, so that it is taken for a legacy one.
  const front = createServer((incoming, response) => {
    if (incoming.headers['mcp-protocol-version'] === '2026-07-28') {
      incoming.resume();
      response.writeHead(400).end();
      return;
    }
    const headers = { ...incoming.headers, host };
    const passed = request(fixture.url, { method: incoming.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers).flushHeaders();
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    response.on('close', () => passed.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  closeLater(async () => {
    front.closeAllConnections();
    front.close();
  });
  const household = await openHousehold({
    servers: { one: `http://127.0.0.1:${(front.address() as AddressInfo).port}/mcp` },
  });
  await household.reached('one', 'ready');
  const caller = await legacyCaller({ household });
  const call = () => caller.callTool({ name: 'one__test_reconnection' }, undefined, { timeout: 6000 });
  const resumed = [{ type: 'text', text: 'Answered on another stream.' }];
  // The first goes through the SDK, which asks on.
  expect((await call()).content).toEqual(resumed);
  // The second goes directly, and nobody can ask on: it says so, and is the last one that does.
  await expect(call()).rejects.toThrow('one: its stream ended before the answer. The call may have run');
  expect((await call()).content).toEqual(resumed);
});

test('44 a stream that ends without the answer, and that nobody can ask on, leaves no caller waiting', async () => {
  let calls = 0;
  const server = createServer(async (incoming, response) => {
    const text = (await incoming.toArray()).join('');
    const message: { id?: number; method?: string } = text === '' ? {} : JSON.parse(text);
    const answer = (result: object): void => {
      response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'one' });
      response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }));
    };
    if (incoming.method !== 'POST') response.writeHead(405).end();
    else if (message.method === 'initialize') {
      answer({
        protocolVersion: '2025-06-18',
        capabilities: { tools: {} },
        serverInfo: { name: 'ends early', version: '1' },
      });
    } else if (message.method === 'tools/list') answer({ tools: [{ name: 'work', inputSchema: { type: 'object' } }] });
    else if (message.method === 'tools/call') {
      calls += 1;
      if (calls === 1) return answer({ content: [{ type: 'text', text: 'done' }] });
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(
        'event: message\ndata: {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"error"}}\n\n',
      );
    } else if (message.id === undefined) response.writeHead(202).end();
    else response.writeHead(400).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeLater(async () => {
    server.closeAllConnections();
    server.close();
  });
  const household = await openHousehold({
    servers: { one: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp` },
  });
  await household.reached('one', 'ready');
  const caller = await legacyCaller({ household });
  const call = () => caller.callTool({ name: 'one__work' }, undefined, { timeout: 6000 });
  expect((await call()).content).toEqual([{ type: 'text', text: 'done' }]);
  await expect(call()).rejects.toThrow('one: its stream ended before the answer. The call may have run');
});
