import type { Dispatcher } from 'undici';
import requestThrough from 'undici/lib/api/api-request.js';
import type { Problem } from '../engine/model/problem.ts';
import { fail, ok, type Result } from '../engine/model/result.ts';
import { asCause, say } from '../engine/model/sayings.ts';
import { VERSION } from '../engine/model/version.ts';
import type { HttpRequest, HttpResponse } from '../engine/ports.ts';
import { errorCode, networkCause } from './network-cause.ts';
import { AddressRefused } from './public-only.ts';

const BODY_LIMIT = 1024 * 1024;
/** Of an answer, in bytes. */
export const HEADER_LIMIT = 16 * 1024;

/** There was a connection, so the request may have arrived. */
const CONNECTION_LOST: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);
/** What undici and Node say to a call that is wrong in itself. */
const WRONG_CALL = /^UND_ERR_INVALID_|^ERR_INVALID_/;

/** One request and its answer; a redirect is an answer. */
export async function exchange(
  dispatcher: Dispatcher,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<Result<HttpResponse>> {
  const url = new URL(request.url);
  const { host } = url;
  let status = 0;
  try {
    const asked = requestThrough.call(dispatcher, {
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: request.method,
      headers: { 'user-agent': `gatehouse/${VERSION}`, 'accept-encoding': 'identity', ...lowerCase(request.headers) },
      body: request.body ?? null,
      signal,
    });
    const answer = await unlessAborted(asked, signal);
    status = answer.statusCode;
    const headers = joined(answer.headers);
    const encoding = headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity') {
      // Destroyed before its end it emits an error, which nobody waits for.
      answer.body.once('error', () => {}).destroy();
      return fail({ code: 'bad-answer', host, status, ...say('encoded', encoding) });
    }
    const body = await readBody(answer.body);
    if (body === undefined) return fail({ code: 'bad-answer', host, status, ...say('answer-too-long') });
    return ok({ status, headers, body, url: url.href });
  } catch (error) {
    if (signal.aborted) return fail({ code: 'timed-out', host, afterMs: request.timeoutMs });
    return fail(problemOf(error, host, status));
  }
}

/** undici heeds the signal only once it is connected. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}

/** What a failed exchange or connection means. Throws what is a mistake of ours: it must not look like the network's. */
export function problemOf(error: unknown, host: string, status: number): Problem {
  if (error instanceof AddressRefused) return { code: 'address-not-public', host, kind: error.kind };
  const code = errorCode(error) ?? '';
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return { code: 'bad-answer', host, status, ...say('headers-too-long') };
  }
  // undici leaves its code out for some of them.
  if (error instanceof Error && error.name === 'HTTPParserError') {
    return { code: 'bad-answer', host, status, ...say('not-http') };
  }
  if (isBug(error, code)) throw error;
  const sent = CONNECTION_LOST.has(code) ? { sent: true } : {};
  return { code: 'network-unreachable', host, ...asCause(networkCause(error)), ...sent };
}

function isBug(error: unknown, code: string): boolean {
  if (!(error instanceof Error) || WRONG_CALL.test(code)) return true;
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
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
