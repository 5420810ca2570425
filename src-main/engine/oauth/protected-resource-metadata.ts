import { z } from 'zod';
import { fail, ok, type Result } from '../model/result.ts';
import { say } from '../model/sayings.ts';
import type { Http, HttpResponse } from '../ports.ts';
import { badAnswer, jsonObject } from './http-answer.ts';
import { askForMetadata } from './metadata-document.ts';
import { checkEndpointUrl } from './safe-url.ts';
import { serverWords } from './server-words.ts';
import type { Challenge } from './www-authenticate.ts';

/** What an MCP server publishes about itself. @see RFC 9728 section 2 */
export interface ProtectedResource {
  /** Sent verbatim as `resource` (F4). */
  readonly resource: string;
  readonly authorizationServers: readonly string[];
  readonly scopesSupported?: readonly string[];
}

const metadata = z.object({
  resource: z.string().min(1),
  authorization_servers: z.array(z.string().min(1)).nullish(),
  // A sloppy list is no reason to refuse a login: it only proposes.
  scopes_supported: z.array(z.string().min(1)).nullish().catch(undefined),
});

/**
 * The resource identifier of a server that publishes none: its URL without fragment, and without the slash that a URL
 * parser adds to a bare origin.
 *
 * @see RFC 8707 section 2; MCP specification, basic/authorization, "Canonical Server URI"
 */
export function canonicalResource(serverUrl: string): string {
  const url = new URL(serverUrl);
  url.hash = '';
  const isBareOrigin = url.pathname === '/' && url.search === '' && !/\/(?:#.*)?$/s.test(serverUrl);
  return isBareOrigin ? url.origin : url.href;
}

/** D2: same origin, and its path a prefix of the server's that ends where a segment ends. @see RFC 9728 section 3.3 */
function belongsTo(resource: string, serverUrl: string): boolean {
  if (!URL.canParse(resource)) return false;
  const named = new URL(resource);
  const server = new URL(serverUrl);
  if (named.origin !== server.origin || named.username !== '' || named.password !== '' || named.hash !== '')
    return false;
  if (named.search !== '' && named.search !== server.search) return false;
  const prefix = named.pathname.replace(/\/$/, '');
  return server.pathname === prefix || server.pathname.startsWith(`${prefix}/`);
}

/** D1: the challenge's address, then the well-known one with the server's path, then the one at the root. */
function candidates(serverUrl: string, challenge: Challenge | undefined): readonly string[] {
  const server = new URL(serverUrl);
  const root = `${server.origin}/.well-known/oauth-protected-resource`;
  const path = server.pathname === '/' ? '' : server.pathname;
  const wellKnown = [`${root}${path}${server.search}`, root];
  return [...new Set(challenge?.resourceMetadata ? [challenge.resourceMetadata, ...wellKnown] : wellKnown)];
}

function parse(response: HttpResponse, serverUrl: string): Result<ProtectedResource> {
  const json = jsonObject(response);
  if (!json.ok) return json;
  const parsed = metadata.safeParse(json.value);
  if (!parsed.success) {
    const member = parsed.error.issues[0]?.path.join('.');
    return badAnswer(response, say('resource-metadata-member', member ?? ''));
  }
  const { resource, authorization_servers, scopes_supported } = parsed.data;
  if (!belongsTo(resource, serverUrl)) {
    return fail({
      code: 'resource-mismatch',
      expected: canonicalResource(serverUrl),
      got: serverWords(resource) ?? '',
    });
  }
  return ok({
    resource,
    authorizationServers: authorization_servers ?? [],
    ...(scopes_supported ? { scopesSupported: scopes_supported } : {}),
  });
}

/**
 * Asks the server for its protected resource metadata (GET, in the order of D1, on to the next address only where there
 * is nothing). Undefined when it publishes none anywhere.
 *
 * Fails with `resource-mismatch` (D2), `bad-answer`, `server-error`, `unsafe-url`, or what the network failed with: none
 * of these means "none".
 *
 * @see RFC 9728 sections 3 and 5
 */
export async function discoverProtectedResource(
  input: { readonly serverUrl: string; readonly challenge?: Challenge | undefined },
  http: Http,
): Promise<Result<ProtectedResource | undefined>> {
  for (const url of candidates(input.serverUrl, input.challenge)) {
    // The challenge's address came from the server; the server's own was accepted with the configuration.
    if (url === input.challenge?.resourceMetadata) {
      const checked = checkEndpointUrl('resource_metadata', url);
      if (!checked.ok) return checked;
    }
    const found = await askForMetadata(url, http);
    if (!found.ok) return found;
    if (found.value) return parse(found.value, input.serverUrl);
  }
  return ok(undefined);
}
