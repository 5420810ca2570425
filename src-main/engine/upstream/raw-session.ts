import type { UpstreamHttp } from '../ports.ts';
import { createUpstreamFetch } from './upstream-fetch.ts';
import type { UpstreamServer } from './upstream-server.ts';

/** The open session of a legacy server, for requests that are sent into it as they are; without an id where it gave none. */
export interface RawSession {
  readonly id: string | undefined;
  readonly protocolVersion: string | undefined;
}

/** What every request into it carries beside its credential. @see MCP 2025-11-25, basic/transports, "Session Management" */
export function rawHeaders({ id, protocolVersion }: RawSession): Record<string, string> {
  return {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...(protocolVersion === undefined ? {} : { 'mcp-protocol-version': protocolVersion }),
    ...(id === undefined ? {} : { 'mcp-session-id': id }),
  };
}

/** Not waited for: a server need not heed it. */
export function endSession(server: UpstreamServer, session: RawSession, upstreamHttp: UpstreamHttp): void {
  createUpstreamFetch(server, upstreamHttp)(server.url, { method: 'DELETE', headers: rawHeaders(session) })
    .then((answer) => answer.body?.cancel())
    .catch(() => {});
}
