import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { closeAll, openHouse, rpc } from './house-with-upstream.ts';
import { connectAndSend, send } from './raw-request.ts';
import { answerJson } from './recording-upstream.ts';

afterEach(closeAll);

function allOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
    socket.once('close', () => resolve(text));
  });
}

describe('hostile addresses', () => {
  test.each([
    '/mcp/%2e%2e/%2e%2e/etc/passwd',
    '/mcp/..%2f..%2fetc%2fpasswd',
    '/mcp/../mcp/notes',
    '/mcp/notes/../other',
    '/mcp/notes%2f..',
    '/mcp/notes%00',
    '/mcp/%00',
    '/mcp/%',
    '/mcp/%zz',
    '/mcp/%c0%ae',
    '/mcp//notes',
    '//mcp/notes',
    '/MCP/notes',
    '/mcp;/notes',
    '/mcp/notes#x',
    `/mcp/${'a'.repeat(12_000)}`,
    `/${'../'.repeat(3000)}mcp/notes`,
    '/oauth/done/../start/x',
    '/oauth/done/%2e%2e',
    '/oauth/start/',
    '/oauth/start/%00',
    '/oauth/callback/x',
  ])('%s: 404, and nothing reaches the upstream', async (path) => {
    const { origin, headers, upstream, household } = await openHouse();
    for (const method of ['GET', 'POST']) {
      const answer = await send(origin, { path, method, headers });
      expect([path.slice(0, 60), answer.status]).toEqual([path.slice(0, 60), 404]);
      expect(answer.body).not.toContain(path);
    }
    expect(upstream.arrived).toEqual([]);
    expect((await household.call('notes')).status).toBe(200);
  });

  test.each(['http://evil.example/mcp/notes', 'http://127.0.0.1/mcp/notes', '*', 'mcp/notes'])(
    'a request target that is not a path (%s) reaches no upstream',
    async (target) => {
      const { port, household, upstream } = await openHouse();
      const socket = await connectAndSend(
        port,
        `POST ${target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${household.key}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
      );
      expect(await allOf(socket)).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(upstream.arrived).toEqual([]);
    },
  );
});

describe('limits', () => {
  test('a request with headers of 10,000 bytes passes, one of 40,000 is refused with 431', async () => {
    const { endpoint, headers, upstream, household } = await openHouse();
    const with10k = { ...headers, 'x-large': 'x'.repeat(10_000) };
    expect((await send(endpoint, { method: 'POST', headers: with10k, body: rpc('ping') })).status).toBe(200);
    expect(upstream.last().headers['x-large']).toHaveLength(10_000);
    const with40k = { ...headers, 'x-large': 'x'.repeat(40_000) };
    expect((await send(endpoint, { method: 'POST', headers: with40k, body: rpc('ping') })).status).toBe(431);
    expect((await household.call('notes')).status).toBe(200);
  });

  test('44 answers with headers of 10,000 bytes pass; with endless ones they are an error', async () => {
    const { household, upstream } = await openHouse();
    upstream.answer((_request, response) => {
      response.setHeader('x-large', 'x'.repeat(10_000));
      answerJson(response);
    });
    expect((await household.call('notes')).message.result).toEqual({});
    upstream.answer((request) => {
      const { socket } = request;
      socket.on('error', () => {});
      socket.write('HTTP/1.1 200 OK\r\n');
      const more = (): void => {
        while (!socket.destroyed && socket.write(`x-more: ${'x'.repeat(1000)}\r\n`));
        if (!socket.destroyed) socket.once('drain', more);
      };
      more();
    });
    const { message } = await household.call('notes');
    expect(message.error?.message).toMatch(/^notes: .*UND_ERR_HEADERS_OVERFLOW/);
    await household.until(() => upstream.openRequests === 0, 'the endless answer is cut');
  });

  test.each([
    ['half a request line', 'POST /mcp/no'],
    ['half its headers', 'POST /mcp/notes HTTP/1.1\r\nHost: localhost\r\nX-A'],
    [
      'headers and half a body',
      'POST /mcp/notes HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer KEY\r\nContent-Length: 1000\r\n\r\n{"a',
    ],
    ['nothing at all', ''],
  ])('connections that send %s hold up nobody, and end with the program', async (_what, bytes) => {
    const { port, household, upstream } = await openHouse();
    const half = bytes.replace('KEY', household.key);
    const sockets = await Promise.all(Array.from({ length: 100 }, () => connectAndSend(port, half)));
    const closed = sockets.map(allOf);
    expect((await household.call('notes')).status).toBe(200);
    expect(upstream.arrived).toHaveLength(1);
    await household.restart();
    await Promise.all(closed);
  });

  test.each([
    ['no HTTP at all', 'hello there\r\n\r\n'],
    ['TLS', '\u0016\u0003\u0001\u0002\u0000'],
    ['no Host', 'GET /mcp/notes HTTP/1.1\r\n\r\n'],
    ['two lengths', 'POST /mcp/notes HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    [
      'a length and chunks',
      'POST /mcp/notes HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ])('%s is refused and the connection ended', async (_what, bytes) => {
    const { port, household, upstream } = await openHouse();
    const text = await allOf(await connectAndSend(port, bytes));
    expect(text).toMatch(/^(HTTP\/1\.1 400 |$)/);
    expect(upstream.arrived).toEqual([]);
    expect((await household.call('notes')).status).toBe(200);
  });

  test('two requests on one connection, one after the other without waiting, get their own answers', async () => {
    const { port, household, upstream } = await openHouse();
    upstream.answer((_request, response, body) => {
      const { id } = JSON.parse(body.toString());
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', id, result: {} }));
    });
    const request = (id: number, close: string): string => {
      const body = rpc('ping', {}, id);
      return `POST /mcp/notes HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${household.key}\r\nContent-Length: ${body.length}\r\n${close}\r\n${body}`;
    };
    const text = await allOf(await connectAndSend(port, request(1, '') + request(2, 'Connection: close\r\n')));
    expect([...text.matchAll(/"id":(\d)/g)].map((match) => match[1])).toEqual(['1', '2']);
  });
});
