import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Handlers } from '../../src-preload/derive.ts';
import type { Clock, Logger, Random } from '../engine/ports.ts';
import { answer, type Subscribe } from './connection.ts';
import { parseJsonObject } from './json-lines.ts';
import { streamEvents } from './window-events.ts';
import { readWindowFile } from './window-files.ts';
import { isCrossSite, refusalOf, SECURITY_HEADERS } from './window-guard.ts';
import { createWindowSessions, type WindowSessions } from './window-sessions.ts';

const BODY_LIMIT_BYTES = 1024 * 1024;
const CONNECTIONS_LIMIT = 256;
/** In lower case, as Node gives header names. */
const TOKEN_HEADER = 'x-gatehouse-window';

export interface WindowServerOptions {
  readonly handlers: Handlers;
  readonly subscribe: Subscribe;
  /** The built window: `index.html` and its assets. */
  readonly rendererDir: string;
  readonly logger: Logger;
  readonly random: Pick<Random, 'token'>;
  readonly clock: Pick<Clock, 'now' | 'setAlarm'>;
}

export interface WindowServer {
  /** `http://127.0.0.1:PORT/` */
  readonly url: string;
  /** The same with a one-time code in its fragment, which no request carries. */
  freshLink(): string;
  close(): Promise<void>;
}

/** The status window for a browser, on a loopback port of its own that the system chooses. */
export async function startWindowServer(options: WindowServerOptions): Promise<WindowServer> {
  const sessions = createWindowSessions(options.random, options.clock);
  const server = createServer((request, response) => {
    handle(request, response, options, sessions).catch((error: unknown) => {
      options.logger.error('window.request-failed', { detail: error instanceof Error ? error.name : 'unknown' });
      if (response.headersSent) response.destroy();
      else say(response, 500, 'Something went wrong inside Gatehouse. The log has more.');
    });
  });
  server.maxConnections = CONNECTIONS_LIMIT;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/`;
  options.logger.info('window.listening', { url });

  return {
    url,
    freshLink: () => `${url}#code=${sessions.issueCode()}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  options: WindowServerOptions,
  sessions: WindowSessions,
): Promise<void> {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  const isApi = path.startsWith('/api/');
  const refusal =
    refusalOf(request.headers) ??
    (isApi && isCrossSite(request.headers) ? 'Pages of another site may not ask here.' : undefined);
  if (refusal !== undefined) {
    options.logger.warn('window.refused', { reason: refusal });
    say(response, 403, refusal);
    return;
  }
  switch (`${request.method} ${path}`) {
    case 'POST /api/session':
      await exchangeCode(request, response, sessions);
      return;
    case 'POST /api/call':
      if (hasToken(request, response, sessions)) await runCall(request, response, options.handlers);
      return;
    case 'GET /api/events':
      if (hasToken(request, response, sessions)) streamEvents(response, options.subscribe, options.clock);
      return;
    default:
      if (isApi || (request.method !== 'GET' && request.method !== 'HEAD')) sayNothingHere(response);
      else await sendFile(request, response, options.rendererDir, path);
  }
}

function hasToken(request: IncomingMessage, response: ServerResponse, sessions: WindowSessions): boolean {
  const token = request.headers[TOKEN_HEADER];
  if (typeof token === 'string' && sessions.isToken(token)) return true;
  say(response, 403, 'This window is not signed in to Gatehouse any more. Get a fresh link with "gatehouse open".');
  return false;
}

async function exchangeCode(
  request: IncomingMessage,
  response: ServerResponse,
  sessions: WindowSessions,
): Promise<void> {
  const body = await readJsonBody(request, response);
  if (!body) return;
  const token = typeof body.code === 'string' ? sessions.exchange(body.code) : undefined;
  if (token === undefined) {
    say(response, 403, 'This link was used already or is too old. Get a fresh one with "gatehouse open".');
  } else sendJson(response, 200, { token });
}

async function runCall(request: IncomingMessage, response: ServerResponse, handlers: Handlers): Promise<void> {
  const body = await readJsonBody(request, response);
  if (!body) return;
  if (typeof body.call !== 'string') say(response, 400, 'The body needs the name of a call as its "call".');
  else sendJson(response, 200, await answer(handlers, body.call, body.input ?? {}));
}

async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  rendererDir: string,
  path: string,
): Promise<void> {
  const file = await readWindowFile(rendererDir, path);
  if (file) {
    response.writeHead(200, {
      'Content-Type': file.type,
      'Content-Length': file.body.length,
      'Cache-Control': file.cacheControl,
    });
    response.end(request.method === 'HEAD' ? undefined : file.body);
  } else if (path === '/') say(response, 404, 'The window is not built. Run "npm run build".');
  else sayNothingHere(response);
}

/** Undefined when it was answered already: too long, cut off, or not an object. */
async function readJsonBody(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += (chunk as Buffer).length;
      if (bytes > BODY_LIMIT_BYTES) {
        say(response, 413, `A body may have at most ${BODY_LIMIT_BYTES} bytes.`);
        return undefined;
      }
      chunks.push(chunk as Buffer);
    }
  } catch {
    // Whoever asked is gone.
    response.destroy();
    return undefined;
  }
  const body = parseJsonObject(Buffer.concat(chunks).toString('utf8'));
  if (!body) say(response, 400, 'The body must be one JSON object.');
  return body;
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(value));
}

/** A refusal: one sentence. What is left of the request is not read, so the connection ends with it. */
function say(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    Connection: 'close',
  });
  response.end(`${sentence}\n`);
}

function sayNothingHere(response: ServerResponse): void {
  say(response, 404, 'There is nothing here.');
}
