import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, test } from 'vitest';
import { NOT_NOW } from '../../../src-main/engine/endpoint/login-required.ts';
import type { LimitChange } from '../../../src-main/engine/model/caller-limit.ts';
import { type AllServers, closeAllServers, legacyCaller, modernCaller, openAllServers } from './all-servers.ts';

afterEach(closeAllServers);

const ERAS = [
  ['legacy', legacyCaller],
  ['modern', modernCaller],
] as const;

async function keyFor({ household }: AllServers, limit: LimitChange | undefined, name = 'limited'): Promise<string> {
  const added = await household.engine.addCaller(name, limit);
  if (!added.ok) throw new Error('the caller was not added');
  return added.value.key;
}

interface Lists {
  listTools(): Promise<{ tools: { name: string }[] }>;
}

async function toolsOf(client: Lists): Promise<readonly string[]> {
  const { tools } = await client.listTools();
  return tools.map(({ name }) => name).sort();
}

const add = { a: 1, b: 2 };
const sum = [{ type: 'text', text: '3' }];
const NOT_FOR_THIS_KEY = /^(MCP error -32602: )?(There is no|No server here has).* The key of this caller is limited/;

describe.each(ERAS)('a limited key of a %s caller on /mcp', (_era, connect) => {
  test('a list shows what is allowed, and a call to anything else says why not', async () => {
    const house = await openAllServers({ notes: 'sdk', other: 'modern', third: 'sdk' });
    const key = await keyFor(house, { allow: ['notes/a*', 'other'], deny: ['*/ask', 'other/slow'] });
    const client = await connect(house, {}, key);
    expect(await toolsOf(client)).toEqual(['notes__add', 'other__add', 'other__echo', 'other__route', 'other__wait']);
    expect((await client.callTool({ name: 'notes__add', arguments: add })).content).toEqual(sum);
    for (const name of ['notes__echo', 'notes__ask', 'other__slow', 'third__add']) {
      await expect(client.callTool({ name, arguments: add })).rejects.toThrow(NOT_FOR_THIS_KEY);
    }
    // After a call that was allowed, calls go as bytes; those must be refused as well.
    await client.callTool({ name: 'notes__add', arguments: add });
    await expect(client.callTool({ name: 'notes__echo', arguments: { message: '' } })).rejects.toThrow(
      NOT_FOR_THIS_KEY,
    );
    expect(house.household.engine.listCallers().at(-1)?.limit?.allow).toEqual(['notes/a*', 'other']);
  });

  test('read-only leaves the tools that say they only read', async () => {
    const house = await openAllServers({ notes: 'sdk', other: 'modern' });
    const client = await connect(house, {}, await keyFor(house, { readOnly: true }));
    expect(await toolsOf(client)).toEqual(['notes__add', 'other__add']);
    await expect(client.callTool({ name: 'notes__echo', arguments: { message: '' } })).rejects.toThrow(
      NOT_FOR_THIS_KEY,
    );
  });

  test('prompts, resources, templates and completion are those of servers that are allowed as a whole', async () => {
    const house = await openAllServers({ all: 'everything', part: 'everything' });
    const whole = await connect(house, {}, await keyFor(house, { allow: ['all', 'part/echo'] }));
    const { prompts } = await whole.listPrompts();
    expect(prompts.length).toBeGreaterThan(0);
    expect(prompts.every(({ name }) => name.startsWith('all__'))).toBe(true);
    const seen = await whole.listResources();
    expect(seen.resources.length).toBeGreaterThan(0);
    expect(seen.resources.every(({ name }) => name.startsWith('all__'))).toBe(true);
    const uri = seen.resources[0]?.uri ?? '';
    expect((await whole.readResource({ uri })).contents).toHaveLength(1);

    const part = await connect(house, {}, await keyFor(house, { allow: ['part/echo'] }, 'part'));
    expect(await toolsOf(part)).toEqual(['part__echo']);
    expect((await part.listPrompts()).prompts).toEqual([]);
    expect((await part.listResources()).resources).toEqual([]);
    expect((await part.listResourceTemplates()).resourceTemplates).toEqual([]);
    const refused = [
      part.getPrompt({ name: 'part__simple-prompt' }),
      part.readResource({ uri }),
      part.readResource({ uri: `gatehouse://part/${encodeURIComponent(uri)}` }),
      part.complete({
        ref: { type: 'ref/prompt', name: 'part__completable-prompt' },
        argument: { name: 'department', value: 'E' },
      }),
    ];
    for (const outcome of await Promise.allSettled(refused)) {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { message: expect.stringMatching(NOT_FOR_THIS_KEY) },
      });
    }
  });

  test('a server that is added later reaches no limited key, whatever its limit', async () => {
    const house = await openAllServers({ notes: 'sdk', other: 'sdk' });
    const { engine } = house.household;
    const limits: LimitChange[] = [{ allow: ['*'] }, { deny: ['other'] }, { readOnly: true }, { allow: ['*/add'] }];
    const keys = await Promise.all(limits.map((limit, index) => keyFor(house, limit, `limited ${index}`)));
    const added = await engine.addServer({ name: 'later', entry: { url: house.server('other').url } });
    expect(added.ok).toBe(true);
    await house.household.reached('later', 'login-needed');
    await house.household.signInTo('later');
    await house.household.reached('later', 'ready');
    for (const key of keys) {
      const client = await connect(house, {}, key);
      const names = await toolsOf(client);
      expect(names.filter((name) => name.startsWith('later__'))).toEqual([]);
      expect(names).toContain('notes__add');
    }
    expect(await toolsOf(await connect(house))).toContain('later__add');
  });

  test('a change holds at once: the open session is told, and what was allowed is refused', async () => {
    const house = await openAllServers({ notes: 'sdk', other: 'sdk' });
    const { engine } = house.household;
    const client = await connect(house, {}, await keyFor(house, undefined));
    expect(await toolsOf(client)).toContain('other__echo');
    const call = { name: 'other__echo', arguments: { message: 'x' } };
    await client.callTool(call);
    await client.callTool(call);
    const told = toldOfTools(client);
    await told.listening;
    expect((await engine.limitCaller('limited', { allow: ['notes'] })).ok).toBe(true);
    await told.once;
    expect((await toolsOf(client)).filter((name) => name.startsWith('other__'))).toEqual([]);
    await expect(client.callTool(call)).rejects.toThrow(NOT_FOR_THIS_KEY);
    expect((await engine.limitCaller('limited', undefined)).ok).toBe(true);
    expect((await client.callTool(call)).content).toEqual([{ type: 'text', text: 'x' }]);
    await told.end();
  });
});

/** Hears of changed tools, in the way of the caller's era. */
function toldOfTools(client: Awaited<ReturnType<typeof legacyCaller | typeof modernCaller>>) {
  let heard = (): void => {};
  const once = new Promise<void>((resolve) => {
    heard = resolve;
  });
  if ('listen' in client) {
    client.setNotificationHandler('notifications/tools/list_changed', () => heard());
    const listening = client.listen({ toolsListChanged: true });
    return { once, listening, end: async () => (await listening).close() };
  }
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => heard());
  return { once, listening: Promise.resolve(), end: async () => {} };
}

describe('a limited key on the lane', () => {
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} };
  const ask = (house: AllServers, path: string, key: string): Promise<Response> =>
    fetch(`${house.household.engine.view().endpoint}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(message),
    });

  test('a server that is not allowed is refused with 403 and a sentence', async () => {
    const house = await openAllServers({ notes: 'sdk', other: 'sdk' });
    const key = await keyFor(house, { allow: ['notes'] });
    const refused = await ask(house, '/other', key);
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain('may not use the server "other"');
    expect((await ask(house, '/nobody', key)).status).toBe(404);
  });

  test.each(ERAS)('a %s caller sees and calls only the tools that are allowed', async (era, connect) => {
    const house = await openAllServers({ notes: era === 'modern' ? 'modern' : 'sdk' });
    const client = await connect(house, {}, await keyFor(house, { deny: ['notes/echo'] }), '/notes');
    const more = era === 'modern' ? ['route'] : [];
    expect(await toolsOf(client)).toEqual(['add', 'ask', ...more, 'slow', 'wait']);
    for (let times = 0; times < 2; times += 1) {
      expect((await client.callTool({ name: 'add', arguments: add })).content).toEqual(sum);
      await expect(client.callTool({ name: 'echo', arguments: { message: '' } })).rejects.toThrow(NOT_FOR_THIS_KEY);
    }
  });

  test('a server that is allowed as a whole gets its bytes as they are', async () => {
    const house = await openAllServers({ notes: 'sdk' });
    const client = await legacyCaller(house, {}, await keyFor(house, { allow: ['notes'] }), '/notes');
    expect(await toolsOf(client)).toContain('echo');
    const done = house.household.logger.of('request.done').map(({ fields }) => fields?.correlationId ?? '');
    expect(done.every((id) => id.startsWith('q-'))).toBe(true);
  });

  test.each(ERAS)(
    'E2 a %s caller is told where to sign in, and nothing goes there unseen after it',
    async (_era, connect) => {
      const house = await openAllServers({ notes: 'sdk' }, { signedInTo: [] });
      const client = await connect(house, {}, await keyFor(house, { deny: ['notes/echo'] }), '/notes');
      const echo = { name: 'echo', arguments: { message: 'x' } };
      await expect(client.callTool(echo)).rejects.toMatchObject({ code: NOT_NOW, data: { state: 'login-needed' } });
      await expect(client.listTools()).rejects.toMatchObject({ code: NOT_NOW });
      await house.household.signInTo('notes');
      await house.household.reached('notes', 'ready');
      await expect(client.callTool(echo)).rejects.toThrow(NOT_FOR_THIS_KEY);
      expect(await toolsOf(client)).not.toContain('echo');
    },
  );

  test('a session as bytes ends when the key is limited, and the next one shows what is left', async () => {
    const house = await openAllServers({ notes: 'sdk' });
    const key = await keyFor(house, undefined);
    const client = await legacyCaller(house, {}, key, '/notes');
    expect(await toolsOf(client)).toContain('echo');
    await house.household.engine.limitCaller('limited', { deny: ['notes/echo'] });
    await expect(client.callTool({ name: 'echo', arguments: { message: '' } })).rejects.toThrow();
    const next = await legacyCaller(house, {}, key, '/notes');
    expect(await toolsOf(next)).toEqual(['add', 'ask', 'slow', 'wait']);
  });
});

describe('limits as they are kept', () => {
  test('a restart keeps them', async () => {
    const house = await openAllServers({ notes: 'sdk', other: 'sdk' });
    const key = await keyFor(house, { allow: ['notes/add'] });
    await house.household.restart();
    await house.household.reached('notes', 'ready');
    expect(await toolsOf(await legacyCaller(house, {}, key))).toEqual(['notes__add']);
  });

  test('a bad pattern is refused with a sentence, and changes nothing', async () => {
    const { household } = await openAllServers({ notes: 'sdk' });
    const added = await household.engine.addCaller('bad', { allow: ['notes/'] });
    expect(added).toMatchObject({ ok: false, problem: { detail: expect.stringContaining('behind the slash') } });
    expect(household.engine.listCallers().map(({ name }) => name)).not.toContain('bad');
    const limited = await household.engine.limitCaller('story', { deny: ['no tes'] });
    expect(limited).toMatchObject({ ok: false, problem: { code: 'invalid-input' } });
    expect(household.engine.listCallers()[0]?.limit).toBeUndefined();
  });

  test('a pattern for a server that is not there is kept, and named', async () => {
    const { household } = await openAllServers({ notes: 'sdk' });
    const limited = await household.engine.limitCaller('story', { allow: ['notes', 'nots/echo'] });
    expect(limited).toMatchObject({
      ok: true,
      value: { unknown: ['nots/echo'], limit: { allow: ['notes', 'nots/echo'] } },
    });
    expect(await household.engine.limitCaller('nobody', undefined)).toMatchObject({
      ok: false,
      problem: { code: 'unknown-caller' },
    });
  });
});
