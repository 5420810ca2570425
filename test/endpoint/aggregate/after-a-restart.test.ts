import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, test } from 'vitest';
import { NOT_NOW } from '../../../src-main/engine/endpoint/login-required.ts';
import { type AllServers, closeAllServers, legacyCaller, modernCaller, openAllServers } from './all-servers.ts';

afterEach(closeAllServers);

const echo = { name: 'notes__echo', arguments: { message: 'hello' } };

async function names(client: { listTools(): Promise<{ tools: readonly { name: string }[] }> }) {
  return (await client.listTools()).tools.map(({ name }) => name);
}

/** Somebody has listed the tools, and the program ends. */
async function listed(house: AllServers): Promise<void> {
  for (const connect of [legacyCaller, modernCaller]) {
    const client = await connect(house);
    expect(await names(client)).toContain('notes__echo');
    await client.close();
  }
}

describe('after a restart of Gatehouse, on /mcp', () => {
  test('27 the tools of a server that is away are listed, and a call says why it does not work', async () => {
    const house = await openAllServers({ notes: 'sdk', other: 'sdk' });
    await listed(house);
    await house.server('notes').die();
    await house.household.restart();
    await house.household.reached('other', 'ready');
    await house.household.reached('notes', 'waiting');
    for (const connect of [legacyCaller, modernCaller]) {
      const client = await connect(house);
      expect(await names(client)).toEqual(expect.arrayContaining(['notes__echo', 'other__echo']));
      await expect(client.callTool(echo)).rejects.toMatchObject({
        message: expect.stringContaining('notes: Offline.'),
      });
    }
    await house.server('notes').revive();
    await house.household.engine.reconnect('notes');
    const client = await legacyCaller(house);
    expect((await client.callTool(echo)).content).toEqual([{ type: 'text', text: 'hello' }]);
  });

  test('E2 the tools of a server that needs a sign-in are listed, and a call says where to click', async () => {
    const house = await openAllServers({ notes: 'sdk' });
    await listed(house);
    await house.household.engine.logout('notes');
    await house.household.restart();
    await house.household.reached('notes', 'login-needed');
    const client = await modernCaller(house);
    expect(await names(client)).toContain('notes__echo');
    await expect(client.callTool(echo)).rejects.toMatchObject({ code: NOT_NOW, data: { state: 'login-needed' } });
  });

  test('a server that offers something else now is asked before its list is shown, once it can be', async () => {
    const house = await openAllServers({ notes: 'sdk' });
    await listed(house);
    house.server('notes').changeTools();
    await house.household.restart();
    await house.household.reached('notes', 'ready');
    expect(await names(await modernCaller(house))).toContain('notes__extra-1');
  });

  test('and callers that were shown what was known are told when there is more', async () => {
    const house = await openAllServers({ notes: 'sdk' });
    await listed(house);
    await house.server('notes').die();
    house.server('notes').changeTools();
    await house.household.restart();
    await house.household.reached('notes', 'waiting');
    const client = await legacyCaller(house);
    expect(await names(client)).not.toContain('notes__extra-1');
    const told = new Promise((resolve) => client.setNotificationHandler(ToolListChangedNotificationSchema, resolve));
    await house.server('notes').revive();
    await house.household.engine.reconnect('notes');
    await told;
    expect(await names(client)).toContain('notes__extra-1');
  });

  test('31 nothing is left of a server that was removed', async () => {
    const house = await openAllServers({ notes: 'sdk', other: 'sdk' });
    await listed(house);
    await house.household.restart();
    const file = join(house.household.dataDir, 'offers.json');
    expect(await readFile(file, 'utf8')).toContain('"notes"');
    await house.household.engine.removeServer('notes');
    expect(await readFile(file, 'utf8')).not.toContain('"notes"');
    expect(await readFile(file, 'utf8')).toContain('"other"');
  });
});
