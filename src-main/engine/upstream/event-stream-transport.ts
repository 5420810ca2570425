import type { Transport } from '@modelcontextprotocol/client';
import type { UpstreamHttp } from '../ports.ts';
import { createUpstreamFetch } from './upstream-fetch.ts';
import type { UpstreamServer } from './upstream-server.ts';

/**
 * HTTP+SSE with the server's credential: one stream from the server, POSTs to the address that the stream names.
 *
 * @see MCP 2024-11-05, basic/transports, "HTTP with SSE"
 */
export async function createEventStreamTransport(
  server: UpstreamServer,
  http: UpstreamHttp,
  onTooLong: () => void,
): Promise<Transport> {
  const { SSEClientTransport, SseError } = await import('@modelcontextprotocol/client');
  const send = createUpstreamFetch(server, http, onTooLong);
  let turnedAway: unknown;
  const transport = new SSEClientTransport(server.url, {
    fetch: (url, init) =>
      send(url, init).catch((error: unknown) => {
        turnedAway = error;
        throw error;
      }),
  });
  // The stream is the session: opened again by itself it would be another one, which nobody initialized.
  transport.onerror = (error) => {
    if (error instanceof SseError) void transport.close();
  };
  const start = transport.start.bind(transport);
  // The event source keeps only the words of why there is no stream.
  transport.start = () =>
    start().catch((error: unknown) => {
      throw turnedAway ?? error;
    });
  return transport;
}
