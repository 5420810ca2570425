import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ElicitRequestSchema, ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, test } from 'vitest';
import { NOT_NOW } from '../../../../src-main/engine/endpoint/login-required.ts';
import { type AllServers, closeAllServers, legacyCaller, modernCaller, openAllServers } from '../all-servers.ts';

afterEach(closeAllServers);

const SEARCH = '?tools=search';
const ERAS = ['legacy', 'modern'] as const;
const PAIRS = ERAS.flatMap((caller) => (['sdk', 'modern'] as const).map((server) => ({ caller, server })));

interface Answer {
  readonly content?: unknown;
  readonly structuredContent?: unknown;
  readonly isError?: unknown;
}

/** The calls that both SDKs' clients have in common. */
interface Caller {
  listTools(): Promise<{ tools: { name: string; description?: string | undefined }[] }>;
  callTool(params: { name: string; arguments?: Record<string, unknown> }): Promise<Answer>;
}

async function callerOf(era: 'legacy' | 'modern', house: AllServers, query = SEARCH, key?: string): Promise<Caller> {
  const answer = async () => ({ action: 'accept' as const, content: { name: 'Ada' } });
  if (era === 'modern') {
    const client = await modernCaller(house, { elicitation: { form: {} } }, key, query);
    client.setRequestHandler('elicitation/create', answer);
    return client as Caller;
  }
  const client = await legacyCaller(house, { elicitation: {} }, key, query);
  client.setRequestHandler(ElicitRequestSchema, answer);
  return client as Caller;
}

async function names(client: Caller): Promise<readonly string[]> {
  return (await client.listTools()).tools.map(({ name }) => name);
}

function find(client: Caller, query: string, more = {}): Promise<Answer> {
  return client.callTool({ name: 'find_tools', arguments: { query, ...more } });
}

function call(client: Caller, name: string, args: unknown = {}): Promise<Answer> {
  return client.callTool({ name: 'call_tool', arguments: { name, arguments: args } });
}

function textIn({ content }: Answer): string {
  const [first] = content as { text: string }[];
  return first?.text ?? '';
}

const saying = (text: string) => [{ type: 'text', text }];

describe('tools found by search on /mcp?tools=search', () => {
  test.each(PAIRS)('$caller caller, $server server: two tools are listed, one finds, one calls', async (pair) => {
    const house = await openAllServers({ notes: pair.server });
    const client = await callerOf(pair.caller, house);
    expect(await names(client)).toEqual(['find_tools', 'call_tool']);
    const found = await find(client, 'say a message again');
    expect(textIn(found)).toContain('notes__echo(message: string): Says it again');
    const [best] = (found.structuredContent as { tools: { name: string }[] }).tools;
    expect(best?.name).toBe('notes__echo');
    expect((await call(client, 'notes__echo', { message: 'hello' })).content).toEqual(saying('hello'));
    expect((await call(client, 'notes__echo', '{"message":"as a text"}')).content).toEqual(saying('as a text'));
    // A caller that knows the name needs no detour.
    const plain = await client.callTool({ name: 'notes__echo', arguments: { message: 'plainly' } });
    expect(plain.content).toEqual(saying('plainly'));
  });

  test.each(PAIRS)(
    'L3 $caller caller, $server server: what the server asks of a called tool reaches the caller',
    async (pair) => {
      const house = await openAllServers({ notes: pair.server });
      const client = await callerOf(pair.caller, house);
      expect((await call(client, 'notes__ask')).content).toEqual(saying('Ada'));
      expect((await call(client, 'notes__ask')).content).toEqual(saying('Ada'));
    },
  );

  test.each(ERAS)('L3 a %s caller hears of the progress of a called tool, and may cancel it', async (era) => {
    const house = await openAllServers({ notes: 'sdk' });
    const client =
      era === 'legacy'
        ? await legacyCaller(house, {}, undefined, SEARCH)
        : await modernCaller(house, {}, undefined, SEARCH);
    const slow = { name: 'call_tool', arguments: { name: 'notes__slow', arguments: { steps: 3, stepMs: 1 } } };
    for (const way of ['first call', 'open session']) {
      const heard: number[] = [];
      const options = { onprogress: ({ progress }: { progress: number }) => void heard.push(progress) };
      await ('getProtocolEra' in client ? client.callTool(slow, options) : client.callTool(slow, undefined, options));
      expect(heard, way).toEqual([1, 2, 3]);
    }
    const gone = new AbortController();
    const waiting = { name: 'call_tool', arguments: { name: 'notes__wait', arguments: {} } };
    const options = { signal: gone.signal };
    const call =
      'getProtocolEra' in client ? client.callTool(waiting, options) : client.callTool(waiting, undefined, options);
    const ended = expect(call).rejects.toThrow();
    await house.server('notes').someoneWaits();
    gone.abort();
    await ended;
  });

  test('M2 a called tool is named in body and header, and its arguments stand in the headers that its schema asks for', async () => {
    const house = await openAllServers({ notes: 'modern' });
    for (const era of ERAS) {
      const client = await callerOf(era, house);
      await client.listTools();
      for (const region of ['north', 'Süd']) {
        expect((await call(client, 'notes__route', { region })).content).toEqual(saying(region));
        const { seenHeaders } = house.server('notes');
        expect(seenHeaders['mcp-name']).toBe('route');
        expect(seenHeaders['mcp-param-region']).toBe(region === 'north' ? 'north' : '=?base64?U8O8ZA==?=');
      }
      const plain = await callerOf(era, house, '');
      await plain.listTools();
      const routed = await plain.callTool({ name: 'notes__route', arguments: { region: 'west' } });
      expect(routed.content).toEqual(saying('west'));
      expect(house.server('notes').seenHeaders['mcp-param-region']).toBe('west');
    }
  });

  test('once the session is open, the bytes of a called tool pass as those of any call', async () => {
    const house = await openAllServers({ notes: 'sdk' });
    const client = await callerOf('legacy', house);
    await call(client, 'notes__echo', { message: 'opens the session' });
    const passed = () => house.household.logger.of('request.done').filter(({ fields }) => fields?.server === 'notes');
    const before = passed().length;
    expect((await call(client, 'notes__echo', { message: 'second' })).content).toEqual(saying('second'));
    expect(passed()).toHaveLength(before + 1);
  });

  test.each(ERAS)('a %s caller that errs is told what it needs: near names, the schema, the servers', async (era) => {
    const house = await openAllServers({ notes: 'sdk', other: 'sdk' });
    const client = await callerOf(era, house);
    const misspelt = await call(client, 'notes__ecko', { message: 'hello' });
    expect(misspelt.isError).toBe(true);
    expect(textIn(misspelt)).toMatch(/There is no tool "notes__ecko" here\. Did you mean notes__echo/);
    const wrong = await call(client, 'notes__add', { a: 1, b: 'two' });
    expect(wrong.isError).toBe(true);
    expect(textIn(wrong)).toContain(
      'notes__add was not called: "b" is of type number. Its parameters: {"type":"object"',
    );
    expect(textIn(await call(client, 'notes__add', { a: 1 }))).toContain('"b" is missing');
    expect(textIn(await client.callTool({ name: 'call_tool', arguments: {} }))).toContain('"name" is missing');
    expect(textIn(await find(client, 'echo', { server: 'third' }))).toMatch(
      /no server "third".*notes \(\d\), other \(\d\)/,
    );
    expect(textIn(await find(client, 'xylophone'))).toContain('No tool fits that.');
    expect(textIn(await find(client, ' '))).toContain('"query" is missing');
    await expect(client.callTool({ name: 'notes__ecko' })).rejects.toThrow('Did you mean notes__echo');
  });

  test('the schemas come along where they are asked for, and only one server is searched where it is named', async () => {
    const house = await openAllServers({ notes: 'sdk', other: 'sdk' });
    const client = await callerOf('modern', house);
    const found = await find(client, 'add two numbers', { server: 'other', schemas: true, limit: 1 });
    expect(found.structuredContent).toMatchObject({
      tools: [{ name: 'other__add', inputSchema: { properties: { a: { type: 'number' } }, required: ['a', 'b'] } }],
    });
    expect((found.structuredContent as { tools: unknown[] }).tools).toHaveLength(1);
    expect(textIn(found)).toContain('"required":["a","b"]');
  });

  test('a tool that came later is found', async () => {
    const house = await openAllServers({ notes: 'sdk' });
    const client = await legacyCaller(house, {}, undefined, SEARCH);
    expect(textIn((await find(client as Caller, 'extra')) as Answer)).toContain('No tool fits');
    house.server('notes').changeTools();
    for (;;) {
      const told = new Promise((resolve) => client.setNotificationHandler(ToolListChangedNotificationSchema, resolve));
      if (textIn(await find(client as Caller, 'extra')).includes('notes__extra-1(): Came later')) break;
      await told;
    }
  });

  test('E2 a server that needs a sign-in says so through call_tool', async () => {
    const house = await openAllServers({ notes: 'sdk' });
    const client = await callerOf('modern', house);
    await call(client, 'notes__echo', { message: 'before' });
    await house.household.engine.logout('notes');
    await expect(call(client, 'notes__echo', { message: 'after' })).rejects.toMatchObject({
      code: NOT_NOW,
      data: { server: 'notes', state: 'login-needed' },
    });
  });

  test('a limited key finds and calls only what its list would show', async () => {
    const house = await openAllServers({ notes: 'sdk', other: 'sdk' });
    const added = await house.household.engine.addCaller('narrow', { allow: ['notes/echo'] });
    if (!added.ok) throw new Error('the caller was not added');
    const client = await callerOf('legacy', house, SEARCH, added.value.key);
    const found = await find(client, 'say again, add numbers');
    expect(found.structuredContent).toMatchObject({ tools: [{ name: 'notes__echo' }] });
    expect((found.structuredContent as { tools: unknown[] }).tools).toHaveLength(1);
    const refused = await call(client, 'other__echo', { message: 'hello' });
    expect(refused.isError).toBe(true);
    expect(textIn(refused)).not.toContain('other__echo,');
  });
});

describe('when tools are found by search', () => {
  test.each(ERAS)('a %s caller gets the search above the set number, and all of them where it asks', async (era) => {
    const house = await openAllServers({ notes: 'sdk' }, { settings: { toolSearchAbove: 2 } });
    expect(await names(await callerOf(era, house, ''))).toEqual(['find_tools', 'call_tool']);
    expect(await names(await callerOf(era, house, '?tools=all'))).toContain('notes__echo');
  });

  test('callers are told when the setting changes, and call_tool goes on for those that do not ask again', async () => {
    const house = await openAllServers({ notes: 'sdk' }, { settings: { toolSearchAbove: 0 } });
    const client = await legacyCaller(house);
    expect(await names(client as Caller)).toEqual(['find_tools', 'call_tool']);
    const told = new Promise((resolve) => client.setNotificationHandler(ToolListChangedNotificationSchema, resolve));
    const path = join(house.household.dataDir, 'config.json');
    const config: object = JSON.parse(await readFile(path, 'utf8'));
    await writeFile(path, JSON.stringify({ ...config, toolSearchAbove: false }));
    house.household.engine.reload();
    await told;
    expect(await names(client as Caller)).toContain('notes__echo');
    expect((await call(client as Caller, 'notes__echo', { message: 'hello' })).content).toEqual(saying('hello'));
  });

  test('whoever connects is told how it works', async () => {
    const house = await openAllServers({ notes: 'sdk' });
    expect((await legacyCaller(house)).getInstructions()).toContain('find_tools');
    expect((await modernCaller(house)).getInstructions()).toContain('find_tools');
    expect((await legacyCaller(house, {}, undefined, '?tools=all')).getInstructions()).toBeUndefined();
  });
});
