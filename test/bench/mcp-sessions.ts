import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { type AnswerMode, modeOf } from './answer-modes.ts';

/** Makes whatever answers one session: a server of the SDK, connected to this transport. */
export type OpenSession = (transport: Transport, mode: AnswerMode) => Promise<void>;

/** The SDK's own Streamable HTTP server side, one transport a session, and nothing round it that costs. */
export function sessionsOf(open: OpenSession) {
  const transports = new Map<string, StreamableHTTPServerTransport>();
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const sessionId = request.headers['mcp-session-id'];
    if (typeof sessionId === 'string') {
      const known = transports.get(sessionId);
      if (known) await known.handleRequest(request, response);
      else response.writeHead(404).end();
      return;
    }
    const mode = modeOf(request.url);
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      enableJsonResponse: mode === 'json',
      onsessioninitialized: (id) => {
        transports.set(id, transport);
      },
    });
    // The SDK's own class does not fit its own interface under exactOptionalPropertyTypes.
    await open(transport as Transport, mode);
    await transport.handleRequest(request, response);
  };
}

/** Listens on a free port of 127.0.0.1, says on standard output which one, and ends with its parent. */
export function listenAndTell(handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>): void {
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  });
  // Rows wait for their turn: nobody's kept connection is to end meanwhile.
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    process.stdout.write(`${JSON.stringify({ port })}\n`);
  });
  process.stdin.resume().on('end', () => process.exit());
}
