import type { IncomingMessage, ServerResponse } from 'node:http';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import type { LegacySession, Sessions } from './legacy-sessions.ts';

/** Sessions of a server of HTTP+SSE (2024-11-05): a GET opens one, and its first event says where messages are posted. */
export class EventStreamSessions implements Sessions {
  readonly #create: () => LegacySession;
  readonly #open = new Map<string, { readonly transport: SSEServerTransport; readonly session: LegacySession }>();

  constructor(create: () => LegacySession) {
    this.#create = create;
  }

  get servers(): ReadonlySet<LegacySession['server']> {
    return new Set([...this.#open.values()].map(({ session }) => session.server));
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (request.method === 'GET') {
      const transport = new SSEServerTransport(pathname, response);
      const session = this.#create();
      this.#open.set(transport.sessionId, { transport, session });
      session.server.server.onclose = () => {
        this.#open.delete(transport.sessionId);
        session.ended?.(transport.sessionId);
      };
      await session.server.connect(transport);
      return;
    }
    const sessionId = searchParams.get('sessionId');
    const open = this.#open.get(sessionId ?? '');
    if (open) await open.transport.handlePostMessage(request, response);
    else response.writeHead(sessionId === null ? 405 : 404).end();
  }

  async forget(): Promise<void> {
    await Promise.all([...this.#open.values()].map(({ transport }) => transport.close()));
  }
}
