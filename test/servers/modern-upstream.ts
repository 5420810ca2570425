import { acceptedContent, createMcpHandler, inputRequired, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { text, type Upstream, type Waiting } from './upstream.ts';
import { sendWebResponse, toWebRequest } from './web-request.ts';

/** A small server of revision 2026-07-28 on `@modelcontextprotocol/server`. It knows no initialize and no session. */
export function modernUpstream(waiting: Waiting): Upstream {
  let extraTools = 0;
  let echoWords = 'Says it again';
  const createServer = (): McpServer => {
    const server = new McpServer(
      { name: 'test-modern-upstream', version: '1.0.0' },
      { capabilities: { tools: { listChanged: true } } },
    );
    server.registerTool(
      'echo',
      { description: echoWords, inputSchema: z.object({ message: z.string() }) },
      ({ message }) => text(message),
    );
    server.registerTool(
      'add',
      {
        description: 'Adds two numbers',
        inputSchema: z.object({ a: z.number(), b: z.number() }),
        annotations: { readOnlyHint: true },
      },
      ({ a, b }) => text(String(a + b)),
    );
    server.registerTool(
      'slow',
      { description: 'Tells its progress', inputSchema: z.object({ steps: z.number().int(), stepMs: z.number() }) },
      async ({ steps, stepMs }, { mcpReq }) => {
        const progressToken = mcpReq._meta?.progressToken;
        for (let progress = 1; progress <= steps && !mcpReq.signal.aborted; progress += 1) {
          await new Promise((resolve) => setTimeout(resolve, stepMs));
          if (progressToken === undefined) continue;
          await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: steps } });
        }
        return text('done');
      },
    );
    server.registerTool(
      'route',
      {
        description: 'Says where it went',
        inputSchema: z.object({ region: z.string().meta({ 'x-mcp-header': 'Region' }) }),
      },
      ({ region }) => text(region),
    );
    server.registerTool('wait', { description: 'Waits until the test lets it go' }, async ({ mcpReq }) => {
      const progressToken = mcpReq._meta?.progressToken;
      if (progressToken !== undefined) {
        await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress: 1 } });
      }
      await waiting.wait(mcpReq.signal);
      return text('waited');
    });
    server.registerTool('ask', { description: 'Asks the person for a name' }, async ({ mcpReq }) => {
      const answered = acceptedContent<{ name: string }>(mcpReq.inputResponses, 'name');
      if (answered) return text(answered.name);
      const requestedSchema = { type: 'object' as const, properties: { name: { type: 'string' as const } } };
      return inputRequired({
        inputRequests: { name: inputRequired.elicit({ message: 'Your name?', requestedSchema }) },
        requestState: 'asked for the name',
      });
    });
    for (let number = 1; number <= extraTools; number += 1) {
      server.registerTool(`extra-${number}`, { description: 'Came later' }, async () => text(`extra ${number}`));
    }
    return server;
  };
  const handler = createMcpHandler(createServer, { legacy: 'reject' });
  return {
    handle: async (request, response) => {
      await sendWebResponse(await handler.fetch(toWebRequest(request, response)), response);
    },
    forgetSessions: async () => {},
    changeTools: () => {
      extraTools += 1;
      handler.notify.toolsChanged();
    },
    describeEcho: (words) => {
      echoWords = words;
      handler.notify.toolsChanged();
    },
    close: () => handler.close(),
  };
}
