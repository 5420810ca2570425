import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { type LegacySession, LegacySessions, type Sessions } from './legacy-sessions.ts';
import { text, type Upstream, type Waiting } from './upstream.ts';

/** A small legacy server on `@modelcontextprotocol/sdk`: tools `echo`, `add`, `slow` (with progress), `wait`, `ask`. */
export function sdkUpstream(
  waiting: Waiting,
  Kept: new (create: () => LegacySession) => Sessions = LegacySessions,
): Upstream {
  let extraTools = 0;
  let echoWords = 'Says it again';
  const echoes = new Set<ReturnType<McpServer['registerTool']>>();
  const addExtraTool = (server: McpServer, number: number): void => {
    server.registerTool(`extra-${number}`, { description: 'Came later' }, async () => text(`extra ${number}`));
  };

  const createServer = (): McpServer => {
    const server = new McpServer(
      { name: 'test-sdk-upstream', version: '1.0.0' },
      { capabilities: { tools: { listChanged: true }, logging: {} } },
    );
    const echo = server.registerTool(
      'echo',
      { description: echoWords, inputSchema: { message: z.string() } },
      ({ message }) => text(message),
    );
    echoes.add(echo);
    server.registerTool(
      'add',
      {
        description: 'Adds two numbers',
        inputSchema: { a: z.number(), b: z.number() },
        annotations: { readOnlyHint: true },
      },
      ({ a, b }) => text(String(a + b)),
    );
    server.registerTool(
      'slow',
      { description: 'Tells its progress', inputSchema: { steps: z.number().int(), stepMs: z.number() } },
      async ({ steps, stepMs }, extra) => {
        const progressToken = extra._meta?.progressToken;
        for (let progress = 1; progress <= steps && !extra.signal.aborted; progress += 1) {
          await new Promise((resolve) => setTimeout(resolve, stepMs));
          if (progressToken === undefined) continue;
          const params = { progressToken, progress, total: steps };
          await extra.sendNotification({ method: 'notifications/progress', params });
        }
        return text('done');
      },
    );
    server.registerTool('wait', { description: 'Waits until the test lets it go' }, async (extra) => {
      const progressToken = extra._meta?.progressToken;
      if (progressToken !== undefined) {
        await extra.sendNotification({ method: 'notifications/progress', params: { progressToken, progress: 1 } });
      }
      await waiting.wait(extra.signal);
      return text('waited');
    });
    server.registerTool('ask', { description: 'Asks the person for a name' }, async (extra) => {
      const properties = { name: { type: 'string' as const } };
      const asked = await server.server.elicitInput(
        { message: 'Your name?', requestedSchema: { type: 'object', properties } },
        { relatedRequestId: extra.requestId },
      );
      return text(asked.action === 'accept' ? String(asked.content?.name) : asked.action);
    });
    for (let number = 1; number <= extraTools; number += 1) addExtraTool(server, number);
    return server;
  };

  const sessions = new Kept(() => ({ server: createServer() }));
  return {
    handle: (request, response) => sessions.handle(request, response),
    forgetSessions: () => sessions.forget(),
    changeTools: () => {
      extraTools += 1;
      // Registering a tool on a connected server sends notifications/tools/list_changed.
      for (const server of sessions.servers) addExtraTool(server, extraTools);
    },
    describeEcho: (words) => {
      echoWords = words;
      for (const echo of echoes) echo.update({ description: words });
    },
    close: () => sessions.forget(),
  };
}
