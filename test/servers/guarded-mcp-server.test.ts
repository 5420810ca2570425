import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ElicitRequestSchema, ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, it } from 'vitest';
import { startAuthorizationServer } from './authorization-server.ts';
import { type GuardedMcpServer, type GuardedMcpServerOptions, startGuardedMcpServer } from './guarded-mcp-server.ts';
import { plainClient } from './plain-client.ts';

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function startBoth(options: Omit<GuardedMcpServerOptions, 'authorizationServer'> = {}) {
  const authorizationServer = await startAuthorizationServer();
  const server = await startGuardedMcpServer({ authorizationServer, ...options });
  closing.push(authorizationServer.close, server.close);
  return { authorizationServer, server };
}

async function startWithToken(options: Omit<GuardedMcpServerOptions, 'authorizationServer'> = {}) {
  const { authorizationServer, server } = await startBoth(options);
  const client = await plainClient(authorizationServer.issuer);
  const { accessToken } = await client.login({ resource: server.url });
  return { authorizationServer, server, client, accessToken };
}

async function connect(server: GuardedMcpServer, accessToken: string): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { capabilities: { elicitation: {} } });
  const headers = { authorization: `Bearer ${accessToken}` };
  const transport = new StreamableHTTPClientTransport(new URL(server.url), { requestInit: { headers } });
  await client.connect(transport as Transport);
  closing.push(() => client.close());
  return client;
}

async function connectModern(server: GuardedMcpServer, accessToken: string): Promise<ModernClient> {
  const client = new ModernClient({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  const headers = { authorization: `Bearer ${accessToken}` };
  await client.connect(new ModernTransport(new URL(server.url), { requestInit: { headers } }));
  closing.push(() => client.close());
  return client;
}

const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };

function post(server: GuardedMcpServer, headers: Record<string, string> = {}, message: unknown = ping) {
  return fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: JSON.stringify(message),
  });
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const initialize = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};

describe('the guarded MCP server', () => {
  it('answers 401 with a challenge whose metadata names the authorization server', async () => {
    const { authorizationServer, server } = await startBoth();
    const refused = await post(server);
    expect(refused.status).toBe(401);
    const challenge = refused.headers.get('www-authenticate') ?? '';
    const [, metadataUrl = ''] = /resource_metadata="([^"]+)"/.exec(challenge) ?? [];
    expect(metadataUrl).toBe(`${new URL(server.url).origin}/.well-known/oauth-protected-resource/mcp`);
    expect(await (await fetch(metadataUrl)).json()).toEqual({
      resource: server.url,
      authorization_servers: [authorizationServer.issuer],
      bearer_methods_supported: ['header'],
      scopes_supported: ['mcp'],
    });
    expect(server.counts).toMatchObject({ requests: 1, unauthorized: 1, admitted: 0, metadataRequests: 1 });
  });

  it('D1 lets itself be found by the challenge only, by the well-known place only, or not at all', async () => {
    const { server } = await startBoth();
    const { origin } = new URL(server.url);
    const challenge = async () => (await post(server)).headers.get('www-authenticate');
    const found = async (path: string) => (await fetch(`${origin}${path}`)).status;
    const path = '/.well-known/oauth-protected-resource/mcp';
    server.detectBy('www-authenticate');
    expect(await challenge()).toBe(`Bearer resource_metadata="${origin}/resource-metadata.json"`);
    expect([await found('/resource-metadata.json'), await found(path)]).toEqual([200, 404]);
    server.detectBy('discovery');
    expect(await challenge()).toBe('Bearer');
    expect([await found('/resource-metadata.json'), await found(path)]).toEqual([404, 200]);
    server.metadataAtRoot();
    expect([await found('/.well-known/oauth-protected-resource'), await found(path)]).toEqual([200, 404]);
    server.detectBy('none');
    expect([await challenge(), await found('/.well-known/oauth-protected-resource')]).toEqual(['Bearer', 404]);
  });

  it('admits a token that was issued for it, and no other', async () => {
    const { server, client, accessToken } = await startWithToken();
    expect((await post(server, bearer(accessToken), initialize)).status).toBe(200);
    const foreign = await client.login({ resource: 'http://127.0.0.1:9/mcp' });
    const refused = await post(server, bearer(foreign.accessToken));
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringContaining('error="invalid_token"'),
    ]);
    server.checkAudience(false);
    expect((await post(server, bearer(foreign.accessToken), initialize)).status).toBe(200);
  });

  it('tells how old the tokens were that it refused, and which nobody gave', async () => {
    const { server, accessToken } = await startWithToken();
    server.rejectTokens({ times: 1 });
    await post(server, bearer(accessToken));
    await post(server, bearer('nobody-gave-it'));
    await post(server, {});
    expect(server.refusedAgesMs).toEqual([expect.any(Number), null, null]);
  });

  it('keeps of credentials only hashes', async () => {
    const { server, accessToken } = await startWithToken();
    await post(server, { ...bearer(accessToken), 'x-caller': 'yes' });
    expect(server.seenHeaders).toMatchObject({ authorization: '[redacted]', 'x-caller': 'yes' });
    expect(server.seenAuthorization).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/)]);
    await post(server, bearer(accessToken));
    expect(server.seenAuthorization).toHaveLength(1);
  });

  it('refuses tokens that ended, good tokens if told, and tokens that lack a scope', async () => {
    const { authorizationServer, server, accessToken } = await startWithToken();
    server.rejectTokens({ times: 1 });
    expect((await post(server, bearer(accessToken))).status).toBe(401);
    expect((await post(server, bearer(accessToken), initialize)).status).toBe(200);
    server.rejectAllTokens();
    expect((await post(server, bearer(accessToken))).status).toBe(401);
    server.acceptTokens();
    server.requireScope('mcp', 'admin');
    const refused = await post(server, bearer(accessToken));
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      403,
      expect.stringMatching(/error="insufficient_scope".*scope="mcp admin"/),
    ]);
    server.behave();
    authorizationServer.endAccessTokens();
    expect((await post(server, bearer(accessToken))).status).toBe(401);
    server.challengeWithScope('mcp.read');
    expect((await post(server)).headers.get('www-authenticate')).toContain('scope="mcp.read"');
  });

  it('D7 guards with a static header, without any word of OAuth', async () => {
    const { server } = await startBoth();
    server.admitOnlyHeader('X-Api-Key', 'right');
    const refused = await post(server, { 'x-api-key': 'wrong' });
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, null]);
    expect((await post(server, { 'x-api-key': 'right' }, initialize)).status).toBe(200);
  });

  it('answers as it is told, hangs up, dies and comes back on the same port', async () => {
    const server = await startGuardedMcpServer({ guard: { admits: 'everybody' } });
    closing.push(server.close);
    server.answerWith({ status: 429, times: 1, headers: { 'retry-after': '3' } });
    const busy = await post(server);
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '3']);
    server.hangUpOn();
    await expect(post(server, {}, initialize)).rejects.toThrow();
    expect(server.counts.admitted).toBe(0);
    server.hangUpOn({ when: 'after' });
    await expect(post(server, {}, initialize)).rejects.toThrow();
    expect(server.counts.admitted).toBe(1);
    await server.die();
    await expect(post(server, {}, initialize)).rejects.toThrow();
    await server.revive();
    expect((await post(server, {}, initialize)).status).toBe(200);
  });

  it('changes its metadata', async () => {
    const { server } = await startBoth({ scopesSupported: null });
    server.changeMetadata({ resource: 'https://other.example/mcp' });
    const place = `${new URL(server.url).origin}/.well-known/oauth-protected-resource/mcp`;
    const metadata: unknown = await (await fetch(place)).json();
    expect(metadata).toMatchObject({ resource: 'https://other.example/mcp' });
    expect(metadata).not.toHaveProperty('scopes_supported');
  });
});

describe('the MCP servers behind the guard', () => {
  it('sdk: calls tools, streams progress, asks the caller back, tells of new tools', async () => {
    const { server, accessToken } = await startWithToken();
    const client = await connect(server, accessToken);
    client.setRequestHandler(ElicitRequestSchema, async () => ({
      action: 'accept' as const,
      content: { name: 'Ada' },
    }));
    const changed = new Promise<void>((resolve) => {
      client.setNotificationHandler(ToolListChangedNotificationSchema, () => resolve());
    });
    const sum = await client.callTool({ name: 'add', arguments: { a: 2, b: 3 } });
    expect(sum.content).toEqual([{ type: 'text', text: '5' }]);
    const progress: number[] = [];
    await client.callTool({ name: 'slow', arguments: { steps: 2, stepMs: 5 } }, undefined, {
      onprogress: (event) => void progress.push(event.progress),
    });
    expect(progress).toEqual([1, 2]);
    expect((await client.callTool({ name: 'ask' })).content).toEqual([{ type: 'text', text: 'Ada' }]);
    await server.until(({ openStreams }) => openStreams === 1);
    server.changeTools();
    await changed;
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('extra-1');
    await client.close();
    await server.until(({ openStreams }) => openStreams === 0);
  });

  it.each(['sdk', 'modern'] as const)('%s: streams progress while the call still waits', async (upstream) => {
    const { server, accessToken } = await startWithToken({ upstream });
    let arrived = (): void => {};
    const progressed = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const call = { name: 'wait' };
    const options = { onprogress: () => arrived() };
    const waiting =
      upstream === 'sdk'
        ? (await connect(server, accessToken)).callTool(call, undefined, options)
        : (await connectModern(server, accessToken)).callTool(call, options);
    await Promise.all([progressed, server.someoneWaits()]);
    server.letGo();
    expect((await waiting).content).toEqual([{ type: 'text', text: 'waited' }]);
  });

  it('L1 sdk: answers 404 to sessions that it forgot', async () => {
    const server = await startGuardedMcpServer({ guard: { admits: 'everybody' } });
    closing.push(server.close);
    const session = (await post(server, {}, initialize)).headers.get('mcp-session-id') ?? '';
    expect((await post(server, { 'mcp-session-id': session })).status).toBe(200);
    await server.forgetSessions();
    expect((await post(server, { 'mcp-session-id': session })).status).toBe(404);
  });

  it('modern: serves revision 2026-07-28, and no initialize', async () => {
    const { server, accessToken } = await startWithToken({ upstream: 'modern' });
    expect((await post(server, bearer(accessToken), initialize)).status).toBe(400);
    const client = await connectModern(server, accessToken);
    const progress: number[] = [];
    const slow = { name: 'slow', arguments: { steps: 2, stepMs: 5 } };
    await client.callTool(slow, { onprogress: (event) => void progress.push(event.progress) });
    expect(progress).toEqual([1, 2]);
    expect((await client.callTool({ name: 'echo', arguments: { message: 'hi' } })).content).toEqual([
      { type: 'text', text: 'hi' },
    ]);
    server.changeTools();
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('extra-1');
  });

  it('everything: is the reference server', async () => {
    const { server, accessToken } = await startWithToken({ upstream: 'everything' });
    const client = await connect(server, accessToken);
    const { tools } = await client.listTools();
    expect(tools.length).toBeGreaterThan(8);
    const echo = await client.callTool({ name: 'echo', arguments: { message: 'hi' } });
    expect(echo.content).toEqual([{ type: 'text', text: 'Echo: hi' }]);
  });
});
