import { revocationRequest } from 'oauth4webapi';
import { fail, ok, type Result } from '../model/result.ts';
import type { Secret } from '../model/secret.ts';
import type { AuthorizationServer, ClientRegistration } from '../model/token-set.ts';
import type { Http } from '../ports.ts';
import { clientAuthentication } from './client-authentication.ts';
import { isSuccess } from './http-answer.ts';
import { libraryClient, librarySide, sendThroughLibrary } from './library-fetch.ts';
import { checkEndpointUrl } from './safe-url.ts';
import { endpointRefusal } from './token-response.ts';

/**
 * Tells the authorization server that a token is no longer used (POST to the `revocation_endpoint`). A token that it
 * does not know counts as revoked.
 *
 * Fails with `metadata-incomplete` (no endpoint), `unsafe-url`, `token-endpoint-error`, `server-error`, `bad-answer`,
 * or what the network failed with.
 *
 * @see RFC 7009 section 2
 */
export async function revokeToken(
  input: {
    readonly authorizationServer: AuthorizationServer;
    readonly client: ClientRegistration;
    readonly token: Secret;
    readonly kind: 'access_token' | 'refresh_token';
  },
  http: Http,
): Promise<Result<void>> {
  const { authorizationServer, client, token, kind } = input;
  const { issuer, revocationEndpoint } = authorizationServer;
  if (!revocationEndpoint) return fail({ code: 'metadata-incomplete', issuer, missing: 'revocation_endpoint' });
  const endpoint = checkEndpointUrl('revocation_endpoint', revocationEndpoint);
  if (!endpoint.ok) return endpoint;
  const answer = await sendThroughLibrary(endpoint.value, http, (options) =>
    revocationRequest(
      librarySide(authorizationServer),
      libraryClient(client),
      clientAuthentication(client),
      token.reveal(),
      { ...options, additionalParameters: new URLSearchParams({ token_type_hint: kind }) },
    ),
  );
  if (!answer.ok) return answer;
  if (isSuccess(answer.value.status)) return ok(undefined);
  return endpointRefusal(answer.value, undefined, [token, client.clientSecret]);
}
