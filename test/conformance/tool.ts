import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';

export interface Listed {
  readonly name: string;
  readonly inputSchema: unknown;
}

/** What both SDKs' clients can do, as far as the suite needs it. */
export interface Tool {
  listTools(): Promise<readonly Listed[]>;
  callTool(name: string, args: Record<string, unknown>): Promise<unknown>;
  /** Reads every resource and gets every prompt. */
  readAll(): Promise<void>;
  close(): Promise<void>;
}

const ME = { name: 'conformance', version: '1.0.0' };

export async function connectTool(url: URL, key: string, revision: string): Promise<Tool> {
  const requestInit = { headers: { authorization: `Bearer ${key}` } };
  return revision < '2026-07-28' ? legacy(url, requestInit) : modern(url, requestInit, revision);
}

async function legacy(url: URL, requestInit: RequestInit): Promise<Tool> {
  const client = new Client(ME, { capabilities: { elicitation: { form: { applyDefaults: true } } } });
  // The SDK fills the defaults in.
  client.setRequestHandler(ElicitRequestSchema, async () => ({ action: 'accept', content: {} }));
  // The SDK's own types do not agree under exactOptionalPropertyTypes.
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit }) as Transport);
  return {
    listTools: async () => (await client.listTools()).tools,
    callTool: (name, args) => client.callTool({ name, arguments: args }),
    readAll: async () => {},
    close: () => client.close(),
  };
}

async function modern(url: URL, requestInit: RequestInit, revision: string): Promise<Tool> {
  const client = new ModernClient(ME, {
    capabilities: { elicitation: { form: {} } },
    versionNegotiation: { mode: { pin: revision } },
  });
  client.setRequestHandler('elicitation/create', async () => ({ action: 'accept', content: { confirmed: true } }));
  await client.connect(new ModernTransport(url, { requestInit }));
  return {
    listTools: async () => (await client.listTools()).tools,
    callTool: (name, args) => client.callTool({ name, arguments: args }),
    readAll: async () => {
      for (const { uri } of (await client.listResources()).resources) await client.readResource({ uri });
      for (const { name } of (await client.listPrompts()).prompts) await client.getPrompt({ name });
    },
    close: () => client.close(),
  };
}
