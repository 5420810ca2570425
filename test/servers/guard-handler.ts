import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { TokenFacts } from './authorization-server.ts';
import { bearerOf, checkBearer, type Verdict } from './bearer-check.ts';
import type { GuardRecord } from './guard-record.ts';
import type { GuardSwitches } from './guard-switches.ts';
import { happens } from './times.ts';
import type { Upstream } from './upstream.ts';

export interface GuardParts {
  switches: GuardSwitches;
  record: GuardRecord;
  upstream: Upstream;
  origin: string;
  path: string;
  metadata: Record<string, unknown>;
  introspect: (accessToken: string) => Promise<TokenFacts | undefined>;
  ageMs: (accessToken: string) => number | undefined;
}

const WELL_KNOWN = '/.well-known/oauth-protected-resource';
/** Where the metadata is when only the challenge tells. */
const UNLISTED = '/resource-metadata.json';

function metadataPath({ detection, metadataForm }: GuardSwitches, path: string): string | undefined {
  if (detection === 'none') return undefined;
  if (detection === 'www-authenticate') return UNLISTED;
  return metadataForm === 'root' ? WELL_KNOWN : `${WELL_KNOWN}${path}`;
}

function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
}

/** RFC 6750 3 and RFC 9728 5.1. */
function challenge(parts: GuardParts, verdict: Exclude<Verdict, { kind: 'admitted' }>): string {
  const { switches, origin, path } = parts;
  const told = switches.detection === 'www-authenticate' || switches.detection === 'both';
  const scope = verdict.kind === 'insufficient-scope' ? verdict.scope : switches.challengeScope;
  const error = verdict.kind === 'insufficient-scope' ? 'insufficient_scope' : verdict.error;
  const description = verdict.kind === 'insufficient-scope' ? 'more access is needed' : verdict.description;
  const parameters = Object.entries({
    error,
    error_description: description,
    scope,
    resource_metadata: told ? `${origin}${metadataPath(switches, path) ?? ''}` : undefined,
  }).flatMap(([name, value]) => (value === undefined ? [] : [`${name}="${value}"`]));
  return `Bearer${parameters.length === 0 ? '' : ` ${parameters.join(', ')}`}`;
}

/** The connection dies at the moment when the answer, complete or streamed, would begin. */
function loseAnswer(response: ServerResponse): void {
  response.writeHead = () => {
    response.destroy();
    return response;
  };
}

export function guardHandler(parts: GuardParts) {
  const { switches, record, upstream } = parts;

  const serveMcp = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    record.saw(request);
    if (switches.delayMs > 0) await delay(switches.delayMs);
    if (switches.hangUps?.when === 'before' && happens(switches.hangUps.times)) {
      request.socket.destroy();
      return;
    }
    if (switches.answers !== undefined && happens(switches.answers.times)) {
      response.writeHead(switches.answers.status, switches.answers.headers);
      response.end(switches.answers.body);
      return;
    }
    const resource = String(parts.metadata.resource);
    const verdict = await checkBearer(request.headers, switches, resource, parts.introspect);
    if (verdict.kind !== 'admitted') {
      const status = verdict.kind === 'unauthorized' ? 401 : 403;
      record.count(status === 401 ? 'unauthorized' : 'forbidden', 1);
      if (status === 401) record.refusedAgesMs.push(parts.ageMs(bearerOf(request.headers) ?? '') ?? null);
      const error = verdict.kind === 'unauthorized' ? (verdict.error ?? 'unauthorized') : 'insufficient_scope';
      const headers = switches.admits === 'tokens' ? { 'www-authenticate': challenge(parts, verdict) } : {};
      sendJson(response, status, { error }, headers);
      return;
    }
    record.count('admitted', 1);
    if (request.method === 'GET') {
      record.count('openStreams', 1);
      response.once('close', () => record.count('openStreams', -1));
    }
    if (switches.hangUps?.when === 'after' && happens(switches.hangUps.times)) loseAnswer(response);
    await upstream.handle(request, response);
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? '/', parts.origin);
    if (pathname === parts.path) {
      await serveMcp(request, response);
      return;
    }
    const isMetadata = pathname === UNLISTED || pathname.startsWith(WELL_KNOWN);
    if (isMetadata) record.count('metadataRequests', 1);
    if (!isMetadata || pathname !== metadataPath(switches, parts.path)) {
      sendJson(response, 404, { error: 'not_found' });
      return;
    }
    const changed = Object.entries({ ...parts.metadata, ...switches.metadataChanges });
    sendJson(response, 200, Object.fromEntries(changed.filter(([, value]) => value !== null)));
  };

  return (request: IncomingMessage, response: ServerResponse): void => {
    serve(request, response).catch((error: unknown) => {
      if (response.destroyed) return;
      console.error('The test MCP server has a bug:', error);
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { error: 'internal' });
    });
  };
}
