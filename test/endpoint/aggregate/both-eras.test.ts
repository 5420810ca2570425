import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, test } from 'vitest';
import { type AllServers, closeAllServers, legacyCaller, modernCaller, openAllServers } from './all-servers.ts';

afterEach(closeAllServers);

const KINDS = ['sdk', 'modern'] as const;
const CALLERS = ['legacy', 'modern'] as const;
const PAIRS = CALLERS.flatMap((caller) => KINDS.map((server) => ({ caller, server })));

/** The calls that both SDKs' clients have in common. */
interface Caller {
  listTools(): Promise<{ tools: { name: string }[] }>;
  callTool(params: { name: string; arguments?: Record<string, unknown> }): Promise<{ content?: unknown }>;
}

async function callerOf(era: 'legacy' | 'modern', house: AllServers): Promise<Caller> {
  const answer = async () => ({ action: 'accept' as const, content: { name: 'Ada' } });
  if (era === 'modern') {
    const client = await modernCaller(house, { elicitation: { form: {} } });
    client.setRequestHandler('elicitation/create', answer);
    return client as Caller;
  }
  const client = await legacyCaller(house, { elicitation: {} });
  client.setRequestHandler(ElicitRequestSchema, answer);
  return client as Caller;
}

describe('M5 a caller of either era reaches a server of either era through /mcp', () => {
  test.each(PAIRS)('$caller caller, $server server: lists and calls its tools', async ({ caller, server }) => {
    const house = await openAllServers({ notes: server });
    const client = await callerOf(caller, house);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('notes__echo');
    const answer = await client.callTool({ name: 'notes__echo', arguments: { message: 'hello' } });
    expect(answer.content).toEqual([{ type: 'text', text: 'hello' }]);
  });

  test.each(PAIRS)('$caller caller, $server server: what the server asks reaches the caller', async (pair) => {
    const house = await openAllServers({ notes: pair.server });
    const client = await callerOf(pair.caller, house);
    await client.listTools();
    const answer = await client.callTool({ name: 'notes__ask', arguments: {} });
    expect(answer.content).toEqual([{ type: 'text', text: 'Ada' }]);
  });
});
