import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, test } from 'vitest';
import { NOT_NOW } from '../../../src-main/engine/endpoint/login-required.ts';
import { closeAllServers, legacyCaller, modernCaller, openAllServers } from './all-servers.ts';

afterEach(closeAllServers);

const echo = { name: 'notes__echo', arguments: { message: 'hello' } };

describe('servers that are not there yet, on /mcp', () => {
  test('2 signing in tells every caller that there are more tools, and they work', async () => {
    const house = await openAllServers({ notes: 'sdk', other: 'modern' }, { signedInTo: ['other'] });
    const legacy = await legacyCaller(house);
    const modern = await modernCaller(house);
    for (const client of [legacy, modern]) {
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).toContain('other__echo');
      expect(tools.map(({ name }) => name)).not.toContain('notes__echo');
    }
    const toldLegacy = new Promise((resolve) =>
      legacy.setNotificationHandler(ToolListChangedNotificationSchema, resolve),
    );
    const toldModern = new Promise((resolve) =>
      modern.setNotificationHandler('notifications/tools/list_changed', resolve),
    );
    const stream = await modern.listen({ toolsListChanged: true });
    await house.household.signInTo('notes');
    await toldLegacy;
    await toldModern;
    await stream.close();
    for (const client of [legacy, modern]) {
      expect((await client.listTools()).tools.map(({ name }) => name)).toContain('notes__echo');
      expect((await client.callTool(echo)).content).toEqual([{ type: 'text', text: 'hello' }]);
    }
  });

  test('E2 a caller that knows a tool from before is told where to click, though nothing is known of its server', async () => {
    const house = await openAllServers({ notes: 'sdk', other: 'modern' }, { signedInTo: ['other'] });
    for (const client of [await legacyCaller(house), await modernCaller(house)]) {
      await expect(client.callTool(echo)).rejects.toMatchObject({
        code: NOT_NOW,
        data: { server: 'notes', state: 'login-needed' },
      });
    }
    await house.household.signInTo('notes');
    for (const client of [await legacyCaller(house), await modernCaller(house)]) {
      expect((await client.callTool(echo)).content).toEqual([{ type: 'text', text: 'hello' }]);
    }
  });

  test('E2 after a sign-out the tools stay in the list, and a call says where to click', async () => {
    const house = await openAllServers({ notes: 'sdk' });
    const clients = [await legacyCaller(house), await modernCaller(house)];
    for (const client of clients) await client.callTool(echo);
    await house.household.engine.logout('notes');
    for (const client of clients) {
      expect((await client.listTools()).tools.map(({ name }) => name)).toContain('notes__echo');
      await expect(client.callTool(echo)).rejects.toMatchObject({
        code: NOT_NOW,
        message: expect.stringMatching(/notes: Sign in needed\..*\/oauth\/start\//),
        data: { server: 'notes', state: 'login-needed' },
      });
    }
    expect(house.household.browser.pages).toEqual([]);
  });

  test('34 a server that is out of reach holds up neither the list nor the others', async () => {
    const house = await openAllServers({ notes: 'sdk', other: 'sdk' });
    const client = await legacyCaller(house);
    await client.listTools();
    await house.server('notes').die();
    await expect(client.callTool(echo)).rejects.toMatchObject({ message: expect.stringContaining('notes: Offline.') });
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['notes__echo', 'other__echo']),
    );
    const other = await client.callTool({ ...echo, name: 'other__echo' });
    expect(other.content).toEqual([{ type: 'text', text: 'hello' }]);
    await house.server('notes').revive();
    await house.household.engine.reconnect('notes');
    expect((await client.callTool(echo)).content).toEqual([{ type: 'text', text: 'hello' }]);
  });

  test('a name that nobody knows is answered with a sentence', async () => {
    const house = await openAllServers({ notes: 'sdk' });
    for (const client of [await legacyCaller(house), await modernCaller(house)]) {
      await expect(client.callTool({ name: 'notes__nothing' })).rejects.toThrow(
        'There is no tool "notes__nothing" here.',
      );
      await expect(client.readResource({ uri: 'file:///nothing' })).rejects.toThrow('file:///nothing');
    }
  });

  test('a removed server takes its tools with it', async () => {
    const house = await openAllServers({ notes: 'sdk', other: 'sdk' });
    const client = await legacyCaller(house);
    await client.callTool(echo);
    await house.household.engine.removeServer('notes');
    expect((await client.listTools()).tools.map(({ name }) => name)).not.toContain('notes__echo');
    await expect(client.callTool(echo)).rejects.toThrow('There is no tool "notes__echo" here.');
  });

  test('a caller whose key was taken away is cut off', async () => {
    const house = await openAllServers({ notes: 'sdk' });
    const added = await house.household.engine.addCaller('short');
    if (!added.ok) throw new Error('the caller was not added');
    const client = await legacyCaller(house, {}, added.value.key);
    await client.listTools();
    await house.household.engine.removeCaller('short');
    await expect(client.listTools()).rejects.toThrow();
  });
});
