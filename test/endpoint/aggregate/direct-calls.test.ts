import { CallToolResultSchema, ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, test } from 'vitest';
import { withToolName } from '../../../src-main/engine/endpoint/aggregate/direct-call.ts';
import { type AllServers, closeAllServers, legacyCaller, modernCaller, openAllServers } from './all-servers.ts';

afterEach(closeAllServers);

/** Calls that went through as bytes: the log names their server. */
function direct({ household }: AllServers): number {
  return household.logger.of('request.done').filter(({ fields }) => fields?.server === 'notes').length;
}

const echo = (message: string) => ({ name: 'notes__echo', arguments: { message } });
const saying = (text: string) => [{ type: 'text', text }];

describe('calls on /mcp once the session is open', () => {
  test('L1 a legacy caller to a legacy server: bytes both ways', async () => {
    const house = await openAllServers({ notes: 'sdk' });
    const client = await legacyCaller(house);
    await client.listTools();
    await client.callTool(echo('first'));
    const before = direct(house);
    for (const word of ['second', 'third']) expect((await client.callTool(echo(word))).content).toEqual(saying(word));
    expect(direct(house)).toBe(before + 2);
  });

  test('M2 a modern caller to a modern server: body and header name the tool alike', async () => {
    const house = await openAllServers({ notes: 'modern' });
    const client = await modernCaller(house);
    await client.listTools();
    const answer = await client.callTool(echo('hello'));
    expect(answer.content).toEqual(saying('hello'));
    expect(direct(house)).toBeGreaterThan(0);
    expect(house.server('notes').seenHeaders['mcp-name']).toBe('echo');
  });

  test('L3 what the server asks in the middle of such a call reaches the caller, and the answer the server', async () => {
    const house = await openAllServers({ notes: 'sdk' });
    const client = await legacyCaller(house, { elicitation: {} });
    let asked = 0;
    client.setRequestHandler(ElicitRequestSchema, async () => {
      asked += 1;
      return { action: 'accept', content: { name: `name ${asked}` } };
    });
    await client.listTools();
    await client.callTool(echo('opens the session'));
    const before = direct(house);
    const answers = await Promise.all([
      client.callTool({ name: 'notes__ask' }),
      client.callTool({ name: 'notes__ask' }),
    ]);
    expect(answers.map(({ content }) => content)).toEqual([saying('name 1'), saying('name 2')]);
    expect(direct(house)).toBe(before + 2);
  });

  test('26 two callers that use the same ids get their own answers', async () => {
    const house = await openAllServers({ notes: 'sdk' });
    const other = await house.household.engine.addCaller('other');
    if (!other.ok) throw new Error('the caller was not added');
    const clients = [await legacyCaller(house), await legacyCaller(house, {}, other.value.key)];
    for (const client of clients) await client.callTool(echo('opens the session'));
    const answers = await Promise.all(
      clients.flatMap((client, index) => Array.from({ length: 20 }, (_, n) => client.callTool(echo(`${index} ${n}`)))),
    );
    const expected = clients.flatMap((_, index) => Array.from({ length: 20 }, (_, n) => saying(`${index} ${n}`)));
    expect(answers.map(({ content }) => content)).toEqual(expected);
  });

  test('33 the server forgot the session: the call is made in a new one, and the caller sees nothing', async () => {
    const house = await openAllServers({ notes: 'sdk' });
    const client = await legacyCaller(house);
    await client.callTool(echo('first'));
    await client.callTool(echo('second'));
    await house.server('notes').forgetSessions();
    expect((await client.callTool(echo('third'))).content).toEqual(saying('third'));
    const before = direct(house);
    expect((await client.callTool(echo('fourth'))).content).toEqual(saying('fourth'));
    expect(direct(house)).toBe(before + 1);
  });

  test('L3 a call that the caller cancels ends at the server', async () => {
    const house = await openAllServers({ notes: 'sdk' });
    const client = await legacyCaller(house);
    await client.callTool(echo('opens the session'));
    const cancel = new AbortController();
    const call = client.request({ method: 'tools/call', params: { name: 'notes__wait' } }, CallToolResultSchema, {
      signal: cancel.signal,
    });
    await house.server('notes').someoneWaits();
    cancel.abort('enough');
    await expect(call).rejects.toThrow();
    await house.household.until(() => direct(house) === 1, 'the call is over');
    expect((await client.callTool(echo('after'))).content).toEqual(saying('after'));
  });

  test('L3 progress arrives while the call runs', async () => {
    const house = await openAllServers({ notes: 'sdk' });
    const client = await legacyCaller(house);
    await client.callTool(echo('opens the session'));
    const seen: number[] = [];
    const params = { name: 'notes__slow', arguments: { steps: 3, stepMs: 5 } };
    await client.callTool(params, undefined, { onprogress: ({ progress }) => seen.push(progress) });
    expect(seen).toEqual([1, 2, 3]);
  });
});

describe('the name in the body', () => {
  const message = { id: 1, params: { name: 'notes__echo' } };
  const renamed = (body: string): unknown =>
    JSON.parse(Buffer.from(withToolName(Buffer.from(body), message, 'echo')).toString('utf8'));

  test('is replaced in place, and nothing else is touched', () => {
    const body = '{"id":1,"params":{"name":"notes__echo","arguments":{"name":"notes__echo", "x":[1,  2]}}}';
    expect(Buffer.from(withToolName(Buffer.from(body), message, 'echo')).toString('utf8')).toBe(
      '{"id":1,"params":{"name":"echo","arguments":{"name":"notes__echo", "x":[1,  2]}}}',
    );
  });

  test.each([
    '{"id":1,"params":{"arguments":{"name":"notes__echo"},"name":"notes__echo"}}',
    '{"id":1,"params":{"arguments":{"name":"notes__echo"},"name": "notes__echo"}}',
    '{"id":1,"params":{"_meta":{"name":"notes__echo"},"name":"notes__echo"}}',
    '{"id":1,"params":{"name" : "notes__echo"}}',
  ])('is never mistaken for another member: %s', (body) => {
    const whole = JSON.parse(body);
    const written = JSON.parse(
      Buffer.from(withToolName(Buffer.from(body), whole, 'echo')).toString('utf8'),
    ) as typeof whole;
    expect(written).toEqual({ ...whole, params: { ...whole.params, name: 'echo' } });
    expect(renamed('{"id":1,"params":{"name":"notes__echo"}}')).toEqual({ id: 1, params: { name: 'echo' } });
  });
});
