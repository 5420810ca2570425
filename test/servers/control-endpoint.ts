import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { AuthorizationServer } from './authorization-server.ts';
import type { GuardedMcpServer } from './guarded-mcp-server.ts';
import { listenOnLoopback } from './loopback-listener.ts';
import { readBody } from './request-body.ts';

export interface ControlEndpoint {
  /** `http://127.0.0.1:<port>/control` */
  readonly url: string;
  close(): Promise<void>;
}

/** Verbs that make no sense from another process. */
const NOT_HERE: ReadonlySet<string> = new Set(['introspect', 'until', 'next', 'close', 'someoneWaits']);

const order = z.strictObject({
  target: z.enum(['authorization', 'mcp']).default('authorization'),
  verb: z.string(),
  args: z.array(z.unknown()).default([]),
});

class BadOrder extends Error {}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(value));
}

function verbsOf(server: object): Map<string, (...args: unknown[]) => unknown> {
  const verbs = Object.entries(server).filter(([name, value]) => typeof value === 'function' && !NOT_HERE.has(name));
  return new Map(verbs);
}

async function orderFrom(request: IncomingMessage): Promise<z.infer<typeof order>> {
  // A page in a browser cannot send this type without asking first, which nobody here answers.
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new BadOrder('Send Content-Type: application/json.');
  }
  try {
    return order.parse(JSON.parse((await readBody(request)).toString()));
  } catch {
    throw new BadOrder('Send {"target": "authorization" or "mcp", "verb": "...", "args": [...]}.');
  }
}

/**
 * The verbs of the test servers for scripts in other processes: `POST /control` with `{target, verb, args}` answers
 * `{ok: true, value}` when the verb is done; `GET /control/counts` answers what was counted. Loopback only.
 */
export async function startControlEndpoint(
  authorization: AuthorizationServer,
  mcp: GuardedMcpServer,
  port = 0,
): Promise<ControlEndpoint> {
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { hostname, pathname } = new URL(request.url ?? '/', `http://${request.headers.host ?? 'none'}`);
    if (hostname !== '127.0.0.1' && hostname !== 'localhost') {
      send(response, 403, { ok: false, error: 'Only for 127.0.0.1.' });
      return;
    }
    if (request.method === 'GET' && pathname === '/control/counts') {
      const { counts, log } = authorization;
      const { seenAuthorization, refusedAgesMs } = mcp;
      send(response, 200, { authorization: counts, mcp: mcp.counts, log, seenAuthorization, refusedAgesMs });
      return;
    }
    if (request.method !== 'POST' || pathname !== '/control') {
      send(response, 404, { ok: false, error: 'POST /control or GET /control/counts.' });
      return;
    }
    const { target, verb, args } = await orderFrom(request);
    const verbs = verbsOf(target === 'mcp' ? mcp : authorization);
    const run = verbs.get(verb);
    if (run === undefined) throw new BadOrder(`No verb ${verb}. There are: ${[...verbs.keys()].sort().join(', ')}.`);
    send(response, 200, { ok: true, value: (await run(...args)) ?? null });
  };

  const listener = await listenOnLoopback((request, response) => {
    serve(request, response).catch((error: unknown) => {
      send(response, error instanceof BadOrder ? 400 : 500, { ok: false, error: String(error) });
    });
  }, port);
  return { url: `${listener.origin}/control`, close: () => listener.die() };
}
