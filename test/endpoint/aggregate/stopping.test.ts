import { afterEach, expect, test } from 'vitest';
import { closeAll, openHouse, rpc } from '../house-with-upstream.ts';
import { send } from '../raw-request.ts';

afterEach(closeAll);

const VERSION = '2025-06-18';

const ANSWERS: Readonly<Record<string, unknown>> = {
  initialize: { protocolVersion: VERSION, capabilities: { tools: {} }, serverInfo: { name: 'slow', version: '1' } },
  'tools/list': { tools: [{ name: 'x', inputSchema: { type: 'object' } }] },
};

test.each([
  ['its list is asked for', 'tools/list', false],
  ['a call opens its session', 'tools/call', true],
])(
  '28 a program that ends while %s does not wait for a server that never answers: what it has to store comes in time',
  async (_when, method, isKnown) => {
    const { household, upstream, origin, headers } = await openHouse();
    let isHung = !isKnown;
    upstream.answer((_request, response, body) => {
      if (isHung) return;
      const { id, method: asked = '' } = JSON.parse(body.toString() || '{}') as { id?: number; method?: string };
      const said = ANSWERS[asked] ? { result: ANSWERS[asked] } : { error: { code: -32601, message: 'not here' } };
      const answer = { jsonrpc: '2.0', id, ...said };
      if (id === undefined) response.writeHead(202).end();
      else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
    const post = (body: string, more: Readonly<Record<string, string>> = {}) =>
      send(`${origin}/mcp`, { method: 'POST', headers: { ...headers, ...more }, body });
    const opening = { protocolVersion: VERSION, capabilities: {}, clientInfo: { name: 'story', version: '1' } };
    const { headers: given } = await post(rpc('initialize', opening));
    const inSession = { 'mcp-session-id': String(given['mcp-session-id']), 'mcp-protocol-version': VERSION };
    if (isKnown) expect((await post(rpc('tools/list', {}, 2), inSession)).body).toContain('notes__x');

    isHung = true;
    const before = upstream.arrived.length;
    const asked = post(rpc(method, { name: 'notes__x' }, 3), inSession).catch(() => 'broke off');
    await household.until(() => upstream.arrived.length > before, 'it is asked');
    const begun = performance.now();
    await household.engine.stop();
    // The SDK gives a handshake a minute.
    expect(performance.now() - begun).toBeLessThan(15_000);
    expect(await asked).toBe('broke off');
  },
);
