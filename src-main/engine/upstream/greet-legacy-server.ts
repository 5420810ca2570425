import { fail, ok, type Result } from '../model/result.ts';
import { say } from '../model/sayings.ts';
import { type Challenge, parseChallenge } from '../oauth/www-authenticate.ts';
import type { Http } from '../ports.ts';
import { resultIn, serverNameIn } from './first-answer.ts';

const LEGACY_REVISION = '2025-11-25';
const TIMEOUT_MS = 10_000;

const GREETING = JSON.stringify({
  jsonrpc: '2.0',
  id: 'gatehouse-look',
  method: 'initialize',
  params: {
    protocolVersion: LEGACY_REVISION,
    capabilities: {},
    clientInfo: { name: 'gatehouse', version: '0' },
  },
});

export type Greeted =
  | { readonly kind: 'answers'; readonly serverName: string | undefined }
  | { readonly kind: 'wants-login'; readonly challenge: Challenge | undefined };

/**
 * Whether a server of the legacy era is there: begins a session and ends it again (POST `initialize`, then DELETE).
 *
 * Fails with `bad-answer` where nothing answers as such a server does, or with what the network failed with.
 *
 * @see MCP 2025-11-25, basic/lifecycle and basic/transports, "Session Management"
 */
export async function greetLegacyServer(
  url: string,
  headers: Readonly<Record<string, string>>,
  http: Http,
): Promise<Result<Greeted>> {
  const send = { url, redirects: 0, timeoutMs: TIMEOUT_MS };
  const answer = await http.send({
    ...send,
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: GREETING,
  });
  if (!answer.ok) return answer;
  const response = answer.value;
  const { status } = response;
  if (status === 401) {
    return ok({ kind: 'wants-login', challenge: parseChallenge(response.headers['www-authenticate']) });
  }
  const session = response.headers['mcp-session-id'];
  if (session) {
    // What it answers changes nothing here.
    await http.send({
      ...send,
      method: 'DELETE',
      headers: { 'mcp-session-id': session, 'mcp-protocol-version': LEGACY_REVISION, ...headers },
    });
  }
  const result = resultIn(response);
  if (status !== 200 || typeof result?.protocolVersion !== 'string') {
    return fail({ code: 'bad-answer', host: new URL(url).host, status, ...say('not-mcp') });
  }
  return ok({ kind: 'answers', serverName: serverNameIn(result) });
}
