import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startWindowServer, type WindowServer } from '../../src-main/control/window-server.ts';
import { ok } from '../../src-main/engine/model/result.ts';
import { createManualClock, type ManualClock } from '../fakes/manual-clock.ts';
import { createRecordingLogger, type RecordingLogger } from '../fakes/recording-logger.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { aRow, aSnapshot, createEventSource, type EventSource, handlersWith } from './scripted-engine.ts';

let folder: string;
let clock: ManualClock;
let logger: RecordingLogger;
let events: EventSource;
let server: WindowServer;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-window-'));
  mkdirSync(path.join(folder, 'renderer', 'assets'), { recursive: true });
  writeFileSync(path.join(folder, 'secret.txt'), 'outside');
  writeFileSync(path.join(folder, 'renderer', 'index.html'), '<!doctype html><title>Gatehouse</title>');
  writeFileSync(path.join(folder, 'renderer', '.hidden.txt'), 'hidden');
  writeFileSync(path.join(folder, 'renderer', 'assets', 'index-B3kd0_2a.js'), 'export {};');
  writeFileSync(path.join(folder, 'renderer', 'assets', 'index-C4kd0_2b.css'), ':root {}');
  writeFileSync(path.join(folder, 'renderer', 'assets', 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  writeFileSync(path.join(folder, 'renderer', 'assets', 'run.sh'), 'exit');
  symlinkSync(path.join(folder, 'secret.txt'), path.join(folder, 'renderer', 'assets', 'link.txt'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(async () => {
  clock = createManualClock();
  logger = createRecordingLogger();
  events = createEventSource();
  server = await startWindowServer({
    handlers: handlersWith({
      status: async () => ok(aSnapshot([aRow()])),
      pause: async () => {
        throw new Error('a bug');
      },
    }),
    subscribe: events.subscribe,
    rendererDir: path.join(folder, 'renderer'),
    logger,
    random: createSeededRandom(),
    clock,
  });
});

afterEach(() => server.close());

interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends the path as it is: fetch would tidy it up. */
function send(target: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<IncomingMessage> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, path: target, method, headers, agent: false }, resolve);
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function ask(target: string, how?: Ask) {
  const response = await send(target, how);
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

const post = (target: string, value: unknown, headers: Record<string, string> = {}) =>
  ask(target, { method: 'POST', body: JSON.stringify(value), headers });

function codeOf(link: string): string {
  return new URLSearchParams(new URL(link).hash.slice(1)).get('code') ?? '';
}

async function signIn(): Promise<Record<string, string>> {
  const { body } = await post('/api/session', { code: codeOf(server.freshLink()) });
  return { 'X-Gatehouse-Window': JSON.parse(body).token };
}

describe('files', () => {
  test('serves the window with a policy that runs nothing but its own files', async () => {
    const { status, headers, body } = await ask('/');
    expect(status).toBe(200);
    expect(body).toContain('<title>Gatehouse</title>');
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(headers['set-cookie']).toBeUndefined();
  });

  test.each([
    ['/assets/index-B3kd0_2a.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
    ['/assets/index-C4kd0_2b.css', 'text/css; charset=utf-8', 'public, max-age=31536000, immutable'],
    ['/assets/icon.svg', 'image/svg+xml', 'no-cache'],
    ['/index.html?theme=dark', 'text/html; charset=utf-8', 'no-cache'],
  ])('serves %s as %s', async (target, type, cacheControl) => {
    const { status, headers } = await ask(target);
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': type, 'cache-control': cacheControl });
  });

  test.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..\\..\\secret.txt',
    '//secret.txt',
    '/assets/link.txt',
    '/.hidden.txt',
    '/assets/run.sh',
    '/assets',
    '/nothing.html',
    '/favicon.ico',
    '/api/',
    '/api/status',
    '/mcp',
    '/.well-known/oauth-protected-resource',
    `/${'a'.repeat(5000)}.txt`,
  ])('41 has nothing at %s', async (target) => {
    const { status, body, headers } = await ask(target);
    expect({ status, body }).toEqual({ status: 404, body: 'There is nothing here.\n' });
    expect(headers['content-security-policy']).toContain("default-src 'none'");
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])('answers %s on a file with 404', async (method) => {
    expect((await ask('/index.html', { method })).status).toBe(404);
  });

  test('answers HEAD with the headers alone', async () => {
    const { status, headers, body } = await ask('/', { method: 'HEAD' });
    expect({ status, body, type: headers['content-type'] }).toEqual({
      status: 200,
      body: '',
      type: 'text/html; charset=utf-8',
    });
  });

  test('says what to do when the window was never built', async () => {
    const bare = await startWindowServer({
      handlers: handlersWith({}),
      subscribe: events.subscribe,
      rendererDir: path.join(folder, 'never-built'),
      logger,
      random: createSeededRandom(),
      clock,
    });
    const response = await fetch(bare.url);
    expect({ status: response.status, body: await response.text() }).toEqual({
      status: 404,
      body: 'The window is not built. Run "npm run build".\n',
    });
    await bare.close();
  });
});

describe('41 who may ask', () => {
  const targets = ['/', '/assets/index-B3kd0_2a.js', '/api/session', '/api/call', '/api/events', '/nothing'];

  test.each(targets)('refuses a foreign Host on %s', async (target) => {
    const token = await signIn();
    for (const host of ['gatehouse.evil.example', '127.0.0.1.evil.example', 'localhost.', '10.0.0.1:80', '[::2]']) {
      expect((await ask(target, { headers: { ...token, host } })).status).toBe(403);
    }
    expect(logger.of('window.refused').length).toBe(5);
  });

  test.each(targets)('refuses a foreign Origin on %s, other local programs and "null" included', async (target) => {
    const token = await signIn();
    for (const origin of ['https://evil.example', 'http://127.0.0.1:1', 'http://localhost:7717', 'null']) {
      expect((await ask(target, { headers: { ...token, origin } })).status).toBe(403);
    }
  });

  test.each(['localhost:9999', '127.0.0.1:80', 'LOCALHOST', '[::1]:8080'])(
    'answers as %s, which an SSH forward may make of it, and to the page it served there',
    async (host) => {
      expect((await ask('/', { headers: { host } })).status).toBe(200);
      const headers = { ...(await signIn()), host, origin: `http://${host}` };
      expect((await post('/api/call', { call: 'status', input: {} }, headers)).status).toBe(200);
    },
  );

  test('refuses a request without any Host', async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.end('GET / HTTP/1.0\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 403 /);
  });

  test('refuses what a browser says comes from another site, where no Origin is sent', async () => {
    const token = await signIn();
    const headers = { ...token, 'sec-fetch-site': 'cross-site' };
    expect((await ask('/api/events', { headers })).status).toBe(403);
    expect((await post('/api/call', { call: 'status' }, { ...token, 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect((await post('/api/call', { call: 'status' }, { ...token, 'sec-fetch-site': 'same-origin' })).status).toBe(
      200,
    );
  });

  // Linux answers on all of 127.0.0.0/8; whoever listens on every interface is reached there too.
  test.runIf(process.platform === 'linux')('listens on 127.0.0.1 alone', async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.2');
    const [error] = await once(socket, 'error');
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('signing a window in', () => {
  test('exchanges a code of 256 bits for another secret', async () => {
    const code = codeOf(server.freshLink());
    expect(Buffer.from(code, 'base64url').length).toBe(32);
    const { status, headers, body } = await post('/api/session', { code });
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['set-cookie']).toBeUndefined();
    const { token } = JSON.parse(body);
    expect(Buffer.from(token, 'base64url').length).toBe(32);
    expect(token).not.toBe(code);
  });

  test('carries the code where no request and no log shows it', async () => {
    const link = server.freshLink();
    expect(link.slice(0, link.indexOf('#'))).toBe(server.url);
    await post('/api/session', { code: codeOf(link) });
    expect(JSON.stringify(logger.lines)).not.toContain(codeOf(link));
  });

  test('takes a code once', async () => {
    const code = codeOf(server.freshLink());
    await post('/api/session', { code });
    const { status, body } = await post('/api/session', { code });
    expect(status).toBe(403);
    expect(body).toBe('This link was used already or is too old. Get a fresh one with "gatehouse open".\n');
  });

  test('takes a code for ten minutes', async () => {
    const early = codeOf(server.freshLink());
    const late = codeOf(server.freshLink());
    await clock.advance('599 s');
    expect((await post('/api/session', { code: early })).status).toBe(200);
    await clock.advance('1 s');
    expect((await post('/api/session', { code: late })).status).toBe(403);
  });

  test.each([[{ code: 'guessed' }], [{ code: 5 }], [{ code: '' }], [{}]])('refuses %j', async (body) => {
    server.freshLink();
    expect((await post('/api/session', body)).status).toBe(403);
  });

  test('a used link harms no other link and no window that is open', async () => {
    const first = await signIn();
    const other = codeOf(server.freshLink());
    await post('/api/session', { code: 'guessed' });
    expect((await post('/api/session', { code: other })).status).toBe(200);
    expect((await post('/api/call', { call: 'status' }, first)).status).toBe(200);
  });
});

describe('calls', () => {
  test('answers a call with its result', async () => {
    const { status, headers, body } = await post('/api/call', { call: 'status', input: {} }, await signIn());
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
    expect(JSON.parse(body)).toEqual(ok(aSnapshot([aRow()])));
  });

  test('41 refuses a missing or wrong token with 403 and a sentence, never 401', async () => {
    const code = codeOf(server.freshLink());
    for (const headers of [{}, { 'X-Gatehouse-Window': 'wrong' }, { 'X-Gatehouse-Window': code }]) {
      const { status, body, headers: answered } = await post('/api/call', { call: 'status' }, headers);
      expect(status).toBe(403);
      expect(body).toContain('gatehouse open');
      expect(answered['www-authenticate']).toBeUndefined();
    }
    expect((await ask('/api/events')).status).toBe(403);
    const { 'X-Gatehouse-Window': token } = await signIn();
    expect((await post('/api/call', { call: 'status' }, { cookie: `token=${token}` })).status).toBe(403);
    expect((await post(`/api/call?token=${token}`, { call: 'status' })).status).toBe(403);
  });

  test('answers what it does not understand with a sentence', async () => {
    const token = await signIn();
    expect(await post('/api/call', [], token)).toMatchObject({
      status: 400,
      body: 'The body must be one JSON object.\n',
    });
    expect(await post('/api/call', {}, token)).toMatchObject({ status: 400 });
    expect(JSON.parse((await post('/api/call', { call: 'constructor' }, token)).body)).toMatchObject({
      problem: { code: 'invalid-input' },
    });
  });

  test('answers for a handler that throws', async () => {
    const { status, body } = await post('/api/call', { call: 'pause' }, await signIn());
    expect({ status, reply: JSON.parse(body) }).toMatchObject({
      status: 200,
      reply: { ok: false, problem: { code: 'internal' } },
    });
  });

  test('takes a body of 1 MiB and no more', async () => {
    const token = await signIn();
    const padded = (bytes: number): string => '{"call":"status"}'.padEnd(bytes);
    const fits = await ask('/api/call', { method: 'POST', headers: token, body: padded(1024 * 1024) });
    expect(fits.status).toBe(200);
    const long = await ask('/api/call', { method: 'POST', headers: token, body: padded(1024 * 1024 + 1) });
    expect(long).toMatchObject({ status: 413, body: 'A body may have at most 1048576 bytes.\n' });
  });

  test.each(['GET', 'PUT', 'OPTIONS'])('has nothing at %s /api/call', async (method) => {
    expect((await ask('/api/call', { method, headers: await signIn() })).status).toBe(404);
  });
});

describe('events', () => {
  async function listen() {
    const response = await send('/api/events', { headers: await signIn() });
    const lines = createInterface({ input: response })[Symbol.asyncIterator]();
    return { response, next: async (): Promise<unknown> => JSON.parse(String((await lines.next()).value)) };
  }

  test('streams JSON lines, with a ping at once and every 15 s', async () => {
    const { response, next } = await listen();
    expect(response.headers).toMatchObject({
      'content-type': 'application/x-ndjson; charset=utf-8',
      'cache-control': 'no-store',
    });
    expect(await next()).toEqual({ ping: true });
    events.emit('server', aRow());
    expect(await next()).toEqual({ event: 'server', payload: aRow() });
    await clock.advance('15 s');
    expect(await next()).toEqual({ ping: true });
    await clock.advance('15 s');
    expect(await next()).toEqual({ ping: true });
    response.destroy();
  });

  test('leaves no listener and no alarm when the page goes', async () => {
    const { response, next } = await listen();
    await next();
    expect([events.listeners, clock.pendingAlarms.length]).toEqual([1, 1]);
    response.destroy();
    await vi.waitFor(() => expect([events.listeners, clock.pendingAlarms.length]).toEqual([0, 0]));
  });

  test('drops a page that does not read, after a bound', async () => {
    const { response, next } = await listen();
    await next();
    response.pause();
    const row = aRow({ authorizationUrl: 'x'.repeat(1024 * 1024) });
    for (let sent = 0; sent < 40; sent += 1) events.emit('server', row);
    await vi.waitFor(() => expect(events.listeners).toBe(0));
    response.destroy();
  });

  test('ends open streams when it closes', async () => {
    const { response, next } = await listen();
    await next();
    const ended = once(response, 'close').catch(() => {});
    await server.close();
    await ended;
    expect([events.listeners, clock.pendingAlarms.length]).toEqual([0, 0]);
    server = { ...server, close: async () => {} };
  });
});
