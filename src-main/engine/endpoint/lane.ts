import type { IncomingMessage, ServerResponse } from 'node:http';
import { headerOf } from '../upstream/admitted-request.ts';
import type { UpstreamServer } from '../upstream/upstream-server.ts';
import { headersUpstream } from './header-hygiene.ts';
import { Passage, type PassageDeps } from './passage.ts';
import { readBody } from './request-body.ts';
import type { Sessions } from './sessions.ts';

export interface LaneDeps extends PassageDeps {
  readonly sessions: Sessions;
}

/** Who asks for what, as the listener found out. */
export interface LaneEdge {
  readonly server: UpstreamServer;
  readonly caller: string;
  readonly correlationId: string;
}

/** One request of a caller on its way through `/mcp/<server>`: bytes both ways, the bearer token put in. */
export function throughLane(request: IncomingMessage, response: ServerResponse, edge: LaneEdge, deps: LaneDeps): void {
  const begun = deps.clock.monotonicMs();
  const { server, caller } = edge;
  const { sessions } = deps;
  const id = request.headers['mcp-session-id'];
  const session = typeof id === 'string' ? id : undefined;
  const { method = 'POST', rawHeaders } = request;
  const passage = new Passage({ ...edge, request, response, begun }, deps, {
    onHeaders: (status, headers) => {
      const opened = headerOf(headers, 'mcp-session-id');
      if (opened !== undefined && status < 300) sessions.opened(server.name, opened, caller);
      const isOver = status === 404 || (method === 'DELETE' && status < 300);
      if (session !== undefined && isOver) sessions.ended(server.name, session);
      return true;
    },
  });
  if (session !== undefined && !sessions.mayUse(server.name, session, caller)) {
    // As if it did not exist: the caller initializes again, with a session of its own.
    passage.answer(404, 'This session belongs to another caller.', 'foreign-session');
    return;
  }
  readBody(request, (body) => {
    passage.start(body, { method, headers: (own) => headersUpstream(rawHeaders, own), body });
  });
}
