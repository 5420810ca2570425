import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { closeAll, openHouse, rpc } from './house-with-upstream.ts';
import { connectAndSend, send } from './raw-request.ts';

afterEach(closeAll);

describe('what goes on to the upstream', () => {
  test('T1 neither the caller’s credential nor what tells of this machine or hop goes upstream', async () => {
    const { endpoint, headers, upstream, household } = await openHouse();
    await send(endpoint, {
      method: 'POST',
      body: rpc('tools/list'),
      headers: {
        ...headers,
        cookie: 'session=1',
        origin: 'http://localhost:3000',
        referer: 'http://localhost:3000/page',
        'proxy-authorization': 'Basic eA==',
        'proxy-connection': 'keep-alive',
        forwarded: 'for=10.0.0.1',
        'x-forwarded-for': '10.0.0.1',
        'x-forwarded-host': 'box',
        'x-real-ip': '10.0.0.1',
        via: '1.1 box',
        te: 'trailers',
        'sec-fetch-site': 'same-origin',
        connection: 'keep-alive, x-private',
        'x-private': 'this hop only',
        'x-public': 'goes on',
      },
    });
    const seen = upstream.last().headers;
    expect(seen.host).toBe(new URL(upstream.url).host);
    expect(seen['x-public']).toBe('goes on');
    const gone = [
      'authorization',
      'cookie',
      'origin',
      'referer',
      'proxy-authorization',
      'proxy-connection',
      'forwarded',
      'x-forwarded-for',
      'x-forwarded-host',
      'x-real-ip',
      'via',
      'te',
      'sec-fetch-site',
      'x-private',
    ];
    expect(gone.filter((name) => name in seen)).toEqual([]);
    expect(JSON.stringify(seen)).not.toContain(household.key);
  });

  test('a header that any of several Connection headers names stays on its hop', async () => {
    const { port, household, upstream } = await openHouse();
    const body = rpc('ping');
    const socket = await connectAndSend(
      port,
      `POST /mcp/notes HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${household.key}\r\nConnection: X-One\r\nX-One: 1\r\nX-Two: 2\r\nConnection: x-two, close\r\nX-Three: 3\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await new Promise((resolve) => socket.resume().once('close', resolve));
    expect(upstream.last().headers).toMatchObject({ 'x-three': '3' });
    expect(upstream.last().headers).not.toHaveProperty('x-one');
    expect(upstream.last().headers).not.toHaveProperty('x-two');
  });

  test('configured headers are put in, and a caller cannot send its own in their place', async () => {
    const { endpoint, headers, upstream } = await openHouse({
      entry: { headers: { 'X-Api-Key': 'configured', Authorization: 'Bearer static' } },
    });
    await send(endpoint, {
      method: 'POST',
      body: rpc('ping'),
      headers: { ...headers, 'x-api-key': 'of the caller' },
    });
    expect(upstream.last().headers['x-api-key']).toBe('configured');
    expect(upstream.last().headers.authorization).toBe('Bearer static');
  });

  test('L1 L2 M1 M2 what belongs to MCP goes on as it came', async () => {
    const { endpoint, headers, upstream } = await openHouse();
    const mcp = {
      'mcp-session-id': 'session-1',
      'mcp-protocol-version': '2025-11-25',
      'last-event-id': 'event-7',
      'mcp-method': 'tools/call',
      'mcp-name': 'echo',
      'mcp-param-region': 'north',
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      accept: 'application/json, text/event-stream',
      'accept-encoding': 'gzip',
      'user-agent': 'story/1',
    };
    for (const method of ['POST', 'GET', 'DELETE']) {
      const body = method === 'POST' ? { body: rpc('tools/call') } : {};
      expect((await send(endpoint, { method, headers: { ...headers, ...mcp }, ...body })).status).toBe(200);
      expect(upstream.last().method).toBe(method);
      expect(upstream.last().headers).toMatchObject(mcp);
    }
  });

  test('the path and query are those of the configuration, whatever the caller asks for', async () => {
    const { endpoint, headers, upstream } = await openHouse();
    await send(`${endpoint}?admin=1`, { method: 'POST', headers, body: rpc('ping') });
    expect(upstream.last().path).toBe('/mcp');
  });

  test.each(['PUT', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE'])('%s goes nowhere: 405', async (method) => {
    const { endpoint, headers, upstream } = await openHouse();
    const answer = await send(endpoint, { method, headers });
    expect([answer.status, answer.headers.allow]).toEqual([405, 'POST, GET, DELETE']);
    expect(upstream.arrived).toEqual([]);
  });
});

describe('what comes back to the caller', () => {
  test('E1 no cookie, challenge, or browser policy of an upstream reaches a caller', async () => {
    const { endpoint, headers, upstream } = await openHouse();
    upstream.answer((_request, response) => {
      response.setHeader('set-cookie', ['a=1', 'b=2']);
      response.setHeader('www-authenticate', 'Bearer resource_metadata="https://evil.example"');
      response.setHeader('proxy-authenticate', 'Basic');
      response.setHeader('access-control-allow-origin', '*');
      response.setHeader('access-control-expose-headers', 'x');
      response.setHeader('clear-site-data', '"*"');
      response.setHeader('alt-svc', 'h3=":443"');
      response.setHeader('strict-transport-security', 'max-age=1');
      response.setHeader('mcp-session-id', 'session-2');
      response.setHeader('x-kept', 'gr\u00fc\u00df');
      response.end(Buffer.from('{}'));
    });
    const answer = await send(endpoint, { method: 'POST', headers, body: rpc('ping') });
    expect(answer.headers).toMatchObject({ 'mcp-session-id': 'session-2', 'x-kept': 'gr\u00fc\u00df' });
    const gone = Object.keys(answer.headers).filter((name) =>
      /cookie|authenticate|access-control|clear-site|alt-svc|strict-transport/.test(name),
    );
    expect(gone).toEqual([]);
  });

  test.each([
    [400, 'a mistake'],
    [404, 'no such session'],
    [429, 'slowly'],
    [500, 'broken'],
    [503, 'overloaded'],
  ])('an upstream’s own %i comes through as it is', async (status, body) => {
    const { endpoint, headers, upstream } = await openHouse();
    upstream.answer((_request, response) => {
      response.writeHead(status, { 'content-type': 'text/plain', 'retry-after': '7' }).end(body);
    });
    const answer = await send(endpoint, { method: 'POST', headers, body: rpc('ping') });
    expect(answer).toMatchObject({ status, body, headers: { 'retry-after': '7' } });
  });

  test('compressed answers stay as they are', async () => {
    const { endpoint, headers, upstream } = await openHouse();
    upstream.answer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync('{"jsonrpc":"2.0","id":1,"result":{}}'));
    });
    const answer = await fetch(endpoint, { method: 'POST', headers, body: rpc('ping') });
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    expect(await answer.json()).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
  });
});
