import { afterEach, describe, expect, test } from 'vitest';
import { closeAll, rpc } from './house-with-upstream.ts';
import { send } from './raw-request.ts';
import { openGuardedHouse, openSignedInHouse } from './signed-in-house.ts';

afterEach(closeAll);

const INITIALIZE = {
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'story', version: '1' } },
};

describe('the bearer token is put in', () => {
  test('T1 the upstream gets its own token, never the caller’s key', async () => {
    const { household, mcp } = await openSignedInHouse();
    mcp.resetCounts();
    const { message } = await household.call('linear', INITIALIZE);
    expect(message.result).toMatchObject({ serverInfo: { name: 'test-sdk-upstream' } });
    expect(mcp.counts).toMatchObject({ requests: 1, admitted: 1 });
    expect(JSON.stringify(mcp.seenHeaders)).not.toContain(household.key);
  });

  test('17 after a 401: one refresh, one replay, and the caller sees nothing of it', async () => {
    const { household, mcp, authorizationServer } = await openSignedInHouse();
    authorizationServer.endAccessTokens();
    mcp.resetCounts();
    const answer = await household.call('linear', INITIALIZE);
    expect(answer.message.result).toBeDefined();
    expect(mcp.counts).toMatchObject({ requests: 2, unauthorized: 1, admitted: 1 });
    expect(authorizationServer.counts.refreshAttempts).toBe(1);
    expect(household.state('linear').kind).toBe('ready');
  });

  test('21 fifty calls that meet a token which the server ended: one refresh, fifty successes', async () => {
    const { household, authorizationServer } = await openSignedInHouse();
    authorizationServer.endAccessTokens();
    const calls = await Promise.all(Array.from({ length: 50 }, () => household.call('linear', INITIALIZE)));
    expect(calls.filter((call) => call.message.result !== undefined)).toHaveLength(50);
    expect(authorizationServer.counts.refreshAttempts).toBe(1);
  });

  test('17 E1 a second 401: the error names the server, the tokens are kept, no challenge reaches the caller', async () => {
    const { household, mcp, authorizationServer, endpoint, headers } = await openSignedInHouse();
    mcp.rejectAllTokens();
    mcp.resetCounts();
    const answer = await send(endpoint, { method: 'POST', headers, body: rpc('tools/list', {}, 4) });
    expect(answer.status).toBe(200);
    expect(answer.headers).not.toHaveProperty('www-authenticate');
    const { id, error } = JSON.parse(answer.body);
    expect(id).toBe(4);
    expect(error.message).toMatch(/^linear: Token rejected\. The server refuses a token that was renewed just now\./);
    expect(error.data).toMatchObject({ server: 'linear', state: 'waiting', reason: 'token-rejected' });
    expect(mcp.counts.requests).toBe(2);
    expect(authorizationServer.counts.refreshAttempts).toBe(1);
    expect([...household.vault.values.values()].join()).toContain('refreshToken');
    mcp.acceptTokens();
    expect((await household.call('linear', INITIALIZE)).message.result).toBeDefined();
    expect(household.state('linear').kind).toBe('ready');
    expect(authorizationServer.counts.authorizations).toBe(1);
  });

  test('17 calls that go on after a second 401 make no storm of refreshes', async () => {
    const { household, mcp, authorizationServer } = await openSignedInHouse();
    mcp.rejectAllTokens();
    for (let call = 0; call < 10; call += 1) await household.call('linear');
    expect(authorizationServer.counts.refreshAttempts).toBeLessThanOrEqual(2);
  });

  test('17 a server that refuses one method for good, while others succeed, is asked twice and costs one refresh', async () => {
    let asked = 0;
    let callMeanwhile: () => Promise<unknown> = async () => {};
    const { household, authorizationServer } = await openSignedInHouse({
      upstreamHttp: (real) => ({
        send(request, handler) {
          if (!request.headers.includes('x-refused')) {
            real.send(request, handler);
            return;
          }
          asked += 1;
          void callMeanwhile().then(() => {
            handler.onHeaders(401, {});
            handler.onEnd();
          });
        },
      }),
    });
    callMeanwhile = () => household.call('linear', INITIALIZE);
    const { message } = await household.call('linear', { headers: { 'x-refused': 'yes' } });
    expect(message.error?.message).toMatch(/^linear: .*refuses a token that was renewed just now/);
    expect([asked, authorizationServer.counts.refreshAttempts]).toEqual([2, 1]);
  });

  test('17 a connection that was refused first does not use up the one refresh', async () => {
    let isFirst = true;
    const { household, authorizationServer } = await openSignedInHouse({
      upstreamHttp: (real) => ({
        send(request, handler) {
          if (!isFirst) {
            real.send(request, handler);
            return;
          }
          isFirst = false;
          queueMicrotask(() => handler.onError({ kind: 'refused', detail: 'ECONNREFUSED' }));
        },
      }),
    });
    authorizationServer.endAccessTokens();
    expect((await household.call('linear', INITIALIZE)).message.result).toBeDefined();
    expect(authorizationServer.counts.refreshes).toBe(1);
  });

  test('a body over 4 MiB streams through with the token, and after a 401 the caller is asked to send it again', async () => {
    const { mcp, authorizationServer, endpoint, headers } = await openSignedInHouse();
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      ...INITIALIZE,
      params: { ...INITIALIZE.params, _meta: { padding: 'x'.repeat(6 * 1024 * 1024) } },
    });
    authorizationServer.endAccessTokens();
    mcp.resetCounts();
    const first = await send(endpoint, { method: 'POST', headers, body });
    expect(first.status).toBe(503);
    expect(JSON.parse(first.body)).toMatchObject({
      id: null,
      error: { message: expect.stringMatching(/send it again/) },
    });
    expect(mcp.counts.unauthorized).toBe(1);
    expect(authorizationServer.counts.refreshes).toBe(1);
    const second = await send(endpoint, { method: 'POST', headers, body });
    // The upstream has the whole of it, and its own opinion on its size.
    expect([second.status, mcp.counts.admitted]).toEqual([413, 1]);
  });

  test('9 S3 insufficient scope: still connected, the caller is told where to allow more', async () => {
    const { household, mcp, origin } = await openSignedInHouse();
    mcp.requireScope('mcp', 'admin');
    const { status, message } = await household.call('linear');
    expect(status).toBe(200);
    expect(message.error?.message).toMatch(
      /^linear: Connected, more access asked\. The server asks for more access: mcp admin\./,
    );
    expect(message.error?.data?.url).toMatch(new RegExp(`^${origin}/oauth/start/`));
    expect(household.state('linear')).toMatchObject({ kind: 'ready', stepUp: { scope: 'mcp admin' } });
    mcp.requireScope();
    expect((await household.call('linear', INITIALIZE)).message.result).toBeDefined();
  });
});

describe('E2 a person is needed', () => {
  test('E2 a request is told the server, the reason and where to click; nothing is sent upstream', async () => {
    const { household, mcp, origin } = await openGuardedHouse();
    mcp.resetCounts();
    const { status, message } = await household.call('linear', { id: 'abc' });
    expect(status).toBe(200);
    const { error } = message;
    const url = String(error?.data?.url);
    expect(url).toMatch(new RegExp(`^${origin}/oauth/start/[\\w-]{20,}$`));
    expect(error?.message).toBe(
      `linear: Sign in needed. Nobody has signed in yet. Sign in at ${url} or run: gatehouse auth login linear`,
    );
    expect(error?.data).toEqual({ server: 'linear', state: 'login-needed', reason: 'login-absent', url });
    expect(mcp.counts.requests).toBe(0);
    expect(household.browser.pages).toEqual([]);
  });

  test('E2 a notification gets 202 and a log line, a GET 405, a large body 503', async () => {
    const { household, endpoint, headers } = await openGuardedHouse();
    const notification = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' });
    expect((await send(endpoint, { method: 'POST', headers, body: notification })).status).toBe(202);
    expect(household.logger.of('request.done').at(-1)?.fields).toMatchObject({
      server: 'linear',
      caller: 'story',
      method: 'notifications/initialized',
      outcome: 'login-absent',
    });
    const get = await send(endpoint, { headers });
    expect([get.status, get.headers.allow]).toEqual([405, 'POST']);
    expect(get.body).toMatch(/^linear: Sign in needed/);
    const large = await send(endpoint, { method: 'POST', headers, body: rpc('x', { text: 'x'.repeat(5_000_000) }) });
    expect(large.status).toBe(503);
    expect(large.body).toContain('linear: Sign in needed');
  });
});
