import type { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { UpstreamHttp } from '../ports.ts';
import { createUpstreamFetch } from './upstream-fetch.ts';
import type { UpstreamServer } from './upstream-server.ts';

/**
 * Ends at the server what was opened there when the transport closes, which the SDK leaves to its user. Not waited for:
 * a server need not heed it.
 *
 * @see MCP 2025-11-25, basic/transports, "Session Management"
 */
export function withSessionEnded(
  transport: StreamableHTTPClientTransport,
  server: UpstreamServer,
  upstreamHttp: UpstreamHttp,
): StreamableHTTPClientTransport {
  const close = transport.close.bind(transport);
  transport.close = () => {
    const { sessionId, protocolVersion } = transport;
    if (sessionId !== undefined) {
      const headers = {
        'mcp-session-id': sessionId,
        ...(protocolVersion === undefined ? {} : { 'mcp-protocol-version': protocolVersion }),
      };
      createUpstreamFetch(server, upstreamHttp)(server.url, { method: 'DELETE', headers })
        .then((answer) => answer.body?.cancel())
        .catch(() => {});
    }
    return close();
  };
  return transport;
}
