import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, test } from 'vitest';
import { keepSessions, type SessionKeeper } from '../../servers/session-keeper.ts';
import { type House, openHouse } from '../house-with-upstream.ts';
import { closeAllServers, legacyCaller, openAllServers } from './all-servers.ts';

afterEach(closeAllServers);

const CALL = { name: 'notes__x', arguments: {} };
const URI = 'file:///kept';

async function keptHouse(): Promise<House & { keeper: SessionKeeper; arrivedSince(): string[] }> {
  const house = await openHouse();
  const keeper = keepSessions(house.upstream);
  let seen = 0;
  const arrivedSince = (): string[] => {
    const since = house.upstream.arrived.slice(seen);
    seen = house.upstream.arrived.length;
    return since.map(({ method, body }) => (body.length > 0 ? JSON.parse(body.toString()).method : method));
  };
  return { ...house, keeper, arrivedSince };
}

const updated = `data: ${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri: URI } })}\n\n`;

describe('33 a server behind /mcp forgot its sessions', () => {
  test.each([404, 400] as const)(
    '33 many calls at once: one in place of the old, each its own answer (%i)',
    async (status) => {
      const { household, keeper } = await keptHouse();
      const client = await legacyCaller({ household });
      await client.callTool(CALL);
      const before = keeper.given.length;
      keeper.refuseWith(status);
      keeper.forget();
      const answers = await Promise.all(Array.from({ length: 20 }, () => client.callTool(CALL)));
      for (const { content } of answers) expect(content).toEqual([{ type: 'text', text: 'called' }]);
      // One for the calls; one more at most for what looks at the lists.
      expect(keeper.given.length - before).toBeLessThanOrEqual(2);
    },
  );

  test('33 L3 who only listens is told again what it subscribed to, without a call', async () => {
    const { household, keeper, arrivedSince } = await keptHouse();
    const client = await legacyCaller({ household });
    const told: unknown[] = [];
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => void told.push(params.uri));
    await client.setLoggingLevel('warning');
    await client.subscribeResource({ uri: URI });
    const tell = async (): Promise<void> => {
      const before = told.length;
      await household.until(() => keeper.streams.length > 0, 'a stream is open');
      // Of the streams that are open one is the caller's.
      for (const stream of keeper.streams) stream.write(updated);
      await household.until(() => told.length > before, 'the caller is told');
    };
    await tell();
    arrivedSince();
    keeper.forget();
    // The SDK looks for its stream again after a second.
    await household.until(() => household.clock.pendingAlarms.includes(household.clock.now() + 2000), 'found out');
    await household.clock.advance('2 s');
    const again: string[] = [];
    await household.until(
      () => again.push(...arrivedSince()) > 0 && again.includes('resources/subscribe'),
      'subscribed',
    );
    expect(again).toContain('logging/setLevel');
    await tell();
  });

  test('33 L3 the same when the server was away in between', async () => {
    const { household, keeper, upstream } = await keptHouse();
    const client = await legacyCaller({ household });
    const told: unknown[] = [];
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => void told.push(params.uri));
    await client.subscribeResource({ uri: URI });
    await upstream.die();
    keeper.forget();
    await client.callTool(CALL).catch(() => {});
    await household.reached('notes', 'waiting');
    await upstream.revive();
    await household.clock.advance('2 s');
    await household.reached('notes', 'ready');
    // However the end of its stream was found out: it listens again within seconds.
    for (let seconds = 0; seconds < 8; seconds += 2) await household.clock.advance('2 s');
    await household.until(() => keeper.streams.length > 0, 'a stream is open');
    const isTold = (): boolean => {
      for (const stream of keeper.streams) stream.write(updated);
      return told.length > 0;
    };
    await household.until(isTold, 'the caller is told');
  });

  test('33 M3 a modern server that ended its stream is listened to again', async () => {
    const house = await openAllServers({ notes: 'modern' });
    const client = await legacyCaller(house);
    await client.listTools();
    await house.server('notes').until(({ requests }) => requests > 0);
    house.server('notes').hangUp();
    house.server('notes').changeTools();
    let names: string[] = [];
    while (!names.includes('notes__extra-1')) names = (await client.listTools()).tools.map(({ name }) => name);
  });

  test('L1 what was opened at a server is ended there when the caller ends its session', async () => {
    const { household, arrivedSince } = await keptHouse();
    const client = await legacyCaller({ household });
    await client.callTool(CALL);
    arrivedSince();
    const { transport } = client;
    await (transport as unknown as { terminateSession(): Promise<void> }).terminateSession();
    await household.until(() => arrivedSince().includes('DELETE'), 'its session is ended');
  });

  test('M4 what was opened to look at the lists is ended at a server that is taken away', async () => {
    const { household, keeper } = await keptHouse();
    const client = await legacyCaller({ household });
    await client.listTools();
    expect(keeper.open.size).toBeGreaterThan(0);
    await household.engine.removeServer('notes');
    await household.until(() => keeper.open.size === 0, 'its sessions are ended');
  });
});
