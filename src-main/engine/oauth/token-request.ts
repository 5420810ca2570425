import * as oauth from 'oauth4webapi';
import type { EpochMs } from '../model/ids.ts';
import { ok, type Result } from '../model/result.ts';
import { Secret } from '../model/secret.ts';
import type { AuthorizationServer, ClientRegistration } from '../model/token-set.ts';
import type { Http } from '../ports.ts';
import { judgeAuthorizationResponse } from './authorization-response.ts';
import { clientAuthentication } from './client-authentication.ts';
import { type LibraryOptions, libraryClient, librarySide, sendThroughLibrary } from './library-fetch.ts';
import { checkEndpointUrl } from './safe-url.ts';
import { parseTokenResponse, type TokenGrant } from './token-response.ts';

export type { TokenGrant } from './token-response.ts';

/**
 * A refresh that was given up may still be answered: whoever asks again with the same token is then taken for a thief.
 * So it is given up late, when whatever stands before the server has given up as well.
 */
const REFRESH_TIMEOUT_MS = 60_000;

interface Asked {
  readonly authorizationServer: AuthorizationServer;
  readonly client: ClientRegistration;
  readonly resource: string;
}

/**
 * One POST to the token endpoint, with `resource` (F4; an empty one is left out), and what its answer means.
 *
 * @param sent the secrets in the request, so that no echo of them is shown
 */
async function askForTokens(
  { authorizationServer, client, resource, timeoutMs }: Asked & { readonly timeoutMs?: number },
  sent: readonly Secret[],
  request: (
    ...to: [
      oauth.AuthorizationServer,
      oauth.Client,
      oauth.ClientAuth,
      LibraryOptions & oauth.TokenEndpointRequestOptions,
    ]
  ) => Promise<Response>,
  http: Http,
  now: () => EpochMs,
): Promise<Result<TokenGrant>> {
  const endpoint = checkEndpointUrl('token_endpoint', authorizationServer.tokenEndpoint);
  if (!endpoint.ok) return endpoint;
  const additionalParameters = new URLSearchParams(resource === '' ? {} : { resource });
  const askedAt = now();
  const answer = await sendThroughLibrary(
    endpoint.value,
    http,
    (options) =>
      request(librarySide(authorizationServer), libraryClient(client), clientAuthentication(client), {
        ...options,
        additionalParameters,
      }),
    timeoutMs,
  );
  return answer.ok ? parseTokenResponse(answer.value, { askedAt, now: now() }, [...sent, client.clientSecret]) : answer;
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
  const { authorizationServer, client, callbackUrl, redirectUri, state, verifier } = input;
  const judged = judgeAuthorizationResponse(input);
  if (!judged.ok) return judged;
  // Only what was judged goes on: the library refuses parameters that are none of its business here.
  const received = new URLSearchParams();
  for (const name of ['code', 'state', 'iss']) {
    const value = callbackUrl.searchParams.get(name);
    if (value !== null) received.set(name, value);
  }
  const validated = oauth.validateAuthResponse(
    librarySide(authorizationServer),
    libraryClient(client),
    received,
    state.reveal(),
  );
  return askForTokens(
    input,
    // Without a code it was refused above.
    [new Secret(received.get('code') ?? ''), verifier, state],
    (server, us, authentication, options) =>
      oauth.authorizationCodeGrantRequest(
        server,
        us,
        authentication,
        validated,
        redirectUri,
        verifier.reveal(),
        options,
      ),
    http,
    now,
  );
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
  const { refreshToken } = input;
  return askForTokens(
    { ...input, timeoutMs: REFRESH_TIMEOUT_MS },
    [refreshToken],
    (server, us, authentication, options) =>
      oauth.refreshTokenGrantRequest(server, us, authentication, refreshToken.reveal(), options),
    http,
    now,
  );
}

/**
 * Asks whether the person has signed in on the other device (POST to the token endpoint); until then the answer is
 * `authorization_pending` or `slow_down`.
 *
 * Fails with `unsafe-url`, `token-endpoint-error`, `server-error`, `bad-answer`, or what the network failed with.
 *
 * @see RFC 8628 sections 3.4 and 3.5, RFC 8707 section 2.2
 */
export async function requestDeviceToken(
  input: {
    readonly authorizationServer: AuthorizationServer;
    readonly client: ClientRegistration;
    readonly deviceCode: Secret;
    readonly resource: string;
  },
  http: Http,
  now: () => EpochMs,
): Promise<Result<TokenGrant>> {
  const { deviceCode } = input;
  return askForTokens(
    input,
    [deviceCode],
    (server, us, authentication, options) =>
      oauth.deviceCodeGrantRequest(server, us, authentication, deviceCode.reveal(), options),
    http,
    now,
  );
}

/**
 * Asks for a token in the client's own name (POST to the token endpoint). A refresh token that comes along is not kept:
 * none is needed, and none should come.
 *
 * Fails with `unsafe-url`, `token-endpoint-error`, `server-error`, `bad-answer`, or what the network failed with.
 *
 * @see RFC 6749 sections 4.4.2 and 4.4.3, RFC 8707 section 2.2
 */
export async function requestClientToken(
  input: {
    readonly authorizationServer: AuthorizationServer;
    readonly client: ClientRegistration;
    readonly resource: string;
    readonly scope?: string | undefined;
  },
  http: Http,
  now: () => EpochMs,
): Promise<Result<TokenGrant>> {
  const grant = await askForTokens(
    input,
    [],
    (server, us, authentication, { additionalParameters, ...options }) => {
      const parameters = new URLSearchParams(additionalParameters);
      if (input.scope) parameters.set('scope', input.scope);
      return oauth.clientCredentialsGrantRequest(server, us, authentication, parameters, options);
    },
    http,
    now,
  );
  if (!grant.ok) return grant;
  const { refreshToken: _unasked, refreshExpiresAt: _itsEnd, ...tokens } = grant.value.tokens;
  return ok({ ...grant.value, tokens });
}
