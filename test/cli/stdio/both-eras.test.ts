import { ElicitRequestSchema, ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, test } from 'vitest';
import { closeBridgeHouses, legacyTool, modernTool, openBridge, openBridgeHouse } from './bridge-house.ts';

afterEach(closeBridgeHouses);

const NAMED = [
  ['all servers as one', undefined, 'one__'],
  ['one server alone', 'one', ''],
] as const;

describe.each(NAMED)('a tool that speaks stdio only, connected to %s', (_what, name, prefix) => {
  test('L3 M5 of the legacy era calls, hears of progress and changed tools, and is asked', async () => {
    const house = await openBridgeHouse({ one: 'sdk' });
    const tool = await legacyTool(openBridge(house.dataDir, name ? { name } : {}), { elicitation: {} });
    tool.setRequestHandler(ElicitRequestSchema, async () => ({ action: 'accept', content: { name: 'Ada' } }));
    expect((await tool.listTools()).tools.map((one) => one.name)).toContain(`${prefix}echo`);
    const seen: number[] = [];
    const slow = { name: `${prefix}slow`, arguments: { steps: 3, stepMs: 5 } };
    await tool.callTool(slow, undefined, { onprogress: ({ progress }) => seen.push(progress) });
    expect(seen).toEqual([1, 2, 3]);
    expect((await tool.callTool({ name: `${prefix}ask` })).content).toEqual([{ type: 'text', text: 'Ada' }]);
    const changed = new Promise((resolve) => tool.setNotificationHandler(ToolListChangedNotificationSchema, resolve));
    await house.server('one').until(({ openStreams }) => openStreams > 0);
    house.server('one').changeTools();
    await changed;
  });

  test('L3 M5 of the modern era calls, hears of progress and changed tools, and is asked', async () => {
    const house = await openBridgeHouse({ one: 'modern' });
    const tool = await modernTool(openBridge(house.dataDir, name ? { name } : {}), { elicitation: { form: {} } });
    tool.setRequestHandler('elicitation/create', async () => ({ action: 'accept', content: { name: 'Ada' } }));
    expect((await tool.listTools()).tools.map((one) => one.name)).toContain(`${prefix}echo`);
    const seen: number[] = [];
    const slow = { name: `${prefix}slow`, arguments: { steps: 3, stepMs: 5 } };
    await tool.callTool(slow, { onprogress: ({ progress }) => seen.push(progress) });
    expect(seen).toEqual([1, 2, 3]);
    expect((await tool.callTool({ name: `${prefix}ask` })).content).toEqual([{ type: 'text', text: 'Ada' }]);
    const changed = new Promise<void>((resolve) => {
      tool.setNotificationHandler('notifications/tools/list_changed', () => resolve());
    });
    await tool.listen({ toolsListChanged: true });
    house.server('one').changeTools();
    await changed;
  });
});

test('26 shows in the activity as "stdio", or as the caller that it was told to be', async () => {
  const house = await openBridgeHouse({ one: 'sdk' });
  const { handlers } = house.program;
  await handlers.addCaller({ name: 'laptop' });
  await (await legacyTool(openBridge(house.dataDir))).callTool({ name: 'one__echo', arguments: { message: 'hello' } });
  await (await legacyTool(openBridge(house.dataDir, { caller: 'laptop' }))).listTools();
  const activity = await handlers.activity({ after: 0 });
  const callers = new Set(activity.ok ? activity.value.map(({ caller }) => caller) : []);
  expect([...callers].sort()).toEqual(['laptop', 'stdio']);
});
