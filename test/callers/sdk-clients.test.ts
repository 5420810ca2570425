import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema, ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, test } from 'vitest';
import { closeAll } from '../endpoint/house-with-upstream.ts';
import { type GuardedHouse, openSignedInHouse } from '../endpoint/signed-in-house.ts';

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const client of open.splice(0)) await client.close();
  await closeAll();
});

const ME = { name: 'caller', version: '1.0.0' };

function requestInit({ household }: GuardedHouse, key = household.key) {
  return { headers: { authorization: `Bearer ${key}` } };
}

async function legacy(house: GuardedHouse, capabilities = {}, key = house.household.key): Promise<Client> {
  const client = new Client(ME, { capabilities });
  open.push(client);
  const transport = new StreamableHTTPClientTransport(new URL(house.endpoint), {
    requestInit: requestInit(house, key),
  });
  // The SDK's own types do not agree under exactOptionalPropertyTypes.
  await client.connect(transport as Parameters<Client['connect']>[0]);
  return client;
}

async function modern(house: GuardedHouse, mode: 'auto' | 'legacy'): Promise<ModernClient> {
  const client = new ModernClient(ME, { versionNegotiation: { mode } });
  open.push(client);
  await client.connect(new ModernTransport(new URL(house.endpoint), { requestInit: requestInit(house) }));
  return client;
}

describe('@modelcontextprotocol/sdk 1.x through the lane', () => {
  test.each(['sdk', 'everything'] as const)('lists and calls the tools of the %s server', async (upstream) => {
    const house = await openSignedInHouse({ guard: { upstream } });
    const client = await legacy(house);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('echo');
    const answer = await client.callTool({ name: 'echo', arguments: { message: 'hello' } });
    expect(JSON.stringify(answer.content)).toContain('hello');
  });

  test('L3 hears the progress of a slow tool while it runs', async () => {
    const house = await openSignedInHouse();
    const client = await legacy(house);
    const seen: number[] = [];
    await client.callTool({ name: 'slow', arguments: { steps: 3, stepMs: 5 } }, undefined, {
      onprogress: ({ progress }) => seen.push(progress),
    });
    expect(seen).toHaveLength(3);
  });

  test('L3 hears of changed tools on its GET stream, and answers what the server asks', async () => {
    const house = await openSignedInHouse();
    const client = await legacy(house, { elicitation: {} });
    const changed = new Promise((resolve) => {
      client.setNotificationHandler(ToolListChangedNotificationSchema, resolve);
    });
    client.setRequestHandler(ElicitRequestSchema, async () => ({ action: 'accept', content: { name: 'Ada' } }));
    await house.mcp.until(() => house.mcp.counts.openStreams > 0);
    house.mcp.changeTools();
    await changed;
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('extra-1');
    expect((await client.callTool({ name: 'ask' })).content).toEqual([{ type: 'text', text: 'Ada' }]);
  });

  test('L3 hears of progress while the call still waits', async () => {
    const house = await openSignedInHouse();
    const client = await legacy(house);
    let answer: Promise<unknown> = Promise.resolve();
    await new Promise<void>((resolve) => {
      answer = client.callTool({ name: 'wait' }, undefined, { onprogress: () => resolve() });
    });
    house.mcp.letGo();
    expect(await answer).toMatchObject({ content: [{ type: 'text', text: 'waited' }] });
  });

  test('21 goes on through a refresh, its streams and session with it', async () => {
    const house = await openSignedInHouse();
    const client = await legacy(house);
    house.authorizationServer.endAccessTokens();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => client.callTool({ name: 'add', arguments: { a: n, b: 1 } })),
    );
    for (const [n, { content }] of answers.entries()) expect(content).toEqual([{ type: 'text', text: `${n + 1}` }]);
    expect(house.authorizationServer.counts.refreshes).toBe(1);
  });

  test('26 two callers that use the same ids at the same time get their own answers and progress', async () => {
    const house = await openSignedInHouse();
    const added = await house.household.engine.addCaller('second');
    if (!added.ok) throw new Error('not added');
    const clients = [await legacy(house), await legacy(house, {}, added.value.key)];
    const all = clients.map(async (client, who) => {
      const seen: number[] = [];
      const slow = client.callTool({ name: 'slow', arguments: { steps: who + 2, stepMs: 2 } }, undefined, {
        onprogress: ({ progress }) => seen.push(progress),
      });
      const sums = await Promise.all(
        Array.from({ length: 20 }, (_, n) => client.callTool({ name: 'add', arguments: { a: n, b: 1000 * who } })),
      );
      await slow;
      return { seen, sums: sums.map(({ content }) => JSON.stringify(content)) };
    });
    for (const [who, { seen, sums }] of (await Promise.all(all)).entries()) {
      expect(seen).toHaveLength(who + 2);
      expect(sums).toEqual(sums.map((_, n) => JSON.stringify([{ type: 'text', text: String(n + 1000 * who) }])));
    }
  });

  test('L1 ends its session with a DELETE that reaches the server', async () => {
    const house = await openSignedInHouse();
    const client = new Client(ME);
    const transport = new StreamableHTTPClientTransport(new URL(house.endpoint), { requestInit: requestInit(house) });
    await client.connect(transport as Parameters<Client['connect']>[0]);
    const session = transport.sessionId ?? '';
    await transport.terminateSession();
    const after = await house.household.call('linear', { headers: { 'mcp-session-id': session } });
    expect(after.status).toBe(404);
    await client.close();
  });
});

describe('@modelcontextprotocol/client 2.x through the lane', () => {
  test.each([
    ['sdk', 'legacy'],
    ['sdk', 'auto'],
    ['modern', 'auto'],
    ['everything', 'auto'],
  ] as const)('lists and calls the tools of the %s server, negotiation %s', async (upstream, mode) => {
    const house = await openSignedInHouse({ guard: { upstream } });
    const client = await modern(house, mode);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('echo');
    const answer = await client.callTool({ name: 'echo', arguments: { message: 'hello' } });
    expect(JSON.stringify(answer.content)).toContain('hello');
  });

  test.each(['sdk', 'modern'] as const)(
    'L3 hears of progress while a call of the %s server waits',
    async (upstream) => {
      const house = await openSignedInHouse({ guard: { upstream } });
      const client = await modern(house, 'auto');
      let answer: Promise<unknown> = Promise.resolve();
      await new Promise<void>((resolve) => {
        answer = client.callTool({ name: 'wait' }, { onprogress: () => resolve() });
      });
      house.mcp.letGo();
      expect(await answer).toMatchObject({ content: [{ type: 'text', text: 'waited' }] });
    },
  );

  test('21 goes on through a refresh on a modern server', async () => {
    const house = await openSignedInHouse({ guard: { upstream: 'modern' } });
    const client = await modern(house, 'auto');
    house.authorizationServer.endAccessTokens();
    const { content } = await client.callTool({ name: 'add', arguments: { a: 2, b: 3 } });
    expect(content).toEqual([{ type: 'text', text: '5' }]);
    expect(house.authorizationServer.counts.refreshes).toBe(1);
  });
});
