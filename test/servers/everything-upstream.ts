import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { type LegacySession, LegacySessions, type Sessions } from './legacy-sessions.ts';
import type { Upstream } from './upstream.ts';

interface EverythingModule {
  createServer(): { server: McpServer; cleanup: (sessionId?: string) => void };
}

/**
 * `@modelcontextprotocol/server-everything`, the reference server, in this process: its own start would listen on all
 * interfaces and on a port that must be chosen beforehand.
 */
export async function everythingUpstream(
  Kept: new (create: () => LegacySession) => Sessions = LegacySessions,
): Promise<Upstream> {
  const path = '@modelcontextprotocol/server-everything/dist/server/index.js';
  const { createServer }: EverythingModule = await import(path);
  const sessions = new Kept(() => {
    const { server, cleanup } = createServer();
    return { server, ended: cleanup };
  });
  return {
    handle: (request, response) => sessions.handle(request, response),
    forgetSessions: () => sessions.forget(),
    changeTools: () => {
      for (const server of sessions.servers) server.sendToolListChanged();
    },
    describeEcho: () => {},
    updateResource: (uri) => {
      for (const { server } of sessions.servers) void server.sendResourceUpdated({ uri });
    },
    close: () => sessions.forget(),
  };
}
