import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RecordingUpstream } from '../endpoint/recording-upstream.ts';

export interface SessionKeeper {
  /** The ids that were given, in order. */
  readonly given: readonly string[];
  /** GET streams that are open, the latest last. */
  readonly streams: readonly ServerResponse[];
  /** Every session is unknown from now on, as after a restart; streams break off where they are not left open. */
  forget(streams?: 'left open'): void;
  /** The revision that is agreed to; what the caller asked for where left out. */
  agreeTo(protocolVersion: string | undefined): void;
  /** The next session gets this id. */
  giveNext(id: string): void;
}

/** Lets a recording upstream keep sessions in the way of revisions 2025-03-26 to 2025-11-25. */
export function keepSessions(upstream: RecordingUpstream): SessionKeeper {
  const given: string[] = [];
  const known = new Set<string>();
  const streams: ServerResponse[] = [];
  let version: string | undefined;
  let next: string | undefined;

  const initialize = (message: Message, response: ServerResponse): void => {
    const id = next ?? randomUUID();
    next = undefined;
    given.push(id);
    known.add(id);
    const protocolVersion = version ?? message.params?.protocolVersion;
    const result = { protocolVersion, capabilities: {}, serverInfo: { name: 'keeper', version: '1' } };
    answerWith(response, message.id, result, { 'mcp-session-id': id });
  };
  const handle = (request: IncomingMessage, response: ServerResponse, body: Buffer): void => {
    const id = request.headers['mcp-session-id'];
    const message = body.length > 0 ? (JSON.parse(body.toString()) as Message) : {};
    if (message.method === 'initialize') initialize(message, response);
    else if (typeof id !== 'string' || !known.has(id)) response.writeHead(404).end();
    else if (request.method === 'DELETE') {
      known.delete(id);
      response.writeHead(200).end();
    } else if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'mcp-session-id': id }).flushHeaders();
      streams.push(response);
      response.on('close', () => streams.splice(streams.indexOf(response), 1));
    } else if (message.id === undefined) response.writeHead(202, { 'mcp-session-id': id }).end();
    else answerWith(response, message.id, { of: message.method }, { 'mcp-session-id': id });
  };
  upstream.answer(handle);
  return {
    given,
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
