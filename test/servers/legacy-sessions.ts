import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { type EventStore, StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';

export interface LegacySession {
  server: McpServer;
  /** Called when the session has ended. */
  ended?: (sessionId: string | undefined) => void;
}

export interface Sessions {
  readonly servers: ReadonlySet<McpServer>;
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Unknown from now on; their streams end. */
  forget(): Promise<void>;
}

/** Streams can be resumed with `Last-Event-ID` as long as the session lives. */
function eventStore(): EventStore {
  const events: { id: string; streamId: string; message: JSONRPCMessage }[] = [];
  return {
    storeEvent: async (streamId, message) => {
      const id = `${events.length}`;
      events.push({ id, streamId, message });
      return id;
    },
    getStreamIdForEventId: async (eventId) => events[Number(eventId)]?.streamId,
    replayEventsAfter: async (lastEventId, { send }) => {
      const last = events[Number(lastEventId)];
      if (last === undefined) throw new Error(`No event ${lastEventId}`);
      const missed = events.filter(({ id, streamId }) => streamId === last.streamId && Number(id) > Number(last.id));
      for (const { id, message } of missed) await send(id, message);
      return last.streamId;
    },
  };
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ jsonrpc: '2.0', error: { code: -32000, message }, id: null }));
}

/** Sessions of a legacy Streamable HTTP server: each has a server of its own. An unknown one gets 404 (L1). */
export class LegacySessions implements Sessions {
  readonly #create: () => LegacySession;
  readonly #transports = new Map<string, StreamableHTTPServerTransport>();
  readonly #servers = new Set<McpServer>();

  constructor(create: () => LegacySession) {
    this.#create = create;
  }

  get servers(): ReadonlySet<McpServer> {
    return this.#servers;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sessionId = request.headers['mcp-session-id'];
    if (typeof sessionId === 'string') {
      const known = this.#transports.get(sessionId);
      if (known === undefined) refuse(response, 404, 'Session not found');
      else await known.handleRequest(request, response);
      return;
    }
    if (request.method !== 'POST') {
      refuse(response, 400, 'Bad Request: Mcp-Session-Id header is required');
      return;
    }
    await (await this.#open()).handleRequest(request, response);
  }

  async #open(): Promise<StreamableHTTPServerTransport> {
    const { server, ended } = this.#create();
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      eventStore: eventStore(),
      onsessioninitialized: (sessionId) => {
        this.#transports.set(sessionId, transport);
        this.#servers.add(server);
      },
    });
    server.server.onclose = () => {
      this.#servers.delete(server);
      if (transport.sessionId !== undefined) this.#transports.delete(transport.sessionId);
      ended?.(transport.sessionId);
    };
    // The SDK's own class does not fit its own interface under exactOptionalPropertyTypes.
    await server.connect(transport as Transport);
    return transport;
  }

  async forget(): Promise<void> {
    // Each takes itself off the list when it closes.
    await Promise.all([...this.#transports.values()].map((transport) => transport.close()));
  }
}
