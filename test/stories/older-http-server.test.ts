import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterEach, describe, expect, test } from 'vitest';
import { signIn } from '../servers/sign-in.ts';
import type { Household } from './household.ts';
import { closeEverything, editConfig, openOneServer, openSignedIn, timeGoesBy } from './one-server.ts';

const callers: Client[] = [];

afterEach(async () => {
  for (const caller of callers.splice(0)) await caller.close();
  await closeEverything();
});

const OLDER = { upstream: 'sdk-sse', entry: { type: 'sse' } } as const;

/** A caller that speaks Streamable HTTP, at the server's own address. */
async function caller(household: Household): Promise<Client> {
  const client = new Client({ name: 'caller', version: '1.0.0' });
  callers.push(client);
  const transport = new StreamableHTTPClientTransport(new URL(household.view('linear').endpoint), {
    requestInit: { headers: { authorization: `Bearer ${household.key}` } },
  });
  await client.connect(transport as Parameters<Client['connect']>[0]);
  return client;
}

async function echo(client: Client, message: string): Promise<unknown> {
  return (await client.callTool({ name: 'echo', arguments: { message } })).content;
}

const heard = (text: string) => [{ type: 'text', text }];

describe('L4 a server that speaks HTTP+SSE (2024-11-05)', () => {
  test('L4 is signed in to and called at its own address, under its own names, by a caller of Streamable HTTP', async () => {
    const { mcp, household } = await openSignedIn(3600, OLDER);
    expect(household.state('linear').kind).toBe('ready');
    const client = await caller(household);
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('echo');
    expect(await echo(client, 'hello')).toEqual(heard('hello'));
    expect(mcp.counts.unauthorized).toBe(0);
  });

  test('L4 is looked at without leaving a stream open', async () => {
    const { mcp, household } = await openSignedIn(3600, OLDER);
    await household.engine.reconnect('linear');
    expect(household.state('linear').kind).toBe('ready');
    await mcp.until(({ openStreams }) => openStreams === 0);
  });

  test('L4 without its type it is found out, once it lets us in', async () => {
    const { household } = await openSignedIn(3600, { upstream: 'sdk-sse' });
    await household.engine.reconnect('linear');
    expect(await echo(await caller(household), 'found')).toEqual(heard('found'));
  });

  test('L4 its stream breaks off: the next call opens another session', async () => {
    const { mcp, household } = await openSignedIn(3600, OLDER);
    const client = await caller(household);
    expect(await echo(client, 'before')).toEqual(heard('before'));
    await mcp.forgetSessions();
    await mcp.until(({ openStreams }) => openStreams === 0);
    await expect.poll(() => echo(client, 'after').catch(String), { timeout: 8000 }).toEqual(heard('after'));
  });

  test('L4 an address that has no such stream is told', async () => {
    const { mcp, household } = await openSignedIn(3600, OLDER);
    mcp.answerWith({ status: 404 });
    await household.engine.reconnect('linear');
    expect(household.state('linear')).toMatchObject({ kind: 'waiting', problem: { code: 'bad-answer', status: 404 } });
  });

  test('E2 a call before the sign-in is told where to sign in, also when nobody knows its tools yet', async () => {
    const { household } = await openOneServer(OLDER);
    const client = await caller(household);
    const told = /^MCP error -31717: linear: Sign in needed\..*\/oauth\/start\//;
    await expect(client.listTools()).rejects.toThrow(told);
    await expect(echo(client, 'x')).rejects.toThrow(told);
    await household.signInTo('linear');
    expect(await echo(client, 'now')).toEqual(heard('now'));
  });

  test('O1 a fresh process renews an expired token before it opens the stream', async () => {
    const { authorizationServer, mcp, household } = await openSignedIn(30, OLDER);
    await household.engine.stop();
    await household.clock.advance('2 h');
    mcp.resetCounts();
    await household.restart();
    await household.reached('linear', 'ready');
    expect(authorizationServer.counts).toMatchObject({ refreshes: 1, refreshAttempts: 1, authorizations: 0 });
    expect(mcp.counts.unauthorized).toBe(0);
    expect(household.browser.pages).toEqual([]);
  });

  test('O1 a token that the server refuses in the middle is renewed once, and the call goes on', async () => {
    const { authorizationServer, mcp, household } = await openSignedIn(3600, OLDER);
    const client = await caller(household);
    await echo(client, 'before');
    mcp.rejectTokens({ times: 1 });
    expect(await echo(client, 'after')).toEqual(heard('after'));
    expect(authorizationServer.counts).toMatchObject({ refreshes: 1, authorizations: 0 });
  });

  test('O1 a reconnect after the expiry renews in the running program', async () => {
    const { authorizationServer, household } = await openSignedIn(30, OLDER);
    authorizationServer.failTokenEndpoint({ status: 503, times: 1, retryAfterS: 3600 });
    await timeGoesBy(household, {
      stepMs: 5000,
      until: () => household.state('linear').kind === 'waiting',
      what: 'expiry',
    });
    const reconnected = await household.engine.reconnect('linear');
    expect(reconnected).toMatchObject({ ok: true, value: { state: { kind: 'ready', token: { kind: 'fresh' } } } });
    expect(authorizationServer.counts).toMatchObject({ refreshes: 1, authorizations: 0 });
  });

  test('O2 fifty reconnects at once start one flow under when-needed, and end with its success', async () => {
    const { authorizationServer, household } = await openOneServer({
      ...OLDER,
      settings: { openBrowser: 'when-needed' },
    });
    household.browser.onPage((url) => signIn(url));
    const results = await Promise.all(Array.from({ length: 50 }, () => household.engine.reconnect('linear')));
    for (const result of results) expect(result).toMatchObject({ ok: true, value: { state: { kind: 'ready' } } });
    expect(authorizationServer.counts).toMatchObject({ registrations: 1, authorizations: 1, codeExchanges: 1 });
    expect(household.browser.pages).toHaveLength(1);
    await household.browser.settled();
  });

  test('T1 a stream that names another origin for its messages is not followed there', async () => {
    const { household, mcp } = await openSignedIn(3600, OLDER);
    const client = await caller(household);
    const body = 'event: endpoint\ndata: https://elsewhere.example/messages\n\n';
    mcp.answerWith({ status: 200, headers: { 'content-type': 'text/event-stream' }, body });
    await expect(echo(client, 'x')).rejects.toThrow(/origin/);
    expect(household.state('linear').kind).toBe('ready');
  });

  test('L4 is switched off and on again: callers go on at the same address', async () => {
    const { mcp, household } = await openSignedIn(3600, OLDER);
    expect(await echo(await caller(household), 'one')).toEqual(heard('one'));
    await editConfig(household, { linear: { url: mcp.url, type: 'sse', enabled: false } });
    await household.reached('linear', 'disabled');
    await editConfig(household, { linear: { url: mcp.url, type: 'sse' } });
    await household.reached('linear', 'ready');
    expect(await echo(await caller(household), 'two')).toEqual(heard('two'));
  });
});
