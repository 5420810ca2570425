import * as oauth from 'oauth4webapi';
import { isLoopback } from '../model/network-address.ts';
import type { Result } from '../model/result.ts';
import type { AuthorizationServer, ClientRegistration } from '../model/token-set.ts';
import type { Http, HttpResponse } from '../ports.ts';
import { EXCHANGE_TIMEOUT_MS } from './http-answer.ts';

/** Our authorization server in the library's words, which are the wire's. */
export function librarySide(authorizationServer: AuthorizationServer): oauth.AuthorizationServer {
  const { authorizationEndpoint, registrationEndpoint, revocationEndpoint, deviceAuthorizationEndpoint } =
    authorizationServer;
  return {
    issuer: authorizationServer.issuer,
    ...(authorizationEndpoint ? { authorization_endpoint: authorizationEndpoint } : {}),
    token_endpoint: authorizationServer.tokenEndpoint,
    ...(registrationEndpoint ? { registration_endpoint: registrationEndpoint } : {}),
    ...(revocationEndpoint ? { revocation_endpoint: revocationEndpoint } : {}),
    ...(deviceAuthorizationEndpoint ? { device_authorization_endpoint: deviceAuthorizationEndpoint } : {}),
    authorization_response_iss_parameter_supported: authorizationServer.issParameterSupported,
  };
}

export function libraryClient(client: ClientRegistration): oauth.Client {
  return { client_id: client.clientId };
}

/** What a library function needs to send its request over the port. */
export interface LibraryOptions {
  [oauth.customFetch]: (
    url: string,
    options: oauth.CustomFetchOptions<'POST', URLSearchParams | string | undefined>,
  ) => Promise<Response>;
  [oauth.allowInsecureRequests]: boolean;
}

/**
 * Lets the library build and authenticate one POST, sends it over the port, and hands back the answer itself: the
 * library judges answers more strictly than the servers that are about (T7), so judging is ours. No redirect is followed.
 *
 * @param endpoint checked before (F5); plain http is let through for loopback only
 */
export async function sendThroughLibrary(
  endpoint: URL,
  http: Http,
  request: (options: LibraryOptions) => Promise<Response>,
  timeoutMs = EXCHANGE_TIMEOUT_MS,
): Promise<Result<HttpResponse>> {
  const answers: Result<HttpResponse>[] = [];
  // Made before anything is sent: between a token's arrival and the vault nothing may take time (rule 1).
  const forTheLibrary = new Response();
  await request({
    [oauth.customFetch]: async (url, { headers, body }) => {
      // The adapter names the program, not the library.
      const { 'user-agent': _library, ...ours } = headers;
      answers.push(
        await http.send({
          url,
          method: 'POST',
          headers: ours,
          // The library's type allows for none; each of these requests has one.
          body: body?.toString() ?? '',
          redirects: 0,
          timeoutMs,
        }),
      );
      return forTheLibrary;
    },
    [oauth.allowInsecureRequests]: isLoopback(endpoint),
  });
  const answer = answers[0];
  // Each of its functions sends one request, or throws itself.
  if (!answer) throw new Error('the library sent no request');
  return answer;
}
