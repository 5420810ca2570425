import type { ServerResponse } from 'node:http';
import type { RecordingUpstream } from '../endpoint/recording-upstream.ts';

const VERSION = '2026-07-28';

/** How a recording upstream behaves as a server of 2026-07-28 that is changed by hand. */
export interface HintingUpstream {
  /** What goes with each answer that may be kept. */
  hint: { ttlMs?: number; cacheScope?: 'public' | 'private' };
  /** The tool's name; another one for each list where it is a function. */
  tool: string | (() => string);
  /** The next answers to these methods are this error, with status 400. */
  refusals: Map<string, { code: number; message: string; data?: unknown; times: number }>;
  /** It speaks 2025-11-25 alone from now on. */
  isLegacy: boolean;
  /** How many requests with this method came; not our probe. */
  came(method: string): number;
}

interface Message {
  readonly id?: unknown;
  readonly method?: string;
}

export function hintFrom(upstream: RecordingUpstream): HintingUpstream {
  const server: HintingUpstream = {
    hint: {},
    tool: 'x',
    refusals: new Map(),
    isLegacy: false,
    came: (method) => upstream.arrived.filter(({ body }) => messageIn(body).method === method).length,
  };
  const name = { name: 'hinting', version: '1' };
  const results: Readonly<Record<string, () => unknown>> = {
    'server/discover': () => ({ supportedVersions: [VERSION], capabilities: { tools: {} }, serverInfo: name }),
    'tools/list': () => {
      const tool = typeof server.tool === 'string' ? server.tool : server.tool();
      return { tools: [{ name: tool, inputSchema: { type: 'object' } }] };
    },
    'tools/call': () => ({ content: [{ type: 'text', text: 'called' }] }),
    initialize: () => ({ protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: name }),
  };
  upstream.answer((request, response, body) => {
    const { id, method = '' } = messageIn(body);
    if (id === undefined) {
      response.writeHead(request.method === 'POST' ? 202 : 405).end();
      return;
    }
    const refusal = server.refusals.get(method);
    const isModern = request.headers['mcp-protocol-version'] === VERSION;
    if (server.isLegacy && isModern) {
      const data = { supported: ['2025-11-25'], requested: VERSION };
      answer(response, 400, { id, error: { code: -32022, message: 'Unsupported protocol version', data } });
    } else if (refusal && refusal.times > 0) {
      refusal.times -= 1;
      const { times: _times, ...error } = refusal;
      answer(response, 400, { id, error });
    } else {
      const result = results[method]?.();
      const rest = isModern ? { resultType: 'complete', ...server.hint } : {};
      if (result) answer(response, 200, { id, result: { ...result, ...rest } });
      else answer(response, 404, { id, error: { code: -32601, message: 'Method not found' } });
    }
  });
  return server;
}

function messageIn(body: Buffer): Message {
  return body.length > 0 ? (JSON.parse(body.toString()) as Message) : {};
}

function answer(response: ServerResponse, status: number, message: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ jsonrpc: '2.0', ...message }));
}
