import type { EpochMs } from '../model/ids.ts';
import type { Problem } from '../model/problem.ts';
import { fail, ok, type Result } from '../model/result.ts';
import { type Detail, say } from '../model/sayings.ts';
import type { HttpResponse } from '../ports.ts';

/** Of one exchange with an authorization server, in milliseconds. */
export const EXCHANGE_TIMEOUT_MS = 15_000;
/** Redirects that a metadata document may take (D8). */
export const METADATA_REDIRECTS = 3;

const MAX_RETRY_AFTER_MS = 24 * 60 * 60 * 1000;

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** "There is nothing here": any refusal but those that pass by themselves (request time-out, too many requests). */
export function isAbsence(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

/**
 * How long the server asks to wait, in milliseconds, at most a day. A date is compared with the answer's own `Date`, so
 * that a wrong clock on either side does no harm; `now` stands in where the answer has none.
 *
 * @see RFC 9110 section 10.2.3
 */
export function retryAfterMs(response: HttpResponse, now?: EpochMs): number | undefined {
  const header = response.headers['retry-after']?.trim();
  if (!header) return undefined;
  if (/^\d+$/.test(header)) return Math.min(Number(header) * 1000, MAX_RETRY_AFTER_MS);
  const until = Date.parse(header);
  const answeredAt = Date.parse(response.headers.date ?? '');
  const from = Number.isNaN(answeredAt) ? now : answeredAt;
  if (Number.isNaN(until) || from === undefined) return undefined;
  return Math.min(Math.max(until - from, 0), MAX_RETRY_AFTER_MS);
}

/** The problem of an answer that says "later": 5xx, 408, 429. Status goes before body: a 503 is never `invalid_grant`. */
export function serverTrouble(response: HttpResponse, now?: EpochMs): Problem | undefined {
  const { status } = response;
  if (status < 500 && status !== 408 && status !== 429) return undefined;
  const wait = retryAfterMs(response, now);
  return {
    code: 'server-error',
    host: new URL(response.url).host,
    status,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  };
}

/** The body is never quoted: it may be a page, or hold a token. */
export function badAnswer(response: HttpResponse, said: Detail): { readonly ok: false; readonly problem: Problem } {
  return fail({ code: 'bad-answer', host: new URL(response.url).host, status: response.status, ...said });
}

/** The body as a JSON object; fails with `bad-answer` on a page (a captive portal's), on broken JSON, on anything else. */
export function jsonObject(response: HttpResponse): Result<Record<string, unknown>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(response.body.replace(/^\u{FEFF}/u, ''));
  } catch {
    const isPage = /^\s*</.test(response.body);
    return badAnswer(response, say(isPage ? 'page-not-json' : 'not-json'));
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return badAnswer(response, say('not-json-object'));
  }
  return ok(parsed as Record<string, unknown>);
}
