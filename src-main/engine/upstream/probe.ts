import { atMost } from '../at-most.ts';
import type { Problem } from '../model/problem.ts';
import { say } from '../model/sayings.ts';
import { type Challenge, parseChallenge } from '../oauth/www-authenticate.ts';
import type { Clock, Http, HttpResponse, UpstreamControl, UpstreamHttp } from '../ports.ts';
import { isModern, resultIn, serverNameIn } from './first-answer.ts';
import { CLIENT_CAPABILITIES, CLIENT_INFO, PROTOCOL_VERSION } from './modern-meta.ts';

/** The era whose request is sent first (M4). It opens no session, so there is nothing to end afterwards. */
export const MODERN_REVISION = '2026-07-28';

const PROBE_TIMEOUT_MS = 15_000;
const PROBE_REDIRECTS = 0;

const PROBE_BODY = JSON.stringify({
  jsonrpc: '2.0',
  id: 'gatehouse-probe',
  method: 'server/discover',
  params: {
    _meta: {
      [PROTOCOL_VERSION]: MODERN_REVISION,
      [CLIENT_INFO]: { name: 'gatehouse', version: '0' },
      [CLIENT_CAPABILITIES]: {},
    },
  },
});

export type Seen =
  /** `speaksOtherwise`: there is something, and it takes no POST. `era`: it answered as one of that era does. */
  | {
      readonly kind: 'answers';
      readonly speaksOtherwise?: true;
      readonly era?: 'modern';
      readonly serverName?: string | undefined;
    }
  | { readonly kind: 'wants-login'; readonly challenge: Challenge | undefined }
  | { readonly kind: 'wants-scope'; readonly scope: string; readonly challenge: Challenge }
  | { readonly kind: 'forbids'; readonly status: number }
  | { readonly kind: 'fails'; readonly problem: Problem };

/** Asks a server whether it is there and lets us in, with one request that changes nothing. */
export async function probe(url: string, headers: Readonly<Record<string, string>>, http: Http): Promise<Seen> {
  const answer = await ask(url, headers, http, PROBE_TIMEOUT_MS);
  return answer.ok ? judge(answer.value) : { kind: 'fails', problem: answer.problem };
}

/** A connection that is not there within 10 s is `network-unreachable`: this waits for that, and hardly any longer. */
const KNOCK_TIMEOUT_MS = 12_000;

/** Asks whether anybody is there at all. Undefined: whatever was answered, somebody is. */
export async function knock(
  url: string,
  headers: Readonly<Record<string, string>>,
  { http, clock }: { readonly http: Http; readonly clock: Clock },
): Promise<Problem | undefined> {
  const answer = await atMost(clock, KNOCK_TIMEOUT_MS, ask(url, headers, http, KNOCK_TIMEOUT_MS));
  if (!answer) return { code: 'timed-out', host: new URL(url).host, afterMs: KNOCK_TIMEOUT_MS };
  if (answer.ok || answer.problem.code === 'bad-answer') return undefined;
  return answer.problem;
}

function ask(url: string, headers: Readonly<Record<string, string>>, http: Http, timeoutMs: number) {
  return http.send({
    url,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': MODERN_REVISION,
      'mcp-method': 'server/discover',
      ...headers,
    },
    body: PROBE_BODY,
    redirects: PROBE_REDIRECTS,
    timeoutMs,
  });
}

/** The stream's first event. @see MCP 2024-11-05, basic/transports, "HTTP with SSE" */
const ENDPOINT_EVENT = /^event: ?endpoint\r?$/m;

/** It comes at once, before anything longer. */
const FIRST_EVENT_BYTES = 16 * 1024;

/** The same of a server that speaks HTTP+SSE: opens its stream and closes it at the first event. */
export function probeEventStream(
  url: string,
  headers: Readonly<Record<string, string>>,
  { upstreamHttp, clock }: { readonly upstreamHttp: UpstreamHttp; readonly clock: Clock },
): Promise<Seen> {
  const { host } = new URL(url);
  return new Promise((resolve) => {
    let control: UpstreamControl | undefined;
    let isDone = false;
    let status = 0;
    let text = '';
    const done = (seen: Seen): void => {
      isDone = true;
      cancelAlarm();
      control?.abort();
      resolve(seen);
    };
    const noEvent = (): void =>
      done({ kind: 'fails', problem: { code: 'bad-answer', host, status, ...say('no-event-stream') } });
    const cancelAlarm = clock.setAlarm(clock.now() + PROBE_TIMEOUT_MS, () =>
      done({ kind: 'fails', problem: { code: 'timed-out', host, afterMs: PROBE_TIMEOUT_MS } }),
    );
    const sent = Object.entries({ accept: 'text/event-stream', ...headers }).flat();
    upstreamHttp.send(
      { url: new URL(url), method: 'GET', headers: sent, body: undefined, isLongStream: true },
      {
        onStart: (started) => {
          control = started;
          if (isDone) started.abort();
        },
        onHeaders: (answered, received) => {
          status = answered;
          const seen = judge({ status, headers: joined(received), body: '', url });
          if (seen.kind !== 'answers') done(seen);
          else if (status !== 200 || !joined(received)['content-type']?.startsWith('text/event-stream')) noEvent();
        },
        onData: (chunk) => {
          if (isDone) return;
          text += Buffer.from(chunk).toString('latin1');
          if (ENDPOINT_EVENT.test(text)) done({ kind: 'answers' });
          else if (text.length > FIRST_EVENT_BYTES) noEvent();
        },
        onEnd: () => {
          if (!isDone) noEvent();
        },
        onError: ({ detail }) => {
          if (!isDone) done({ kind: 'fails', problem: { code: 'network-unreachable', host, cause: detail } });
        },
      },
    );
  });
}

function joined(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}

function judge(response: HttpResponse): Seen {
  const { status } = response;
  const challenge = parseChallenge(response.headers['www-authenticate']);
  if (status === 401) return { kind: 'wants-login', challenge };
  if (status === 403) {
    return challenge?.error === 'insufficient_scope'
      ? { kind: 'wants-scope', scope: challenge.scope ?? '', challenge }
      : { kind: 'forbids', status };
  }
  const host = new URL(response.url).host;
  if (status === 429 || status >= 500) return { kind: 'fails', problem: { code: 'server-error', host, status } };
  if (status >= 300 && status < 400) {
    return { kind: 'fails', problem: { code: 'bad-answer', host, status, ...say('elsewhere') } };
  }
  // A captive portal says 200 too, in HTML.
  if (isHtml(response.headers['content-type']) && status < 400) {
    return { kind: 'fails', problem: { code: 'bad-answer', host, status, ...say('web-page') } };
  }
  if (isModern(response)) return { kind: 'answers', era: 'modern', serverName: serverNameIn(resultIn(response)) };
  return status === 404 || status === 405 ? { kind: 'answers', speaksOtherwise: true } : { kind: 'answers' };
}

export function isHtml(contentType: string | undefined): boolean {
  return contentType?.toLowerCase().startsWith('text/html') ?? false;
}
