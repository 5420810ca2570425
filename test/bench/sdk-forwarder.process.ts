import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  CallToolRequestSchema,
  CallToolResultSchema,
  ListToolsRequestSchema,
  ListToolsResultSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { listenAndTell, sessionsOf } from './mcp-sessions.ts';

const [upstream = ''] = process.argv.slice(2);

/** What most proxies of this field are: the SDK's server in front, its client behind, each message parsed on the way. */
listenAndTell(
  sessionsOf(async (transport, mode) => {
    const client = new Client({ name: 'sdk-forwarder', version: '1.0.0' });
    const toUpstream = new StreamableHTTPClientTransport(new URL(`${upstream}/guarded/${mode}`), {
      requestInit: { headers: { authorization: 'Bearer of-the-forwarder' } },
    });
    await client.connect(toUpstream as Transport);
    const server = new Server({ name: 'sdk-forwarder', version: '1.0.0' }, { capabilities: { tools: {} } });
    server.setRequestHandler(ListToolsRequestSchema, (request) => client.request(request, ListToolsResultSchema));
    server.setRequestHandler(CallToolRequestSchema, (request) => client.request(request, CallToolResultSchema));
    await server.connect(transport);
  }),
);
