import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, test } from 'vitest';
import { type AllServers, closeAllServers, legacyCaller, modernCaller, openAllServers } from './all-servers.ts';

afterEach(closeAllServers);

const ERAS = [
  ['legacy', legacyCaller],
  ['modern', modernCaller],
] as const;

interface Lists {
  listTools(): Promise<{ tools: { name: string }[] }>;
}

/** The servers whose tools are listed. */
async function serversOf(client: Lists): Promise<readonly string[]> {
  const { tools } = await client.listTools();
  return [...new Set(tools.map(({ name }) => name.split('__')[0] ?? ''))].sort();
}

function ask({ household }: AllServers, path: string): Promise<Response> {
  return fetch(`${household.engine.view().endpoint}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${household.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }),
  });
}

describe('groups of servers', () => {
  test.each(ERAS)('a %s caller of /mcp/g/<group> sees its servers and no others', async (_era, connect) => {
    const house = await openAllServers(
      { notes: 'sdk', other: 'modern', third: 'sdk' },
      { settings: { groups: { work: ['notes', 'other'] } } },
    );
    const client = await connect(house, {}, house.household.key, '/g/work');
    expect(await serversOf(client)).toEqual(['notes', 'other']);
    for (const name of ['notes__echo', 'other__echo', 'other__echo']) {
      const answer = await client.callTool({ name, arguments: { message: 'hello' } });
      expect(answer.content).toEqual([{ type: 'text', text: 'hello' }]);
    }
    await expect(client.callTool({ name: 'third__echo', arguments: { message: '' } })).rejects.toThrow(
      'There is no tool "third__echo" here.',
    );
  });

  test('a limited key sees of a group what it may use', async () => {
    const house = await openAllServers(
      { notes: 'sdk', other: 'sdk' },
      { settings: { groups: { work: ['notes', 'other'] } } },
    );
    const added = await house.household.engine.addCaller('ci', { allow: ['notes/add'] });
    if (!added.ok) throw new Error('the caller was not added');
    const client = await legacyCaller(house, {}, added.value.key, '/g/work');
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['notes__add']);
  });

  test('a group that is not there is answered with 404 and a sentence', async () => {
    const house = await openAllServers({ notes: 'sdk' }, { settings: { groups: { work: ['notes'] } } });
    for (const path of ['/g/nobody', '/g/', '/g/work/more']) {
      const answer = await ask(house, path);
      expect(answer.status).toBe(404);
      expect(await answer.text()).toBe('There is no group of that name. There are: work.\n');
    }
  });

  test('a server named g keeps /mcp/g, and groups stay beside it', async () => {
    const house = await openAllServers({ g: 'sdk', notes: 'sdk' }, { settings: { groups: { g: ['notes'] } } });
    const lane = await legacyCaller(house, {}, house.household.key, '/g');
    expect((await lane.listTools()).tools.map(({ name }) => name)).toContain('echo');
    expect(await serversOf(await legacyCaller(house, {}, house.household.key, '/g/g'))).toEqual(['notes']);
  });

  test('groups are made, changed and removed while callers are there, who are told', async () => {
    const house = await openAllServers({ notes: 'sdk', other: 'sdk' });
    const { engine } = house.household;
    expect(await engine.setGroup('work', ['notes'])).toMatchObject({
      ok: true,
      value: { name: 'work', servers: ['notes'], endpoint: `${engine.view().endpoint}/g/work` },
    });
    const client = await legacyCaller(house, {}, house.household.key, '/g/work');
    expect(await serversOf(client)).toEqual(['notes']);
    const told = new Promise((resolve) => client.setNotificationHandler(ToolListChangedNotificationSchema, resolve));
    await engine.setGroup('work', ['notes', 'other', 'notes']);
    await told;
    expect(await serversOf(client)).toEqual(['notes', 'other']);
    expect(engine.listGroups().map(({ servers }) => servers)).toEqual([['notes', 'other']]);
    expect((await engine.removeGroup('work')).ok).toBe(true);
    expect((await ask(house, '/g/work')).status).toBe(404);
    await expect(client.listTools()).rejects.toThrow();
  });

  test('what no group can be is refused with a sentence', async () => {
    const { household } = await openAllServers({ notes: 'sdk' });
    const { engine } = household;
    expect(await engine.setGroup('a/b', ['notes'])).toMatchObject({ ok: false, problem: { code: 'invalid-input' } });
    expect(await engine.setGroup('a', ['nots'])).toMatchObject({ ok: false, problem: { code: 'unknown-server' } });
    expect(await engine.removeGroup('a')).toMatchObject({ ok: false, problem: { code: 'unknown-group', known: [] } });
    expect(engine.listGroups()).toEqual([]);
  });
});
