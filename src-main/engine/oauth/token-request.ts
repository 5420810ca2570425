import * as oauth from 'oauth4webapi';
import type { EpochMs } from '../model/ids.ts';
import type { Result } from '../model/result.ts';
import { Secret } from '../model/secret.ts';
import type { AuthorizationServer, ClientRegistration } from '../model/token-set.ts';
import type { Http } from '../ports.ts';
import { judgeAuthorizationResponse } from './authorization-response.ts';
import { clientAuthentication } from './client-authentication.ts';
import { libraryClient, librarySide, sendThroughLibrary } from './library-fetch.ts';
import { checkEndpointUrl } from './safe-url.ts';
import { parseTokenResponse, type TokenGrant } from './token-response.ts';

export type { TokenGrant } from './token-response.ts';

/** F4: on the exchange and on every refresh; an empty one is left out. */
function resourceParameter(resource: string): URLSearchParams {
  return new URLSearchParams(resource === '' ? {} : { resource });
}

/**
 * Exchanges the code for tokens (POST to the token endpoint), after the authorization response was judged once more:
 * nothing is sent that `judgeAuthorizationResponse` refuses.
 *
 * Fails with its problems, `unsafe-url`, `token-endpoint-error`, `server-error`, `bad-answer`, or what the network
 * failed with.
 *
 * @see RFC 6749 section 4.1.3, RFC 7636 section 4.5, RFC 8707 section 2.2
 */
export async function exchangeCode(
  input: {
    readonly authorizationServer: AuthorizationServer;
    readonly client: ClientRegistration;
    readonly callbackUrl: URL;
    readonly redirectUri: string;
    readonly state: Secret;
    readonly verifier: Secret;
    readonly resource: string;
  },
  http: Http,
  now: () => EpochMs,
): Promise<Result<TokenGrant>> {
  const { authorizationServer, client, callbackUrl, redirectUri, state, verifier, resource } = input;
  const judged = judgeAuthorizationResponse(input);
  if (!judged.ok) return judged;
  const endpoint = checkEndpointUrl('token_endpoint', authorizationServer.tokenEndpoint);
  if (!endpoint.ok) return endpoint;
  const server = librarySide(authorizationServer);
  // Only what was judged goes on: the library refuses parameters that are none of its business here.
  const received = new URLSearchParams();
  for (const name of ['code', 'state', 'iss']) {
    const value = callbackUrl.searchParams.get(name);
    if (value !== null) received.set(name, value);
  }
  const validated = oauth.validateAuthResponse(server, libraryClient(client), received, state.reveal());
  const answer = await sendThroughLibrary(endpoint.value, http, (options) =>
    oauth.authorizationCodeGrantRequest(
      server,
      libraryClient(client),
      clientAuthentication(client),
      validated,
      redirectUri,
      verifier.reveal(),
      { ...options, additionalParameters: resourceParameter(resource) },
    ),
  );
  if (!answer.ok) return answer;
  const code = new Secret(received.get('code') ?? '');
  return parseTokenResponse(answer.value, now(), [code, verifier, state, client.clientSecret]);
}

/**
 * Trades the refresh token for a new token set (POST to the token endpoint). What the answer leaves out is left out
 * here too; `mergeTokens` keeps the old refresh token.
 *
 * Fails with `unsafe-url`, `token-endpoint-error`, `server-error`, `bad-answer`, or what the network failed with.
 *
 * @see RFC 6749 section 6, RFC 8707 section 2.2
 */
export async function refreshTokens(
  input: {
    readonly authorizationServer: AuthorizationServer;
    readonly client: ClientRegistration;
    readonly refreshToken: Secret;
    readonly resource: string;
  },
  http: Http,
  now: () => EpochMs,
): Promise<Result<TokenGrant>> {
  const { authorizationServer, client, refreshToken, resource } = input;
  const endpoint = checkEndpointUrl('token_endpoint', authorizationServer.tokenEndpoint);
  if (!endpoint.ok) return endpoint;
  const answer = await sendThroughLibrary(endpoint.value, http, (options) =>
    oauth.refreshTokenGrantRequest(
      librarySide(authorizationServer),
      libraryClient(client),
      clientAuthentication(client),
      refreshToken.reveal(),
      { ...options, additionalParameters: resourceParameter(resource) },
    ),
  );
  if (!answer.ok) return answer;
  return parseTokenResponse(answer.value, now(), [refreshToken, client.clientSecret]);
}
