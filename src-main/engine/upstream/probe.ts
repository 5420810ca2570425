import type { Problem } from '../model/problem.ts';
import { type Challenge, parseChallenge } from '../oauth/www-authenticate.ts';
import type { Http, HttpResponse } from '../ports.ts';

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
      'io.modelcontextprotocol/protocolVersion': MODERN_REVISION,
      'io.modelcontextprotocol/clientInfo': { name: 'gatehouse', version: '0' },
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
});

export type Seen =
  | { readonly kind: 'answers' }
  | { readonly kind: 'wants-login'; readonly challenge: Challenge | undefined }
  | { readonly kind: 'wants-scope'; readonly scope: string; readonly challenge: Challenge }
  | { readonly kind: 'forbids'; readonly status: number }
  | { readonly kind: 'fails'; readonly problem: Problem };

/** Asks a server whether it is there and lets us in, with one request that changes nothing. */
export async function probe(url: string, headers: Readonly<Record<string, string>>, http: Http): Promise<Seen> {
  const answer = await http.send({
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
    timeoutMs: PROBE_TIMEOUT_MS,
  });
  return answer.ok ? judge(answer.value) : { kind: 'fails', problem: answer.problem };
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
    return { kind: 'fails', problem: { code: 'bad-answer', host, status, detail: 'it sends its callers elsewhere' } };
  }
  // A captive portal says 200 too, in HTML.
  if (isHtml(response.headers['content-type']) && status < 400) {
    return { kind: 'fails', problem: { code: 'bad-answer', host, status, detail: 'a web page, not an MCP answer' } };
  }
  return { kind: 'answers' };
}

export function isHtml(contentType: string | undefined): boolean {
  return contentType?.toLowerCase().startsWith('text/html') ?? false;
}
