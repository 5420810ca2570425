import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema, ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, test } from 'vitest';
import { closeAll } from '../endpoint/house-with-upstream.ts';
import { type GuardedHouse, openGuardedHouse, openSignedInHouse } from '../endpoint/signed-in-house.ts';

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const client of open.splice(0)) await client.close();
  await closeAll();
});

const ME = { name: 'caller', version: '1.0.0' };

function requestInit({ household }: GuardedHouse, key = household.key) {
  return { headers: { authorization: `Bearer ${key}` } };
}

async function legacy(house: GuardedHouse, capabilities = {}): Promise<Client> {
  const client = new Client(ME, { capabilities });
  open.push(client);
  const transport = new StreamableHTTPClientTransport(new URL(house.endpoint), { requestInit: requestInit(house) });
  // The SDK's own types do not agree under exactOptionalPropertyTypes.
  await client.connect(transport as Parameters<Client['connect']>[0]);
  return client;
}

async function modern(house: GuardedHouse, mode: 'auto' | 'legacy'): Promise<ModernClient> {
  const client = new ModernClient(ME, { versionNegotiation: { mode } });
  open.push(client);
  await client.connect(new ModernTransport(new URL(house.endpoint), { requestInit: requestInit(house) }));
  return client;
}

describe('@modelcontextprotocol/sdk 1.x through the lane', () => {
  test.each(['sdk', 'everything'] as const)('lists and calls the tools of the %s server', async (upstream) => {
    const house = await openSignedInHouse({ guard: { upstream } });
    const client = await legacy(house);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('echo');
    const answer = await client.callTool({ name: 'echo', arguments: { message: 'hello' } });
    expect(JSON.stringify(answer.content)).toContain('hello');
  });

  test('L3 hears the progress of a slow tool while it runs', async () => {
    const house = await openSignedInHouse();
    const client = await legacy(house);
    const seen: number[] = [];
    await client.callTool({ name: 'slow', arguments: { steps: 3, stepMs: 5 } }, undefined, {
      onprogress: ({ progress }) => seen.push(progress),
    });
    expect(seen).toHaveLength(3);
  });

  test('L3 hears of changed tools on its GET stream, and answers what the server asks', async () => {
    const house = await openSignedInHouse();
    const client = await legacy(house, { elicitation: {} });
    const changed = new Promise((resolve) => {
      client.setNotificationHandler(ToolListChangedNotificationSchema, resolve);
    });
    client.setRequestHandler(ElicitRequestSchema, async () => ({ action: 'accept', content: { answer: 'blue' } }));
    await house.mcp.until(() => house.mcp.counts.openStreams > 0);
    house.mcp.changeTools();
    await changed;
    const { tools } = await client.listTools();
    const ask = tools.find(({ name }) => name === 'ask');
    expect(ask).toBeDefined();
    const answer = await client.callTool({ name: 'ask', arguments: { question: 'Which colour?' } });
    expect(answer.isError ?? false).toBe(false);
  });

  test('L1 ends its session with a DELETE that reaches the server', async () => {
    const house = await openSignedInHouse();
    const client = new Client(ME);
    const transport = new StreamableHTTPClientTransport(new URL(house.endpoint), { requestInit: requestInit(house) });
    await client.connect(transport as Parameters<Client['connect']>[0]);
    const session = transport.sessionId ?? '';
    await transport.terminateSession();
    const after = await house.household.call('linear', { headers: { 'mcp-session-id': session } });
    expect(after.status).toBe(404);
    await client.close();
  });
});

describe('@modelcontextprotocol/client 2.x through the lane', () => {
  test.each([
    ['sdk', 'legacy'],
    ['sdk', 'auto'],
    ['modern', 'auto'],
    ['everything', 'auto'],
  ] as const)('lists and calls the tools of the %s server, negotiation %s', async (upstream, mode) => {
    const house = await openSignedInHouse({ guard: { upstream } });
    const client = await modern(house, mode);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('echo');
    const answer = await client.callTool({ name: 'echo', arguments: { message: 'hello' } });
    expect(JSON.stringify(answer.content)).toContain('hello');
  });
});

/** An auth provider as an OAuth client has one; it notes every wish to begin. */
function watchfulProvider() {
  const wishes: string[] = [];
  return {
    wishes,
    provider: {
      redirectUrl: 'http://127.0.0.1:1/callback',
      clientMetadata: { redirect_uris: ['http://127.0.0.1:1/callback'], client_name: 'watchful' },
      clientInformation: () => {
        wishes.push('client information');
        return undefined;
      },
      saveClientInformation: () => void wishes.push('registered'),
      tokens: () => undefined,
      saveTokens: () => void wishes.push('tokens'),
      redirectToAuthorization: () => void wishes.push('redirect'),
      saveCodeVerifier: () => void wishes.push('verifier'),
      codeVerifier: () => 'verifier',
    },
  };
}

describe('E1 a wrong key starts OAuth in nobody', () => {
  test('E1 the 1.x client with an auth provider shows our sentence and asks for nothing', async () => {
    const house = await openSignedInHouse();
    const { wishes, provider } = watchfulProvider();
    const client = new Client(ME);
    const transport = new StreamableHTTPClientTransport(new URL(house.endpoint), {
      requestInit: requestInit(house, 'gate_wrong'),
      authProvider: provider,
    });
    await expect(client.connect(transport as Parameters<Client['connect']>[0])).rejects.toThrow(/caller key/);
    expect(wishes).toEqual([]);
  });

  test('E1 the 2.x client with an auth provider asks for nothing', async () => {
    const house = await openSignedInHouse();
    const { wishes, provider } = watchfulProvider();
    const client = new ModernClient(ME, { versionNegotiation: { mode: 'auto' } });
    const transport = new ModernTransport(new URL(house.endpoint), {
      requestInit: requestInit(house, 'gate_wrong'),
      authProvider: provider,
    });
    await expect(client.connect(transport)).rejects.toThrow();
    expect(wishes).toEqual([]);
  });
});

describe('E2 a person is needed', () => {
  test('E2 both clients show which server, why and where to click, and nothing hangs', async () => {
    const house = await openGuardedHouse();
    const said = /linear: Sign in needed\..*http:\/\/127\.0\.0\.1:\d+\/oauth\/start\//;
    await expect(legacy(house)).rejects.toThrow(said);
    await expect(modern(house, 'auto')).rejects.toThrow(said);
    expect(house.household.browser.pages).toEqual([]);
  });
});
