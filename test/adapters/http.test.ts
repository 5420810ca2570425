import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttp, type HttpOptions } from '../../src-main/adapters/http.ts';
import type { HttpRequest } from '../../src-main/engine/ports.ts';
import { settle } from '../fakes/manual-clock.ts';

const ended: (() => Promise<unknown> | unknown)[] = [];

afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

async function listen(server: TcpServer): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ended.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

async function serve(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listen(createServer(listener))}`;
}

function http(options?: HttpOptions) {
  const made = createHttp(options);
  ended.push(() => made.close());
  return made;
}

function get(url: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return { url, method: 'GET', headers: {}, redirects: 3, timeoutMs: 5000, ...more };
}

function fixture(name: string): string {
  return readFileSync(path.join(import.meta.dirname, '../fixtures/tls', name), 'utf8');
}

async function serveTls(certificate: string): Promise<number> {
  return listen(
    createTlsServer({ key: fixture('key.pem'), cert: fixture(certificate) }, (_, answer) => answer.end('ok')),
  );
}

describe('an exchange', () => {
  it('sends method, headers and body, and gives status, headers in lower case, body and address', async () => {
    const seen: string[] = [];
    const base = await serve((request, answer) => {
      request.setEncoding('utf8');
      let body = '';
      request.on('data', (chunk: string) => {
        body += chunk;
      });
      request.on('end', () => {
        const { 'x-a': a, 'user-agent': agent, 'accept-encoding': encoding } = request.headers;
        seen.push(`${request.method} ${request.url} ${a} ${body} ${encoding} ${agent}`);
        answer.writeHead(418, { 'X-Two': ['a', 'b'], 'Content-Type': 'text/plain' }).end('täst');
      });
    });
    const answer = await http().send(
      get(`${base}/token?x=1#part`, { method: 'POST', headers: { 'X-A': 'b' }, body: 'grant_type=x' }),
    );
    expect(answer).toEqual({
      ok: true,
      value: expect.objectContaining({ status: 418, body: 'täst', url: `${base}/token?x=1#part` }),
    });
    expect(answer.ok && answer.value.headers).toMatchObject({ 'x-two': 'a, b', 'content-type': 'text/plain' });
    expect(seen).toEqual([
      expect.stringMatching(/^POST \/token\?x=1 b grant_type=x identity gatehouse\/\d+\.\d+\.\d+$/),
    ]);
  });

  it('uses a connection again', async () => {
    const ports = new Set<number | undefined>();
    const base = await serve((request, answer) => {
      ports.add(request.socket.remotePort);
      answer.end('x');
    });
    const client = http();
    await client.send(get(base));
    await settle();
    await client.send(get(base));
    expect(ports.size).toBe(1);
  });

  it('has a time limit for the whole: no answer, an answer that trickles, and redirects without end', async () => {
    const silent = await serve(() => {});
    const trickling = await serve((_, answer) => {
      answer.write('x');
      const more = setInterval(() => answer.write('x'), 10);
      answer.once('close', () => clearInterval(more));
    });
    const turning = await serve((_, answer) => {
      setTimeout(() => answer.writeHead(302, { location: '/again' }).end(), 20);
    });
    for (const url of [silent, trickling, turning]) {
      expect(await http().send(get(url, { timeoutMs: 150, redirects: 1000 }))).toEqual({
        ok: false,
        problem: { code: 'timed-out', host: new URL(url).host, afterMs: 150 },
      });
    }
  });

  it('takes a body of 1 MiB, and refuses a longer one whatever its status', async () => {
    const base = await serve((request, answer) => {
      answer.writeHead(502).end('x'.repeat(1024 * 1024 + (request.url === '/long' ? 1 : 0)));
    });
    const whole = await http().send(get(`${base}/fits`));
    expect(whole.ok && whole.value.body.length).toBe(1024 * 1024);
    expect(await http().send(get(`${base}/long`))).toMatchObject({
      ok: false,
      problem: { code: 'bad-answer', host: new URL(base).host, status: 502, detail: 'more than 1 MiB' },
    });
  });

  it('refuses headers that are too long, answers in an encoding it did not ask for, and what is not HTTP', async () => {
    const base = await serve((request, answer) => {
      if (request.url === '/gzip') answer.writeHead(200, { 'content-encoding': 'gzip' }).end('x');
      else answer.writeHead(200, { 'x-long': 'x'.repeat(20_000) }).end('x');
    });
    const port = await listen(createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n')));
    const details: (string | undefined)[] = [];
    for (const url of [`${base}/long`, `${base}/gzip`, `http://127.0.0.1:${port}/`]) {
      const answer = await http().send(get(url));
      details.push(!answer.ok && answer.problem.code === 'bad-answer' ? answer.problem.detail : undefined);
    }
    expect(details).toEqual(['headers of more than 16 KiB', 'encoded as "gzip", which was not asked for', 'not HTTP']);
  });
});

describe('a host that is out of reach', () => {
  async function cause(url: string, options?: HttpOptions): Promise<string | undefined> {
    const answer = await http(options).send(get(url));
    if (answer.ok || answer.problem.code !== 'network-unreachable') throw new Error(JSON.stringify(answer));
    expect(answer.problem.host).toBe(new URL(url).host);
    return answer.problem.cause;
  }

  it('is told from others by its cause: no name, refused, lost', async () => {
    const port = await listen(createTcpServer((socket) => socket.destroy()));
    const free = createTcpServer();
    const freePort = await new Promise<number>((resolve) => {
      free.listen(0, '127.0.0.1', () => resolve((free.address() as AddressInfo).port));
    });
    await new Promise((resolve) => free.close(resolve));
    const noName: HttpOptions = {
      lookup: (_, __, callback) => callback(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), ''),
    };
    expect(await cause('https://nowhere.example/', noName)).toBe('no such host, ENOTFOUND');
    expect(await cause(`http://127.0.0.1:${freePort}/`)).toBe('connection refused, ECONNREFUSED');
    expect(await cause(`http://127.0.0.1:${port}/`)).toMatch(/^connection lost/);
  });

  it('is one whose certificate is not trusted, has expired, or is for another name', async () => {
    const selfSigned = await serveTls('self-signed.pem');
    const expired = await serveTls('expired.pem');
    expect(await cause(`https://localhost:${selfSigned}/`)).toBe('its certificate is not trusted, self-signed');
    expect(await cause(`https://localhost:${expired}/`, { ca: fixture('expired.pem') })).toBe(
      'its certificate has expired',
    );
    expect(await cause(`https://127.0.0.1:${selfSigned}/`, { ca: fixture('self-signed.pem') })).toBe(
      'its certificate is for another name',
    );
    const answer = await http({ ca: fixture('self-signed.pem') }).send(get(`https://localhost:${selfSigned}/`));
    expect(answer.ok && answer.value.body).toBe('ok');
  });

  it('is one that speaks no TLS', async () => {
    const base = await serve((_, answer) => answer.end('x'));
    expect(await cause(base.replace('http:', 'https:'))).toMatch(/TLS|ERR_SSL/);
  });
});

describe('redirects', () => {
  it('are followed for GET, so often and no further, and the address at the end is told', async () => {
    const base = await serve((request, answer) => {
      const step = Number(request.url?.slice(1));
      if (step < 3) answer.writeHead(302, { location: `/${step + 1}` }).end();
      else answer.end('there');
    });
    expect(await http().send(get(`${base}/0`))).toMatchObject({ ok: true, value: { body: 'there', url: `${base}/3` } });
    expect(await http().send(get(`${base}/0`, { redirects: 2 }))).toMatchObject({
      ok: true,
      value: { status: 302, url: `${base}/2` },
    });
  });

  it('are never followed for POST and DELETE', async () => {
    const asked: string[] = [];
    const base = await serve((request, answer) => {
      asked.push(`${request.method} ${request.url}`);
      answer.writeHead(307, { location: '/elsewhere' }).end();
    });
    for (const method of ['POST', 'DELETE'] as const) {
      expect(await http().send(get(`${base}/x`, { method }))).toMatchObject({ ok: true, value: { status: 307 } });
    }
    expect(asked).toEqual(['POST /x', 'DELETE /x']);
  });

  it('T1 carry no credential to another origin, and keep it within one', async () => {
    const seen: string[] = [];
    const other = await serve((request, answer) => {
      seen.push(`${request.url} ${request.headers.authorization} ${request.headers.accept}`);
      answer.end('x');
    });
    const base = await serve((request, answer) => {
      seen.push(`${request.url} ${request.headers.authorization} ${request.headers.accept}`);
      answer.writeHead(302, { location: request.url === '/a' ? '/b' : `${other}/c` }).end();
    });
    await http().send(get(`${base}/a`, { headers: { Authorization: 'Bearer x', accept: 'a/b' } }));
    expect(seen).toEqual(['/a Bearer x a/b', '/b Bearer x a/b', '/c undefined a/b']);
  });

  it.each([
    ['http://metadata.example/', 'it is neither https nor on this machine'],
    ['ftp://127.0.0.1/', 'it is neither https nor http'],
    ['https://user:word@host.example/', 'it contains a user name or password'],
    ['https://[bad/', 'it is not a URL'],
  ])('D8 to %s are refused', async (location, why) => {
    const base = await serve((_, answer) => answer.writeHead(302, { location }).end());
    const answer = await http().send(get(base));
    expect(answer).toMatchObject({ ok: false, problem: { code: 'unsafe-url', what: 'redirect target', why } });
    expect(JSON.stringify(answer)).not.toContain('user:word');
  });

  it('D8 never leave https, not even for this machine', async () => {
    const port = await listen(
      createTlsServer({ key: fixture('key.pem'), cert: fixture('self-signed.pem') }, (_, answer) =>
        answer.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
      ),
    );
    expect(await http({ ca: fixture('self-signed.pem') }).send(get(`https://localhost:${port}/`))).toMatchObject({
      ok: false,
      problem: { code: 'unsafe-url', why: 'a redirect may not leave https' },
    });
  });
});

it('refuses an address that is not of the web', async () => {
  for (const url of ['file:///etc/passwd', 'nonsense']) {
    expect(await http().send(get(url))).toMatchObject({ ok: false, problem: { code: 'unsafe-url' } });
  }
});
