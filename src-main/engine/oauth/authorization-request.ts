import { allowInsecureRequests, buildAuthorizationUrl, Configuration } from 'openid-client';
import { isLoopback } from '../model/network-address.ts';
import { fail, ok, type Result } from '../model/result.ts';
import { Secret } from '../model/secret.ts';
import type { AuthorizationServer, ClientRegistration } from '../model/token-set.ts';
import type { Random } from '../ports.ts';
import { librarySide } from './library-fetch.ts';
import { createPkce } from './pkce.ts';
import { checkEndpointUrl, checkOpenableUrl } from './safe-url.ts';

/** One attempt's address for the browser, and what must come back or go along with the code. */
export interface AuthorizationRequest {
  readonly url: string;
  readonly state: Secret;
  readonly verifier: Secret;
}

const STATE_BYTES = 32;

/**
 * Builds the authorization request: code flow, S256 (F1), a fresh `state` (F2), `resource` (F4; an empty one is left
 * out). Sends nothing. Fails with `unsafe-url` (F5) or `metadata-incomplete`.
 *
 * @see RFC 6749 section 4.1.1, RFC 7636 section 4.3, RFC 8707 section 2.1
 */
export async function buildAuthorizationRequest(
  input: {
    readonly authorizationServer: AuthorizationServer;
    readonly client: ClientRegistration;
    readonly redirectUri: string;
    readonly resource: string;
    readonly scope?: string | undefined;
    readonly consent: boolean;
    /** D9: configured for this server; none of them replaces one of the flow's own. */
    readonly additional?: Readonly<Record<string, string>> | undefined;
  },
  random: Random,
): Promise<Result<AuthorizationRequest>> {
  const { authorizationServer, client, redirectUri, resource, scope, consent, additional } = input;
  const { issuer, authorizationEndpoint } = authorizationServer;
  if (!authorizationEndpoint) return fail({ code: 'metadata-incomplete', issuer, missing: 'authorization_endpoint' });
  const endpoint = checkEndpointUrl('authorization_endpoint', authorizationEndpoint);
  if (!endpoint.ok) return endpoint;
  const { verifier, challenge } = await createPkce(random);
  const state = random.token(STATE_BYTES);
  const configuration = new Configuration(librarySide(authorizationServer), client.clientId);
  if (isLoopback(endpoint.value)) allowInsecureRequests(configuration);
  const url = buildAuthorizationUrl(configuration, {
    ...additional,
    redirect_uri: redirectUri,
    state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...(resource === '' ? {} : { resource }),
    ...(scope ? { scope } : {}),
    ...(consent && additional?.prompt === undefined ? { prompt: 'consent' } : {}),
  });
  const openable = checkOpenableUrl(url.href);
  return openable.ok ? ok({ url: url.href, state: new Secret(state), verifier }) : openable;
}
