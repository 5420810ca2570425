import type { LookupFunction } from 'node:net';
import type { Dispatcher } from 'undici';
import requestThrough from 'undici/lib/api/api-request.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import { fail, ok, type Result } from '../engine/model/result.ts';
import type { Http, HttpRequest, HttpResponse } from '../engine/ports.ts';
import { errorCode, networkCause } from './network-cause.ts';
import { headersFor, isRedirect, redirectTarget } from './redirect.ts';
import { VERSION } from './version.ts';

const BODY_LIMIT = 1024 * 1024;
const HEADER_LIMIT = 16 * 1024;

/** There was a connection, so the request may have arrived. */
const CONNECTION_LOST: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

export interface SystemHttp extends Http {
  /** Ends every connection; exchanges under way fail. */
  close(): Promise<void>;
}

export interface HttpOptions {
  /** Instead of the system's name service. */
  readonly lookup?: LookupFunction;
  /** Certificates (PEM) to trust instead of Node's own list, which NODE_EXTRA_CA_CERTS extends. */
  readonly ca?: string;
}

/** Small exchanges over connections that are kept and used again. The time limit is for the whole of one, redirects included. */
export function createHttp(options: HttpOptions = {}): SystemHttp {
  const agent = new Agent({
    // The exchange has one limit of its own.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: HEADER_LIMIT,
    connect: {
      ...(options.lookup === undefined ? {} : { lookup: options.lookup }),
      ...(options.ca === undefined ? {} : { ca: options.ca }),
    },
  });

  return {
    async send(request) {
      if (!URL.canParse(request.url) || !/^https?:$/.test(new URL(request.url).protocol)) {
        return fail({ code: 'unsafe-url', what: 'address', url: request.url, why: 'it is neither https nor http' });
      }
      const limit = new AbortController();
      const timer = setTimeout(() => limit.abort(), request.timeoutMs);
      try {
        return await follow(agent, request, limit.signal);
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => agent.destroy(),
  };
}

async function follow(agent: Agent, request: HttpRequest, signal: AbortSignal): Promise<Result<HttpResponse>> {
  let url = new URL(request.url);
  let headers = request.headers;
  let remaining = request.method === 'GET' ? request.redirects : 0;
  for (;;) {
    const answer = await exchange(agent, { ...request, url: url.href, headers }, signal);
    if (!answer.ok) return answer;
    const { location } = answer.value.headers;
    if (remaining === 0 || location === undefined || !isRedirect(answer.value.status)) return answer;
    const target = redirectTarget(url, location);
    if (!target.ok) return target;
    headers = headersFor(target.value, url, headers);
    url = target.value;
    remaining -= 1;
  }
}

async function exchange(agent: Agent, request: HttpRequest, signal: AbortSignal): Promise<Result<HttpResponse>> {
  const url = new URL(request.url);
  const { host } = url;
  let status = 0;
  try {
    const answer = await requestThrough.call(agent, {
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: request.method,
      headers: { 'user-agent': `gatehouse/${VERSION}`, 'accept-encoding': 'identity', ...lowerCase(request.headers) },
      body: request.body ?? null,
      signal,
    });
    status = answer.statusCode;
    const headers = joined(answer.headers);
    const encoding = headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity') {
      // Destroyed before its end it emits an error, which nobody waits for.
      answer.body.once('error', () => {}).destroy();
      return fail({ code: 'bad-answer', host, status, detail: `encoded as "${encoding}", which was not asked for` });
    }
    const body = await readBody(answer.body);
    if (body === undefined) return fail({ code: 'bad-answer', host, status, detail: 'more than 1 MiB' });
    return ok({ status, headers, body, url: url.href });
  } catch (error) {
    if (signal.aborted) return fail({ code: 'timed-out', host, afterMs: request.timeoutMs });
    return fail(problemOf(error, host, status));
  }
}

function problemOf(error: unknown, host: string, status: number) {
  const code = errorCode(error) ?? '';
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return { code: 'bad-answer', host, status, detail: 'headers of more than 16 KiB' } as const;
  }
  // undici leaves its code out for some of them.
  if (error instanceof Error && error.name === 'HTTPParserError') {
    return { code: 'bad-answer', host, status, detail: 'not HTTP' } as const;
  }
  if (code === 'UND_ERR_INVALID_ARG') throw error;
  const sent = CONNECTION_LOST.has(code) ? { sent: true } : {};
  return { code: 'network-unreachable', host, cause: networkCause(error), ...sent } as const;
}

/** The whole body, or undefined when it is longer than the limit. */
async function readBody(body: Dispatcher.ResponseData['body']): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop destroys the body, and with it the connection that would go on sending.
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_LIMIT) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function joined(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [
    name.toLowerCase(),
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ]);
  return Object.fromEntries(entries);
}
