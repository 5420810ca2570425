import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createConnector } from '../../src-main/adapters/connector.ts';
import { createHttp } from '../../src-main/adapters/http.ts';
import { ProxyFailure } from '../../src-main/adapters/proxy-failure.ts';
import { openTunnel } from '../../src-main/adapters/proxy-tunnel.ts';
import { readProxyVariables } from '../../src-main/adapters/proxy-variables.ts';
import { createUpstreamHttp } from '../../src-main/adapters/upstream-http.ts';
import type { HttpRequest, UpstreamFailure } from '../../src-main/engine/ports.ts';
import { startConnectProxy } from '../servers/connect-proxy.ts';

const ended: (() => Promise<unknown> | unknown)[] = [];

afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

function fixture(name: string): string {
  return readFileSync(path.join(import.meta.dirname, '../fixtures/tls', name), 'utf8');
}

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ended.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

const plain = () => listen(createServer((request, answer) => answer.end(`plain ${request.url}`)));
const secure = () =>
  listen(
    createTlsServer({ key: fixture('key.pem'), cert: fixture('names.pem') }, (request, answer) =>
      answer.end(`secure ${request.url} ${request.headers['proxy-authorization']}`),
    ),
  );

async function proxy(options?: Parameters<typeof startConnectProxy>[0]) {
  const started = await startConnectProxy(options);
  ended.push(() => started.close());
  return started;
}

function get(url: string, timeoutMs = 5000): HttpRequest {
  return { url, method: 'GET', headers: {}, redirects: 0, timeoutMs };
}

function http(env: Record<string, string>) {
  const made = createHttp({ proxyFor: readProxyVariables(env), ca: fixture('names.pem') });
  ended.push(() => made.close());
  return made;
}

type Ended = { readonly status?: number; readonly body?: string; readonly failure?: UpstreamFailure };

function sendUpstream(env: Record<string, string>, url: string): Promise<Ended> {
  const upstream = createUpstreamHttp({ proxyFor: readProxyVariables(env), ca: fixture('names.pem') });
  ended.push(() => upstream.close());
  return new Promise((resolve) => {
    let status = 0;
    let body = '';
    upstream.send(
      {
        url: new URL(url),
        method: 'GET',
        headers: ['x-twice', 'a', 'x-twice', 'b'],
        body: undefined,
        isLongStream: false,
      },
      {
        onStart: () => {},
        onHeaders: (seen) => {
          status = seen;
        },
        onData: (chunk) => {
          body += Buffer.from(chunk).toString();
        },
        onEnd: () => resolve({ status, body }),
        onError: (failure) => resolve({ failure }),
      },
    );
  });
}

describe('D8 with proxy variables', () => {
  it('what we ask and what callers send goes through a tunnel, be it https or http, TLS from end to end', async () => {
    const { url, asked } = await proxy();
    const [plainPort, securePort] = [await plain(), await secure()];
    const env = { HTTPS_PROXY: url, HTTP_PROXY: url };
    const client = http(env);
    expect(await client.send(get(`https://mcp.example:${securePort}/a`))).toMatchObject({
      value: { body: 'secure /a undefined' },
    });
    expect(await client.send(get(`http://plain.example:${plainPort}/b`))).toMatchObject({
      value: { body: 'plain /b' },
    });
    expect(await sendUpstream(env, `https://auth.example:${securePort}/c`)).toEqual({
      status: 200,
      body: 'secure /c undefined',
    });
    expect(asked).toEqual([`mcp.example:${securePort}`, `plain.example:${plainPort}`, `auth.example:${securePort}`]);
  });

  it('this machine and what NO_PROXY names is connected to straight', async () => {
    const { url, asked } = await proxy();
    const port = await plain();
    const env = { HTTP_PROXY: url, NO_PROXY: 'straight.example' };
    expect(await http(env).send(get(`http://127.0.0.1:${port}/x`))).toMatchObject({ value: { body: 'plain /x' } });
    expect(await sendUpstream(env, `http://localhost:${port}/x`)).toMatchObject({ body: 'plain /x' });
    expect(await http(env).send(get('http://straight.example/'))).toMatchObject({
      problem: { code: 'network-unreachable', cause: expect.stringMatching(/^(no such host|the name service)/) },
    });
    expect(asked).toEqual([]);
  });

  it('the user name and password of the address are told to the proxy, and to nobody else', async () => {
    const { url } = await proxy({ credentials: 'me:p@ss' });
    const securePort = await secure();
    const known = { https_proxy: url.replace('//', '//me:p%40ss@') };
    expect(await http(known).send(get(`https://mcp.example:${securePort}/`))).toMatchObject({
      value: { body: 'secure / undefined' },
    });
    const wrong = { https_proxy: url.replace('//', '//me:hush-hush@') };
    const answer = await http(wrong).send(get(`https://mcp.example:${securePort}/`));
    expect(answer).toMatchObject({
      problem: {
        code: 'network-unreachable',
        host: `mcp.example:${securePort}`,
        cause: `the proxy ${new URL(url).host} wants a user name and a password`,
      },
    });
    expect(JSON.stringify(answer)).not.toContain('hush');
  });

  it('the trouble is said to be the proxy’s, within the time limit of the exchange', async () => {
    const refusing = await proxy({ refusesWith: 403 });
    expect(await http({ https_proxy: refusing.url }).send(get('https://mcp.example/'))).toMatchObject({
      problem: { code: 'network-unreachable', cause: `the proxy ${new URL(refusing.url).host} answered 403` },
    });
    const silent = await proxy({ isSilent: true });
    expect(await http({ https_proxy: silent.url }).send(get('https://mcp.example/', 200))).toEqual({
      ok: false,
      problem: { code: 'timed-out', host: 'mcp.example', afterMs: 200 },
    });
  });

  it('a proxy that says nothing is given up', async () => {
    const { url } = await proxy({ isSilent: true });
    const answer = await new Promise((resolve) =>
      openTunnel(new URL(url), 'mcp.example:443', createConnector({ timeoutMs: 5000 }), 50, (...answer) =>
        resolve(answer),
      ),
    );
    expect(answer).toEqual([
      new ProxyFailure(`the proxy ${new URL(url).host} does not help: no connection in time, ETIMEDOUT`),
      null,
    ]);
  });

  it('a caller hears that nothing was sent when the proxy is not there, or its variable is no address', async () => {
    const gone = await startConnectProxy();
    await gone.close();
    expect(await sendUpstream({ https_proxy: gone.url }, 'https://mcp.example/')).toEqual({
      failure: {
        kind: 'refused',
        detail: `the proxy ${new URL(gone.url).host} is out of reach: connection refused, ECONNREFUSED`,
      },
    });
    expect(await sendUpstream({ https_proxy: 'socks5://x' }, 'https://mcp.example/')).toEqual({
      failure: {
        kind: 'refused',
        detail: 'HTTPS_PROXY is no address of a proxy, such as http://proxy.example:3128',
      },
    });
  });
});
