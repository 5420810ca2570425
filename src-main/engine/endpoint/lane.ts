import type { IncomingMessage, ServerResponse } from 'node:http';
import { headerOf, type RequestToAdmit, type UpstreamHeaders } from '../upstream/admitted-request.ts';
import type { UpstreamServer } from '../upstream/upstream-server.ts';
import { headersUpstream } from './header-hygiene.ts';
import type { LaneSession, Opening } from './lane-session.ts';
import type { LaneSessions } from './lane-sessions.ts';
import { Passage, type PassageDeps, type PassageEdge } from './passage.ts';
import { type Body, readBody } from './request-body.ts';
import { SessionStream, type SessionStreamDeps } from './session-stream.ts';

const SESSION_ID = 'mcp-session-id';

/** Whoever begins with more has a session that ends with its upstream's. */
const OPENING_BYTES = 64 * 1024;

export interface LaneDeps extends PassageDeps, SessionStreamDeps {
  readonly sessions: LaneSessions;
}

/** Who asks for what, as the listener found out. */
export interface LaneEdge {
  readonly server: UpstreamServer;
  readonly caller: string;
  readonly correlationId: string;
}

/** One request of a caller on its way through `/mcp/<server>`: bytes both ways, the bearer token put in. */
export function throughLane(request: IncomingMessage, response: ServerResponse, edge: LaneEdge, deps: LaneDeps): void {
  const exchange = { ...edge, request, response, begun: deps.clock.monotonicMs() };
  const id = request.headers[SESSION_ID];
  if (typeof id !== 'string') {
    withoutSession(exchange, deps);
    return;
  }
  const session = deps.sessions.use(edge.server, id, edge.caller);
  if (session) inSession(exchange, session, deps);
  // As if it did not exist: the caller initializes again, with a session of its own.
  else new Passage(exchange, deps).answer(404, 'There is no such session.', 'unknown-session');
}

/** Modern, or to a server without sessions, or what opens one: the answer tells, so nothing is looked into. */
function withoutSession(exchange: PassageEdge, deps: LaneDeps): void {
  const { request, server, caller } = exchange;
  const { method = 'POST', rawHeaders } = request;
  let body: Body | undefined;
  const passage = new Passage(exchange, deps, {
    onHeaders: (status, headers) => {
      const id = headerOf(headers, SESSION_ID);
      if (id === undefined || status >= 300) return headers;
      const opening = body && openingOf(rawHeaders, body);
      return shownAs(deps.sessions.opened(server, id, caller, opening), headers);
    },
  });
  readBody(request, (received) => {
    body = received;
    passage.start(body, { method, headers: (own) => headersUpstream(rawHeaders, own), body });
  });
}

function inSession(exchange: PassageEdge, session: LaneSession, deps: LaneDeps): void {
  const { request } = exchange;
  const { method = 'POST', rawHeaders } = request;
  const version = request.headers['mcp-protocol-version'];
  if (typeof version === 'string') session.protocolVersion = version;
  let held: Uint8Array | undefined;
  let used = session.id;
  const passage = new Passage(exchange, deps, {
    onHeaders: (status, headers) => {
      if (method === 'DELETE' && status < 300) deps.sessions.ended(session);
      else if (held && status < 300) session.taken(held);
      return shownAs(session, headers);
    },
  });
  let stream: SessionStream | undefined;
  const reopen = async (): Promise<boolean> => {
    const reopened = await session.reopen(used, deps);
    if (reopened === 'reopened') return true;
    if (reopened !== 'over') (stream ?? passage).onTurnedAway(reopened);
    else if (stream) stream.onSessionOver();
    else passage.answer(404, 'The server has ended this session.', 'session-over');
    return false;
  };
  const headers = (own: Readonly<Record<string, string>>): string[] => {
    used = session.upstreamId;
    return headersUpstream(rawHeaders, used === session.id ? own : { ...own, [SESSION_ID]: used });
  };
  const heals = session.canBeReopened && method !== 'DELETE';
  readBody(request, (body) => {
    held = body?.held();
    const toSend: RequestToAdmit = { method, headers, body, ...(heals ? { onUnknownSession: reopen } : {}) };
    // What a caller resumes by itself is the rest of one answer, and ends with it.
    const isListening = heals && method === 'GET' && request.headers['last-event-id'] === undefined;
    if (isListening) stream = new SessionStream({ exchange, passage, session, toSend }, deps);
    const start = (): void => {
      if (stream) stream.start();
      else passage.start(body, toSend);
    };
    if (!session.isReopening) start();
    else passage.waitFor(() => session.whenReopened().then(start));
  });
}

/** The caller goes on with the id that it was given, whatever the server calls the session now. */
function shownAs({ id }: LaneSession, headers: UpstreamHeaders): UpstreamHeaders {
  const theirs = headers[SESSION_ID];
  return theirs === undefined || theirs === id ? headers : { ...headers, [SESSION_ID]: id };
}

/** Without the caller's key. */
function openingOf(rawHeaders: readonly string[], body: Body): Opening | undefined {
  const held = body.held();
  if (!held || held.length > OPENING_BYTES) return undefined;
  return { headers: headersUpstream(rawHeaders, {}), body: Uint8Array.from(held) };
}
