import { LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, expect, test } from 'vitest';
import { startFixtureServer } from '../../conformance/fixture/fixture-server.ts';
import { openHousehold } from '../../stories/household.ts';
import { closeLater } from '../house-with-upstream.ts';
import { type AllServers, closeAllServers, legacyCaller, modernCaller } from './all-servers.ts';

afterEach(closeAllServers);

/** Behind `/mcp`, a server of both eras: it is spoken to in the modern one. */
async function openHouse(): Promise<Pick<AllServers, 'household'>> {
  const fixture = await startFixtureServer();
  closeLater(() => fixture.close());
  const household = await openHousehold({ servers: { both: fixture.url } });
  await household.reached('both', 'ready');
  return { household };
}

test.each([
  ['that never said a level', undefined, 3],
  ['that said info', 'info', 3],
  ['that wants errors alone', 'error', 0],
] as const)('L3 M5 a legacy caller %s hears what a modern server logs accordingly', async (_what, level, count) => {
  const caller = await legacyCaller(await openHouse());
  const told: unknown[] = [];
  caller.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => void told.push(params.data));
  if (level) await caller.setLoggingLevel(level);
  await caller.callTool({ name: 'both__test_tool_with_logging' });
  // Before its answer, on the same stream.
  expect(told).toHaveLength(count);
});

test('L3 M5 a modern caller hears what it asked for in the request, and nothing in the next', async () => {
  const caller = await modernCaller(await openHouse());
  const told: unknown[] = [];
  caller.setNotificationHandler('notifications/message', ({ params }) => void told.push(params.data));
  const call = { name: 'both__test_tool_with_logging' };
  await caller.callTool({ ...call, _meta: { 'io.modelcontextprotocol/logLevel': 'info' } });
  expect(told).toHaveLength(3);
  await caller.callTool(call);
  expect(told).toHaveLength(3);
});

test('M2 a header that says another name than the body is refused on /mcp too', async () => {
  const { household } = await openHouse();
  await (await modernCaller({ household })).listTools();
  const answer = await fetch(household.engine.view().endpoint, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${household.key}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'both__test_error_handling',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: {
        name: 'both__test_simple_text',
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    }),
  });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ id: 1, error: { code: -32020 } });
});
