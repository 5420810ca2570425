import type { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { UpstreamHttp } from '../ports.ts';
import { endSession } from './raw-session.ts';
import type { UpstreamServer } from './upstream-server.ts';

/**
 * Ends at the server what was opened there when the transport closes, which the SDK leaves to its user.
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
    if (sessionId !== undefined) endSession(server, { id: sessionId, protocolVersion }, upstreamHttp);
    return close();
  };
  return transport;
}
