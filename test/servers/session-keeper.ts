import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RecordingUpstream } from '../endpoint/recording-upstream.ts';

export interface SessionKeeper {
  /** The ids that were given, in order. */
  readonly given: readonly string[];
  /** Those that nobody has ended yet. */
  readonly open: ReadonlySet<string>;
  /** GET streams that are open, the latest last. */
  readonly streams: readonly ServerResponse[];
  /** Every session is unknown from now on, as after a restart; streams break off where they are not left open. */
  forget(streams?: 'left open'): void;
  /** The revision that is agreed to; what the caller asked for where left out. */
  agreeTo(protocolVersion: string | undefined): void;
  /** The next session gets this id. */
  giveNext(id: string): void;
  /** 404, the default, or what the SDKs' examples answer to an unknown session. */
  refuseWith(status: 400 | 404): void;
}

/** What it offers, for callers of `/mcp`. */
const OFFERS: Readonly<Record<string, unknown>> = {
  'tools/list': { tools: [{ name: 'x', inputSchema: { type: 'object' } }] },
  'resources/list': { resources: [{ name: 'kept', uri: 'file:///kept' }] },
  'resources/templates/list': { resourceTemplates: [] },
  'tools/call': { content: [{ type: 'text', text: 'called' }] },
};

const CAPABILITIES = { tools: {}, resources: { subscribe: true }, logging: {} };

const NO_SESSION = {
  jsonrpc: '2.0',
  error: { code: -32000, message: 'Bad Request: No valid session ID provided' },
  id: null,
};

/** Lets a recording upstream keep sessions in the way of revisions 2025-03-26 to 2025-11-25. */
export function keepSessions(upstream: RecordingUpstream): SessionKeeper {
  const given: string[] = [];
  const known = new Set<string>();
  const streams: ServerResponse[] = [];
  let version: string | undefined;
  let next: string | undefined;
  let refusal: 400 | 404 = 404;

  const initialize = (message: Message, response: ServerResponse): void => {
    const id = next ?? randomUUID();
    next = undefined;
    given.push(id);
    known.add(id);
    const protocolVersion = version ?? message.params?.protocolVersion;
    const result = { protocolVersion, capabilities: CAPABILITIES, serverInfo: { name: 'keeper', version: '1' } };
    answerWith(response, message.id, result, { 'mcp-session-id': id });
  };
  const handle = (request: IncomingMessage, response: ServerResponse, body: Buffer): void => {
    const id = request.headers['mcp-session-id'];
    const message = body.length > 0 ? (JSON.parse(body.toString()) as Message) : {};
    if (message.method === 'initialize') initialize(message, response);
    else if (typeof id !== 'string' || !known.has(id)) {
      response.writeHead(refusal, { 'content-type': 'application/json' }).end(JSON.stringify(NO_SESSION));
    } else if (request.method === 'DELETE') {
      known.delete(id);
      response.writeHead(200).end();
    } else if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'mcp-session-id': id }).flushHeaders();
      streams.push(response);
      response.on('close', () => streams.splice(streams.indexOf(response), 1));
    } else if (message.id === undefined) response.writeHead(202, { 'mcp-session-id': id }).end();
    else answerWith(response, message.id, OFFERS[message.method ?? ''] ?? {}, { 'mcp-session-id': id });
  };
  upstream.answer(handle);
  return {
    given,
    open: known,
    streams,
    forget(left) {
      known.clear();
      if (left === undefined) for (const stream of [...streams]) stream.destroy();
    },
    agreeTo(protocolVersion) {
      version = protocolVersion;
    },
    giveNext(id) {
      next = id;
    },
    refuseWith(status) {
      refusal = status;
    },
  };
}

interface Message {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: { readonly protocolVersion?: string };
}

function answerWith(response: ServerResponse, id: unknown, result: unknown, headers: Record<string, string>): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
}
