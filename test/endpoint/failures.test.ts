import { Agent, request as httpRequest } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import type { UpstreamHttp } from '../../src-main/engine/ports.ts';
import { startGuardedMcpServer } from '../servers/guarded-mcp-server.ts';
import { openHousehold } from '../stories/household.ts';
import { closeAll, closeLater, openHouse, rpc } from './house-with-upstream.ts';
import { begin, send } from './raw-request.ts';
import { answerJson, startRecordingUpstream } from './recording-upstream.ts';

afterEach(closeAll);

const NOT_NOW = -31717;

/** The first requests find nobody listening. */
function refusing(times: number) {
  let left = times;
  return (real: UpstreamHttp): UpstreamHttp => ({
    send(request, handler) {
      if (left === 0) {
        real.send(request, handler);
        return;
      }
      left -= 1;
      queueMicrotask(() => handler.onError({ kind: 'refused', detail: 'ECONNREFUSED' }));
    },
  });
}

describe('an upstream out of reach', () => {
  test('a refused connection is tried once more, and the caller sees nothing of it', async () => {
    const { household, upstream } = await openHouse({ upstreamHttp: refusing(1) });
    const answer = await household.call('notes');
    expect(answer.message.result).toEqual({});
    expect(upstream.arrived).toHaveLength(1);
    expect(household.state('notes').kind).toBe('ready');
  });

  test('34 E2 a dead upstream: the caller is told at once, the row says Offline, and it comes back by itself', async () => {
    const { household, upstream } = await openHouse();
    await upstream.die();
    const { status, message } = await household.call('notes', { id: 'seven' });
    expect(status).toBe(200);
    expect(message).toMatchObject({ id: 'seven' });
    expect(message.error?.code).toBe(NOT_NOW);
    expect(message.error?.message).toMatch(/^notes: Offline\. 127\.0\.0\.1:\d+ is out of reach \(ECONNREFUSED\)\./);
    expect(message.error?.message).toMatch(/Trying again at \d\d:\d\d/);
    expect(message.error?.data).toMatchObject({
      server: 'notes',
      state: 'waiting',
      reason: 'network-unreachable',
      retryAt: expect.any(Number),
    });
    expect(household.state('notes')).toMatchObject({ kind: 'waiting', problem: { code: 'network-unreachable' } });
    await upstream.revive();
    await household.clock.advance('3 s');
    await household.reached('notes', 'ready');
  });

  test('34 a call that gets through ends the outage before the next look', async () => {
    const { household, upstream } = await openHouse();
    await upstream.die();
    await household.call('notes');
    await upstream.revive();
    expect((await household.call('notes')).message.result).toEqual({});
    expect(household.state('notes').kind).toBe('ready');
  });

  test('a lost answer is never asked for again: the caller is told that the call may have run', async () => {
    const { household, upstream } = await openHouse();
    upstream.answer((request) => request.socket.destroy());
    const { status, message } = await household.call('notes', { method: 'tools/call', id: 5 });
    expect(upstream.arrived).toHaveLength(1);
    expect(status).toBe(200);
    expect(message).toMatchObject({ id: 5 });
    expect(message.error?.message).toMatch(/^notes: .*may have run; it was not sent a second time/);
  });

  test('34 a captive portal’s page is not an answer', async () => {
    const { household, upstream } = await openHouse();
    upstream.answer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<h1>Welcome to the hotel</h1>');
    });
    const { status, body, message } = await household.call('notes', { id: 9 });
    expect(status).toBe(200);
    expect(message).toMatchObject({ id: 9, error: { code: NOT_NOW } });
    expect(message.error?.message).toMatch(/^notes: Trying again\. .*a web page, not an MCP answer/);
    expect(body).not.toContain('hotel');
    expect(household.state('notes').kind).toBe('waiting');
    upstream.answer((_request, response) => answerJson(response));
    await household.call('notes');
    expect(household.state('notes').kind).toBe('ready');
  });

  test.each([
    ['a notification', 'POST', 202, 'Accepted'],
    ['a notification', 'POST', 202, ''],
    ['the end of a session', 'DELETE', 200, ''],
  ])('34 what a web framework says in HTML to %s (%s, %i "%s") is no web page', async (_what, method, status, text) => {
    const { household, upstream, endpoint, headers } = await openHouse();
    upstream.answer((_request, response) => {
      const length = { 'content-length': Buffer.byteLength(text) };
      response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', ...length }).end(text);
    });
    const body = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' });
    const answer = await send(endpoint, { method, headers, ...(method === 'POST' ? { body } : {}) });
    expect(answer.status).toBe(status);
    expect(household.state('notes').kind).toBe('ready');
  });

  test('44 a dropped answer without an end is cut off', async () => {
    const { household, upstream } = await openHouse();
    upstream.answer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      const more = (): void => {
        while (response.write(Buffer.alloc(64 * 1024)));
        response.once('drain', more);
      };
      more();
    });
    expect((await household.call('notes')).message.error?.code).toBe(NOT_NOW);
    await household.until(() => upstream.openRequests === 0, 'the endless answer is cut');
  });
});

describe('what a caller is told in place of an answer', () => {
  async function deadHouse() {
    const house = await openHouse();
    await house.upstream.die();
    const post = (body: unknown) =>
      send(house.endpoint, {
        method: 'POST',
        headers: house.headers,
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
    return { ...house, post };
  }

  test.each([0, 7, 'seven', '', null])('E2 a request gets an error under its own id, with HTTP 200: %j', async (id) => {
    const { post } = await deadHouse();
    const answer = await post({ jsonrpc: '2.0', id, method: 'tools/list' });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(JSON.parse(answer.body)).toMatchObject({ jsonrpc: '2.0', id, error: { code: NOT_NOW } });
  });

  test('E2 a notification, or an answer of the caller’s, gets 202', async () => {
    const { post } = await deadHouse();
    const notification = await post({ jsonrpc: '2.0', method: 'notifications/initialized' });
    const response = await post({ jsonrpc: '2.0', id: 3, result: {} });
    expect([notification.status, notification.body, response.status]).toEqual([202, '', 202]);
  });

  test('E2 a GET or DELETE gets 405 with the sentence', async () => {
    const { endpoint, headers } = await deadHouse();
    for (const method of ['GET', 'DELETE']) {
      const answer = await send(endpoint, { method, headers });
      expect([answer.status, answer.headers.allow]).toEqual([405, 'POST']);
      expect(answer.body).toMatch(/^notes: Offline/);
    }
  });

  test('E2 a batch gets an error for each of its requests, and 202 when it has none', async () => {
    const { post } = await deadHouse();
    const request = { jsonrpc: '2.0', method: 'ping' };
    const answer = await post([{ ...request, id: 1 }, request, { ...request, id: 'two' }]);
    expect(JSON.parse(answer.body)).toMatchObject([
      { id: 1, error: {} },
      { id: 'two', error: {} },
    ]);
    expect((await post([request, request])).status).toBe(202);
  });

  test('a body that is not JSON gets a parse error', async () => {
    const { post } = await deadHouse();
    for (const body of ['{"jsonrpc"', 'hello', '\u0000', '{"id":1}]']) {
      const answer = await post(body);
      expect([body, answer.status]).toEqual([body, 400]);
      expect(JSON.parse(answer.body)).toMatchObject({ id: null, error: { code: -32700 } });
    }
  });

  test('JSON that is no message gets 202 or nothing, never a crash', async () => {
    const { post, household } = await deadHouse();
    for (const body of ['1', 'null', '"x"', '[]', '[[]]', '{}', '[null,1]'])
      expect((await post(body)).status).toBe(202);
    expect((await household.call('notes')).message.error?.code).toBe(NOT_NOW);
  });

  test('a body too large to be kept gets 503 and the sentence', async () => {
    const { post } = await deadHouse();
    const answer = await post({ jsonrpc: '2.0', id: 1, method: 'x', params: { text: 'x'.repeat(6 * 1024 * 1024) } });
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.body)).toMatchObject({
      id: null,
      error: { message: expect.stringMatching(/^notes: Off/) },
    });
  });
});

test('a connection that carried a body too large to be kept carries the next request', async () => {
  const { endpoint, headers, upstream, household } = await openHouse();
  await upstream.die();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  closeLater(async () => agent.destroy());
  const post = (body: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const request = httpRequest(endpoint, { method: 'POST', headers, agent }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0));
      });
      request.on('error', reject);
      request.end(body);
    });
  const both = [post(rpc('x', { text: 'x'.repeat(12 * 1024 * 1024) })), post(rpc('ping'))];
  expect(await Promise.all(both)).toEqual([503, 200]);
  expect(household.logger.of('request.done')).toHaveLength(2);
});

describe('redirects', () => {
  test.each([307, 308])('%i within the same origin is followed, body and all', async (status) => {
    const { household, upstream } = await openHouse();
    upstream.answer((request, response) => {
      if (request.url === '/mcp') response.writeHead(status, { location: '/moved/mcp' }).end();
      else answerJson(response, { moved: true });
    });
    expect((await household.call('notes')).message.result).toEqual({ moved: true });
    const [first, second] = upstream.arrived;
    expect(second?.path).toBe('/moved/mcp');
    expect(second?.body.equals(first?.body ?? Buffer.alloc(0))).toBe(true);
  });

  test.each([301, 302, 303, 307, 308])(
    'T1 %i to another origin is an error, and nothing is sent there',
    async (status) => {
      const other = await startRecordingUpstream();
      closeLater(other.close);
      const { household, upstream } = await openHouse();
      upstream.answer((_request, response) => response.writeHead(status, { location: other.url }).end());
      const { message } = await household.call('notes');
      expect(message.error?.message).toContain(`sends its callers to ${new URL(other.url).host}`);
      expect(other.begun).toBe(0);
    },
  );

  test('a redirect that would turn a POST into a GET is an error', async () => {
    const { household, upstream } = await openHouse();
    upstream.answer((_request, response) => response.writeHead(302, { location: '/elsewhere' }).end());
    expect((await household.call('notes')).message.error?.message).toContain('cannot be followed');
    expect(upstream.arrived).toHaveLength(1);
  });

  test.each([undefined, 'http://[', 'javascript:alert(1)', '//evil.example/', 'file:///etc/passwd'])(
    'a redirect to %s is an error',
    async (location) => {
      const { household, upstream } = await openHouse();
      upstream.answer((_request, response) => response.writeHead(307, location ? { location } : {}).end());
      expect((await household.call('notes')).message.error?.data).toMatchObject({ reason: 'bad-answer' });
      expect(upstream.arrived).toHaveLength(1);
    },
  );

  test('44 a redirect loop ends after three hops', async () => {
    const { household, upstream } = await openHouse();
    upstream.answer((_request, response) => response.writeHead(307, { location: '/mcp' }).end());
    expect((await household.call('notes')).message.error?.data).toMatchObject({ reason: 'bad-answer' });
    expect(upstream.arrived).toHaveLength(4);
  });
});

describe('sessions', () => {
  async function twoCallers() {
    const house = await openHouse();
    house.upstream.answer((request, response) => {
      response.setHeader('mcp-session-id', request.headers['mcp-session-id'] ?? 'session-of-story');
      answerJson(response);
    });
    await house.household.call('notes', { method: 'initialize' });
    const added = await house.household.engine.addCaller('other');
    if (!added.ok) throw new Error('not added');
    return { ...house, other: added.value.key, session: { 'mcp-session-id': 'session-of-story' } };
  }

  test('L1 a session belongs to the caller that opened it: another one’s use is 404, and nothing goes upstream', async () => {
    const { household, endpoint, upstream, other, session } = await twoCallers();
    const before = upstream.arrived.length;
    for (const method of ['POST', 'GET', 'DELETE']) {
      const headers = { ...session, authorization: `Bearer ${other}` };
      const body = method === 'POST' ? { body: rpc('tools/list') } : {};
      expect((await send(endpoint, { method, headers, ...body })).status).toBe(404);
    }
    expect(upstream.arrived).toHaveLength(before);
    expect((await household.call('notes', { headers: session })).status).toBe(200);
  });

  test('L1 a session that was ended goes to the server no more, whoever names it', async () => {
    const { household, endpoint, headers, upstream, other, session } = await twoCallers();
    await send(endpoint, { method: 'DELETE', headers: { ...headers, ...session } });
    const before = upstream.arrived.length;
    expect((await household.call('notes', { headers: session, key: other })).status).toBe(404);
    expect((await household.call('notes', { headers: session })).status).toBe(404);
    expect(upstream.arrived).toHaveLength(before);
  });
});

describe('servers that are off', () => {
  test('E2 a disabled server sends nothing at all, says so, and its open streams end', async () => {
    const { household, endpoint, headers, upstream } = await openHouse();
    upstream.answer((request, response) => {
      if (request.method !== 'GET') answerJson(response);
      else response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    });
    const stream = await begin(endpoint, { headers });
    stream.on('error', () => {});
    stream.resume();
    await household.engine.setEnabled('notes', false);
    await household.until(() => stream.destroyed && upstream.openRequests === 0, 'the stream ends');
    const { begun } = upstream;
    const { message } = await household.call('notes');
    expect(message.error?.message).toBe(
      'notes: Disabled. The server is disabled in Gatehouse. In Gatehouse, choose "Enable" for notes.',
    );
    await household.clock.advance('1 d');
    expect(upstream.begun).toBe(begun);
    await household.engine.setEnabled('notes', true);
    await household.reached('notes', 'ready');
    expect((await household.call('notes')).status).toBe(200);
  });

  test('E2 a paused server refuses calls and says so', async () => {
    const { household, upstream } = await openHouse();
    household.engine.pause();
    const { message } = await household.call('notes');
    expect(message.error?.message).toMatch(/^notes: Paused\. Gatehouse is paused\..*"Resume"/);
    expect(upstream.arrived).toEqual([]);
    await household.engine.resume();
    expect((await household.call('notes')).message.result).toEqual({});
  });

  test('E2 one server alone is paused and resumed by its name, and a disabled one stays disabled', async () => {
    const { household, upstream } = await openHouse();
    const { engine } = household;
    expect(engine.pause('notes')).toEqual({ ok: true, value: undefined });
    expect(engine.pause('nobody')).toMatchObject({ ok: false, problem: { code: 'unknown-server', known: ['notes'] } });
    expect((await household.call('notes')).message.error?.message).toMatch(/^notes: Paused\./);
    expect(upstream.arrived).toEqual([]);
    expect(await engine.resume('nobody')).toMatchObject({ ok: false, problem: { code: 'unknown-server' } });
    expect(await engine.resume('notes')).toEqual({ ok: true, value: undefined });
    expect((await household.call('notes')).message.result).toEqual({});
    await engine.setEnabled('notes', false);
    expect(engine.pause('notes')).toEqual({ ok: false, problem: { code: 'server-disabled' } });
    expect(engine.view().servers[0]?.state).toEqual({ kind: 'disabled' });
  });

  test.each([401, 403])(
    '8 D7 static headers answered %i: "Credential rejected", no OAuth, nothing more is sent',
    async (status) => {
      const mcp = await startGuardedMcpServer({
        guard: { admits: { header: 'Authorization', value: 'Bearer right' } },
      });
      closeLater(mcp.close);
      const household = await openHousehold({
        servers: { notes: { url: mcp.url, headers: { Authorization: '${CREDENTIAL}' } } },
        env: { CREDENTIAL: 'Bearer right' },
        secrets: ['Bearer right'],
      });
      await household.reached('notes', 'ready');
      if (status === 401) mcp.admitOnlyHeader('Authorization', 'Bearer another');
      else mcp.answerWith({ status });
      const { status: answered, message } = await household.call('notes');
      expect(answered).toBe(200);
      expect(message.error?.message).toBe(
        `notes: Credential rejected. The server refused the configured credential (${status}). In Gatehouse, choose "Edit" for notes.`,
      );
      expect(message.error?.data).not.toHaveProperty('url');
      expect(household.state('notes')).toMatchObject({
        kind: 'stopped',
        problem: { code: 'credential-rejected', status },
      });
      const { requests } = mcp.counts;
      await household.call('notes');
      expect(mcp.counts.requests).toBe(requests);
      expect(mcp.counts.metadataRequests).toBe(0);
      expect(household.browser.pages).toEqual([]);
    },
  );
});
