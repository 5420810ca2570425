import { ElicitRequestSchema, ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, expect, test } from 'vitest';
import { closeBridgeHouses, legacyTool, modernTool, openBridge, openBridgeHouse } from './bridge-house.ts';

afterEach(closeBridgeHouses);

const ADD = { name: 'one__add', arguments: { a: 1, b: 2 } };
const SUM = [{ type: 'text', text: '3' }];

test.each([
  ['legacy', 'sdk', legacyTool],
  ['modern', 'modern', modernTool],
] as const)(
  '33 a restart of the engine is a pause for a tool of the %s era, and no more',
  async (_era, kind, connect) => {
    const house = await openBridgeHouse({ one: kind });
    const tool = await connect(openBridge(house.dataDir));
    expect((await tool.callTool(ADD)).content).toEqual(SUM);
    await house.stop();
    const early = tool.callTool(ADD);
    await house.start();
    expect((await early).content).toEqual(SUM);
    expect((await tool.callTool(ADD)).content).toEqual(SUM);
  },
);

test('33 after a restart a legacy tool hears what its server says by itself, without asking for anything', async () => {
  const house = await openBridgeHouse({ one: 'sdk' });
  const tool = await legacyTool(openBridge(house.dataDir));
  await tool.listTools();
  await house.stop();
  // What changed meanwhile it was not told: so it is told to look.
  const told = new Promise((resolve) => tool.setNotificationHandler(ToolListChangedNotificationSchema, resolve));
  house.server('one').changeTools();
  await house.start();
  await told;
  expect((await tool.listTools()).tools.map(({ name }) => name)).toContain('one__extra-1');
});

test('33 after a restart a modern tool keeps its subscription, and is acknowledged once', async () => {
  const house = await openBridgeHouse({ one: 'modern' });
  const tool = await modernTool(openBridge(house.dataDir));
  const acknowledged: unknown[] = [];
  tool.fallbackNotificationHandler = async (notification) => void acknowledged.push(notification);
  await tool.listTools();
  let told = (): void => {};
  const next = (): Promise<void> =>
    new Promise((resolve) => {
      told = resolve;
    });
  tool.setNotificationHandler('notifications/tools/list_changed', () => told());
  const subscription = await tool.listen({ toolsListChanged: true });
  const gap = next();
  await house.stop();
  await house.start();
  await gap;
  // Who is told looks again; the engine listens to servers of which somebody knows the tools.
  await tool.listTools();
  const changed = next();
  house.server('one').changeTools();
  await changed;
  expect(acknowledged).toEqual([]);
  await subscription.close();
});

test.each([
  ['legacy', 'sdk', legacyTool],
  ['modern', 'modern', modernTool],
] as const)(
  'a call of the %s era that is under way when the engine ends gets an error that says so',
  async (_era, kind, connect) => {
    const house = await openBridgeHouse({ one: kind });
    const tool = await connect(openBridge(house.dataDir));
    await tool.listTools();
    const waiting = tool.callTool({ name: 'one__wait' });
    waiting.catch(() => {});
    await house.server('one').someoneWaits();
    await house.stop();
    await expect(waiting).rejects.toThrow(
      /broke off before it answered. The call may have run; it was not sent a second/,
    );
  },
);

test('L3 a question that is open when the engine ends is taken back, and its answer goes to nobody', async () => {
  const house = await openBridgeHouse({ one: 'sdk' });
  const tool = await legacyTool(openBridge(house.dataDir), { elicitation: {} });
  let questions = 0;
  const takenBack = new Promise<void>((resolve) => {
    tool.setRequestHandler(ElicitRequestSchema, async (_request, { signal }) => {
      questions += 1;
      if (questions > 1) return { action: 'accept', content: { name: 'second' } };
      await new Promise((aborted) => signal.addEventListener('abort', aborted, { once: true }));
      resolve();
      return { action: 'accept', content: { name: 'first' } };
    });
  });
  const asked = tool.callTool({ name: 'one__ask' });
  asked.catch(() => {});
  await expect.poll(() => questions).toBe(1);
  await house.stop();
  await expect(asked).rejects.toThrow(/broke off/);
  await house.start();
  await takenBack;
  expect((await tool.callTool({ name: 'one__ask' })).content).toEqual([{ type: 'text', text: 'second' }]);
});
