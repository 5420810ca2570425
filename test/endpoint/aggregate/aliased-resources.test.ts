import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, test } from 'vitest';
import { aliasFor } from '../../../src-main/engine/endpoint/aggregate/catalogue.ts';
import { openHousehold } from '../../stories/household.ts';
import { closeLater } from '../house-with-upstream.ts';
import { startRecordingUpstream } from '../recording-upstream.ts';
import { type AllServers, closeAllServers, legacyCaller, modernCaller, openAllServers } from './all-servers.ts';

afterEach(closeAllServers);

interface Block {
  readonly uri?: string;
  readonly resource?: { readonly uri: string };
}

/** A legacy server whose tool tells of its resource in the stream of its own call. */
async function startTouchedServer(): Promise<string> {
  const upstream = await startRecordingUpstream();
  closeLater(upstream.close);
  const uri = 'x://touched';
  const results: Readonly<Record<string, unknown>> = {
    initialize: {
      protocolVersion: '2025-06-18',
      capabilities: { tools: {}, resources: { subscribe: true } },
      serverInfo: { name: 'touched', version: '1' },
    },
    'tools/list': { tools: [{ name: 'touch', inputSchema: { type: 'object' } }] },
    'resources/list': { resources: [{ name: 'touched', uri }] },
    'resources/templates/list': { resourceTemplates: [] },
    'resources/subscribe': {},
  };
  upstream.answer((_request, response, body) => {
    const { id, method = '' }: { id?: unknown; method?: string } = body.length > 0 ? JSON.parse(body.toString()) : {};
    const result = results[method];
    if (method === 'tools/call') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const update = { jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri } };
      const done = { jsonrpc: '2.0', id, result: { content: [] } };
      response.end([update, done].map((message) => `event: message\ndata: ${JSON.stringify(message)}\n\n`).join(''));
    } else if (result) {
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', id, result }));
    } else response.writeHead(id === undefined && method !== '' ? 202 : 405).end();
  });
  return upstream.url;
}

/** Two servers that offer the same addresses, so that those of the second are told apart. */
async function twins(): Promise<AllServers> {
  return openAllServers({ first: 'everything', second: 'everything' });
}

async function aliasAmong(client: { listResources(): Promise<{ resources: readonly { uri: string }[] }> }) {
  const { resources } = await client.listResources();
  const alias = resources.find(({ uri }) => uri.startsWith('gatehouse://second/'))?.uri;
  if (alias === undefined) throw new Error('no address was told apart');
  return alias;
}

const update = { name: 'second__toggle-subscriber-updates', arguments: {} };

describe('L3 a resource whose address two servers use', () => {
  test('is read, and told of when it changes, under the address that a legacy caller has for it', async () => {
    const house = await twins();
    const client = await legacyCaller(house);
    const uri = await aliasAmong(client);
    expect((await client.readResource({ uri })).contents).toHaveLength(1);
    const updated = new Promise<string>((resolve) =>
      client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => resolve(params.uri)),
    );
    await client.subscribeResource({ uri });
    await client.callTool(update);
    expect(await updated).toBe(uri);
  });

  test('and under the one that a modern caller listens for', async () => {
    const house = await twins();
    const client = await modernCaller(house);
    const uri = await aliasAmong(client);
    const updated = new Promise<string>((resolve) =>
      client.setNotificationHandler('notifications/resources/updated', ({ params }) => resolve(params.uri)),
    );
    const stream = await client.listen({ resourceSubscriptions: [uri] });
    house.server('second').updateResource(decodeURIComponent(uri.slice('gatehouse://second/'.length)));
    expect(await updated).toBe(uri);
    await stream.close();
  });

  test.each([
    ['legacy', legacyCaller],
    ['modern', modernCaller],
  ] as const)(
    'is linked and embedded under it in what tools answer, also to a later call of a %s caller',
    async (_era, connect) => {
      const house = await twins();
      const client = await connect(house);
      await client.listTools();
      const addressesFrom = async (name: string, args: Record<string, unknown>): Promise<readonly string[]> => {
        const { content } = await client.callTool({ name, arguments: args });
        return (content as Block[]).flatMap(({ uri, resource }) => uri ?? resource?.uri ?? []);
      };
      // The second call would pass as bytes.
      for (const _call of [1, 2]) {
        const [link = ''] = await addressesFrom('second__get-resource-links', { count: 1 });
        const args = { resourceType: 'Text', resourceId: 1 };
        const [embedded] = await addressesFrom('second__get-resource-reference', args);
        expect([link, embedded]).toEqual([
          aliasFor('second', 'demo://resource/dynamic/blob/1'),
          aliasFor('second', 'demo://resource/dynamic/text/1'),
        ]);
        const read = await client.readResource({ uri: link });
        expect(read.contents.map(({ uri }) => uri)).toEqual([link]);
        expect(await addressesFrom('first__get-resource-links', { count: 1 })).toEqual([
          'demo://resource/dynamic/blob/1',
        ]);
      }
    },
  );

  test('and in the update that comes in the stream of a call', async () => {
    const urls = await Promise.all(['first', 'second'].map(startTouchedServer));
    const household = await openHousehold({
      servers: Object.fromEntries(['first', 'second'].map((n, i) => [n, urls[i] ?? ''])),
    });
    for (const name of ['first', 'second']) await household.reached(name, 'ready');
    const client = await legacyCaller({ household });
    const uri = await aliasAmong(client);
    const told: string[] = [];
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => void told.push(params.uri));
    await client.subscribeResource({ uri });
    for (const _call of [1, 2]) await client.callTool({ name: 'second__touch' });
    expect(told).toEqual([uri, uri]);
  });
});
