import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, test } from 'vitest';
import { type AllServers, closeAllServers, legacyCaller, modernCaller, openAllServers } from './all-servers.ts';

afterEach(closeAllServers);

const hello = { message: 'hello' };
const text = [{ type: 'text', text: 'hello' }];

interface Lists {
  listTools(): Promise<{ tools: readonly { name: string }[] }>;
}

async function names(client: Lists): Promise<readonly string[]> {
  return (await client.listTools()).tools.map(({ name }) => name);
}

async function configure(house: AllServers, settings: object): Promise<void> {
  const path = join(house.household.dataDir, 'config.json');
  const config: object = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ ...config, ...settings }));
  house.household.engine.reload();
}

function told(client: Client): Promise<unknown> {
  return new Promise((resolve) => client.setNotificationHandler(ToolListChangedNotificationSchema, resolve));
}

describe('the names of tools on /mcp', () => {
  test('bear the separator of the settings, also when it changes while callers are there', async () => {
    const house = await openAllServers({ notes: 'sdk' }, { settings: { toolSeparator: '--' } });
    const legacy = await legacyCaller(house);
    const modern = await modernCaller(house);
    for (const client of [legacy, modern]) {
      expect(await names(client)).toContain('notes--echo');
      expect((await client.callTool({ name: 'notes--echo', arguments: hello })).content).toEqual(text);
    }
    const changed = told(legacy);
    await configure(house, { toolSeparator: '_' });
    await changed;
    for (const client of [legacy, modern]) {
      expect(await names(client)).toContain('notes_echo');
      expect((await client.callTool({ name: 'notes_echo', arguments: hello })).content).toEqual(text);
    }
  });

  test('are the own names of the one enabled server with "when-several", and callers are told when another comes', async () => {
    const house = await openAllServers({ notes: 'sdk', other: 'modern' }, { settings: { toolPrefix: 'when-several' } });
    const legacy = await legacyCaller(house);
    const modern = await modernCaller(house);
    expect(await names(legacy)).toEqual(expect.arrayContaining(['notes__echo', 'other__echo']));
    const fewer = told(legacy);
    await house.household.engine.setEnabled('other', false);
    await fewer;
    for (const client of [legacy, modern]) {
      expect(await names(client)).toContain('echo');
      expect(await names(client)).not.toContain('notes__echo');
      // The name of before leads there as well; this caller may not have asked again.
      for (const name of ['echo', 'notes__echo']) {
        expect((await client.callTool({ name, arguments: hello })).content).toEqual(text);
      }
    }
    const more = told(legacy);
    await house.household.engine.setEnabled('other', true);
    await more;
    expect(await names(legacy)).toEqual(expect.arrayContaining(['notes__echo', 'other__echo']));
  });

  test('stay the same when other servers come and go, and after a restart', async () => {
    const house = await openAllServers({ notes: 'sdk', other: 'sdk' });
    const before = (await names(await legacyCaller(house))).filter((name) => name.startsWith('notes'));
    await house.household.engine.removeServer('other');
    expect(await names(await legacyCaller(house))).toEqual(before);
    await house.household.restart();
    await house.household.reached('notes', 'ready');
    expect(await names(await legacyCaller(house))).toEqual(before);
  });
});
