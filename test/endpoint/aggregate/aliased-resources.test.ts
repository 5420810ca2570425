import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, test } from 'vitest';
import { type AllServers, closeAllServers, legacyCaller, modernCaller, openAllServers } from './all-servers.ts';

afterEach(closeAllServers);

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
});
