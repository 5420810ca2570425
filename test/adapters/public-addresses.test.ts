import { readFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer, type LookupFunction, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { addressKind } from '../../src-main/adapters/address-kind.ts';
import { createHttp, type HttpOptions } from '../../src-main/adapters/http.ts';
import type { HttpRequest } from '../../src-main/engine/ports.ts';
import { startConnectProxy } from '../servers/connect-proxy.ts';

const ended: (() => Promise<unknown> | unknown)[] = [];

afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

/** 127.0.0.1 plays the internet, 127.0.0.2 this machine. */
const PUBLIC = '127.0.0.1';
const INSIDE = '127.0.0.2';
const kindOf: NonNullable<HttpOptions['addressKind']> = (address) =>
  address === PUBLIC ? undefined : addressKind(address);

function fixture(name: string): string {
  return readFileSync(path.join(import.meta.dirname, '../fixtures/tls', name), 'utf8');
}

interface Site {
  readonly port: number;
  readonly connections: () => number;
}

async function listen(server: Server, address: string): Promise<Site> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  ended.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, connections: () => sockets.size };
}

/** For mcp.example, auth.example and inside.example. */
function tlsSite(address: string, location?: string): Promise<Site> {
  const answering = createTlsServer({ key: fixture('key.pem'), cert: fixture('names.pem') }, (_, answer) =>
    location === undefined ? answer.end('here') : answer.writeHead(302, { location }).end(),
  );
  return listen(answering, address);
}

/** A name service that says for each name what it is told, each time the next of its answers. */
function names(table: Record<string, readonly (readonly string[])[]>) {
  const asked: string[] = [];
  const lookup: LookupFunction = (hostname, options, callback) => {
    const answers = table[hostname];
    const found = answers?.[Math.min(asked.filter((name) => name === hostname).length, answers.length - 1)];
    asked.push(hostname);
    if (!found) callback(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), '', 0);
    else if (options.all) {
      callback(
        null,
        found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    } else callback(null, found[0] ?? '', 4);
  };
  return { lookup, asked };
}

function http(options: HttpOptions) {
  const made = createHttp({ addressKind: kindOf, ca: fixture('names.pem'), ...options });
  ended.push(() => made.close());
  return made;
}

function get(url: string, namedBy?: string, more: Partial<HttpRequest> = {}): HttpRequest {
  const named = namedBy === undefined ? {} : { namedBy };
  return { url, method: 'GET', headers: {}, redirects: 3, timeoutMs: 5000, ...named, ...more };
}

const refused = (host: string, kind: string) => ({ ok: false, problem: { code: 'address-not-public', host, kind } });

describe('D8 a server on the internet', () => {
  it('43 leads to public addresses only: others are told by their kind, and nothing connects to them', async () => {
    const mcp = await tlsSite(PUBLIC);
    const victim = await tlsSite(INSIDE);
    const { lookup } = names({
      'mcp.example': [[PUBLIC]],
      'auth.example': [[PUBLIC]],
      'inside.example': [[INSIDE]],
      'lan.example': [['192.168.1.1', 'fd00::1']],
      'metadata.example': [['169.254.169.254']],
    });
    const client = http({ lookup });
    const server = `https://mcp.example:${mcp.port}/mcp`;
    expect(await client.send(get(`https://auth.example:${mcp.port}/`, server))).toMatchObject({
      ok: true,
      value: { body: 'here' },
    });
    for (const method of ['GET', 'POST'] as const) {
      const host = `inside.example:${victim.port}`;
      expect(await client.send(get(`https://${host}/`, server, { method }))).toEqual(refused(host, 'this-machine'));
    }
    for (const [url, kind] of [
      [`http://${INSIDE}:${victim.port}/`, 'this-machine'],
      [`http://[::ffff:${INSIDE}]:${victim.port}/`, 'this-machine'],
      ['http://0.0.0.0:1/', 'this-machine'],
      ['http://0x7f000002:1/', 'this-machine'],
      ['https://[fe80::1]/', 'link-local'],
      ['http://169.254.169.254/latest/meta-data', 'link-local'],
      ['https://metadata.example/', 'link-local'],
      ['https://lan.example/', 'private-network'],
      ['https://10.1.2.3/', 'private-network'],
      ['https://100.64.0.1/', 'private-network'],
    ] as const) {
      expect(await client.send(get(url, server))).toEqual(refused(new URL(url).host, kind));
      expect(await client.checkNamed({ url, namedBy: server })).toEqual(refused(new URL(url).host, kind));
    }
    expect(victim.connections()).toBe(0);
  });

  it('43 leads no further by a redirect', async () => {
    const victim = await tlsSite(INSIDE);
    const mcp = await tlsSite(PUBLIC, `https://inside.example:${victim.port}/`);
    const { lookup } = names({ 'mcp.example': [[PUBLIC]], 'inside.example': [[INSIDE]] });
    const url = `https://mcp.example:${mcp.port}/`;
    expect(await http({ lookup }).send(get(url, url))).toEqual(
      refused(`inside.example:${victim.port}`, 'this-machine'),
    );
    expect(victim.connections()).toBe(0);
  });

  it('43 gains nothing by a name that answers otherwise the next time, nor by one that answers both', async () => {
    const site = await tlsSite(PUBLIC);
    const victim = await tlsSite(INSIDE);
    const { lookup, asked } = names({
      'mcp.example': [[PUBLIC]],
      'auth.example': [[PUBLIC], [INSIDE]],
      'both.example': [[INSIDE, PUBLIC]],
      'inside.example': [[INSIDE, PUBLIC]],
    });
    const client = http({ lookup });
    const server = `https://mcp.example:${site.port}/mcp`;
    // What was looked up is what is connected to: the first answer serves the whole exchange.
    expect(await client.send(get(`https://auth.example:${site.port}/`, server))).toMatchObject({ ok: true });
    expect(asked).toEqual(['auth.example']);
    expect(await client.send(get(`https://auth.example:${victim.port}/`, server))).toMatchObject({ ok: false });
    expect(await client.send(get(`https://inside.example:${site.port}/`, server))).toMatchObject({ ok: true });
    expect(victim.connections()).toBe(0);
  });

  it('43 that lets its own name lead inward for a moment is not taken for an intranet: it has no certificate there', async () => {
    const trap = await listen(
      createServer(() => {}),
      INSIDE,
    );
    const { lookup } = names({ 'mcp.example': [[INSIDE]] });
    const answer = await http({ lookup, ca: fixture('self-signed.pem') }).send(
      get(`http://${INSIDE}:${trap.port}/token`, `https://mcp.example:${(await tlsSite(INSIDE)).port}/mcp`),
    );
    expect(answer).toMatchObject({ ok: false, problem: { code: 'network-unreachable' } });
    expect(trap.connections()).toBe(0);
  });

  it('43 is led to no private address over a connection that another server keeps open', async () => {
    const victim = await tlsSite(INSIDE);
    const mcp = await tlsSite(PUBLIC);
    const { lookup } = names({ 'mcp.example': [[PUBLIC]], 'inside.example': [[INSIDE]] });
    const client = http({ lookup });
    const url = `https://inside.example:${victim.port}/`;
    expect(await client.send(get(url))).toMatchObject({ ok: true });
    expect(await client.send(get(url, `https://mcp.example:${mcp.port}/`))).toMatchObject({
      problem: { code: 'address-not-public' },
    });
  });

  it('43 through a proxy: the proxy resolves names, addresses in URLs are ours to judge', async () => {
    const site = await tlsSite(PUBLIC);
    const proxy = await startConnectProxy();
    ended.push(() => proxy.close());
    const { lookup, asked } = names({});
    const client = http({ lookup, proxyFor: () => new URL(proxy.url) });
    const server = `https://mcp.example:${site.port}/mcp`;
    expect(await client.send(get(`https://auth.example:${site.port}/`, server))).toMatchObject({ ok: true });
    expect(await client.send(get('https://10.1.2.3/', server))).toEqual(refused('10.1.2.3', 'private-network'));
    expect(await client.checkNamed({ url: 'https://10.1.2.3/', namedBy: server })).toMatchObject({ ok: false });
    expect(await client.checkNamed({ url: 'https://auth.example/', namedBy: server })).toMatchObject({ ok: true });
    expect([asked, proxy.asked]).toEqual([[], [`auth.example:${site.port}`]]);
  });
});

describe('D8 a server on a private network or this machine', () => {
  it('43 names its own: by address, or by a name under which it answers with its certificate', async () => {
    const intranet = await tlsSite(INSIDE);
    const { lookup, asked } = names({ 'mcp.example': [[INSIDE]], 'auth.example': [[INSIDE]] });
    const client = http({ lookup });
    const url = `https://auth.example:${intranet.port}/`;
    const server = `https://mcp.example:${intranet.port}/mcp`;
    expect(await client.checkNamed({ url, namedBy: server })).toEqual({ ok: true, value: undefined });
    for (let time = 0; time < 3; time += 1) expect(await client.send(get(url, server))).toMatchObject({ ok: true });
    // It was looked at once.
    expect(asked.filter((name) => name === 'mcp.example')).toHaveLength(1);
    expect(await client.send(get(url, `https://${INSIDE}:1/mcp`))).toMatchObject({ ok: true });
    expect(await client.send(get(url, 'https://[::1]:1/mcp'))).toMatchObject({ ok: true });
  });

  it('is out of reach as long as it cannot be looked at: the row says Offline, and it is tried again', async () => {
    const intranet = await tlsSite(INSIDE);
    const { lookup } = names({ 'auth.example': [[INSIDE]] });
    expect(
      await http({ lookup }).send(get(`https://auth.example:${intranet.port}/`, 'https://mcp.example/')),
    ).toMatchObject({
      ok: false,
      problem: { code: 'network-unreachable', host: 'mcp.example', cause: 'no such host, ENOTFOUND' },
    });
  });
});

it('D8 an exchange that nobody named goes wherever its address leads', async () => {
  const site = await tlsSite(INSIDE);
  const { lookup } = names({ 'inside.example': [[INSIDE]] });
  expect(await http({ lookup }).send(get(`https://inside.example:${site.port}/`))).toMatchObject({ ok: true });
});
