import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { LegacySessions } from './legacy-sessions.ts';
import { text, type Upstream } from './upstream.ts';

const TOOLS = 250;
const PAGE = 100;

/** A legacy server whose 250 tools come in pages. */
export function pagedUpstream(): Upstream {
  const createServer = (): McpServer => {
    const server = new McpServer({ name: 'test-paged-upstream', version: '1.0.0' }, { capabilities: { tools: {} } });
    server.server.setRequestHandler(ListToolsRequestSchema, ({ params }) => {
      const from = Number(params?.cursor ?? '0');
      const tools = Array.from({ length: Math.min(PAGE, TOOLS - from) }, (_, index) => ({
        name: `tool-${from + index + 1}`,
        description: `Is number ${from + index + 1}`,
        inputSchema: { type: 'object' as const },
      }));
      return { tools, ...(from + PAGE < TOOLS ? { nextCursor: String(from + PAGE) } : {}) };
    });
    server.server.setRequestHandler(CallToolRequestSchema, ({ params }) => text(params.name));
    return server;
  };
  const sessions = new LegacySessions(() => ({ server: createServer() }));
  return {
    handle: (request, response) => sessions.handle(request, response),
    forgetSessions: () => sessions.forget(),
    changeTools: () => {},
    describeEcho: () => {},
    close: () => sessions.forget(),
  };
}
