import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { listenAndTell, sessionsOf } from './mcp-sessions.ts';

const [issuer = ''] = process.argv.slice(2);

/**
 * The measured MCP server: `/guarded/json` and `/guarded/sse` want a bearer token (any: who checks it costs all rows the
 * same), everything else lets everybody in.
 */
const serveMcp = sessionsOf(async (transport) => {
  const server = new McpServer({ name: 'bench-upstream', version: '1.0.0' });
  server.registerTool(
    'echo',
    { description: 'Says it again', inputSchema: { message: z.string() } },
    async ({ message }) => ({ content: [{ type: 'text', text: message }] }),
  );
  await server.connect(transport);
});

listenAndTell(async (request, response) => {
  const path = request.url ?? '/';
  const origin = `http://${request.headers.host}`;
  const metadata = '/.well-known/oauth-protected-resource';
  if (path.startsWith(metadata)) {
    const resource = `${origin}${path.slice(metadata.length)}`;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ resource, authorization_servers: [issuer], scopes_supported: ['mcp'] }));
  } else if (path.startsWith('/guarded/') && !request.headers.authorization?.startsWith('Bearer ')) {
    response.writeHead(401, { 'www-authenticate': `Bearer resource_metadata="${origin}${metadata}${path}"` });
    response.end();
  } else {
    await serveMcp(request, response);
  }
});
