import { z } from 'zod';
import { DEVICE_GRANT } from '../model/client-metadata.ts';
import type { Issuer } from '../model/ids.ts';
import { fail, ok, type Result } from '../model/result.ts';
import { asWhy, say } from '../model/sayings.ts';
import type { AuthorizationServer } from '../model/token-set.ts';
import type { Http, HttpResponse } from '../ports.ts';
import { badAnswer, jsonObject } from './http-answer.ts';
import { askForMetadata } from './metadata-document.ts';
import { checkEndpointUrl } from './safe-url.ts';
import { serverWords } from './server-words.ts';

// What a login can do without is read leniently: a list of the wrong shape counts as not published.
const list = z.array(z.string()).nullish().catch(undefined);
const endpoint = z.string().nullish();

const metadata = z.object({
  issuer: z.string(),
  authorization_endpoint: endpoint,
  token_endpoint: endpoint,
  registration_endpoint: endpoint,
  revocation_endpoint: endpoint,
  device_authorization_endpoint: endpoint,
  grant_types_supported: list,
  scopes_supported: list,
  code_challenge_methods_supported: list,
  token_endpoint_auth_methods_supported: list,
  authorization_response_iss_parameter_supported: z.boolean().nullish().catch(undefined),
  client_id_metadata_document_supported: z.boolean().nullish().catch(undefined),
});

/** D4: where an issuer's metadata may be. @see RFC 8414 section 3.1, OpenID Connect Discovery section 4.1 */
function candidates(issuer: URL): readonly string[] {
  const path = issuer.pathname.replace(/\/$/, '');
  const oauth = `${issuer.origin}/.well-known/oauth-authorization-server${path}`;
  const openid = `${issuer.origin}/.well-known/openid-configuration${path}`;
  return path === '' ? [oauth, openid] : [oauth, openid, `${issuer.origin}${path}/.well-known/openid-configuration`];
}

function parse(response: HttpResponse, expected: Issuer, withoutPerson: boolean): Result<AuthorizationServer> {
  const json = jsonObject(response);
  if (!json.ok) return json;
  const parsed = metadata.safeParse(json.value);
  if (!parsed.success) {
    const member = parsed.error.issues[0]?.path.join('.');
    return badAnswer(response, say('metadata-member', member ?? ''));
  }
  const found = parsed.data;
  // RFC 8414 3.3: compared as strings, no normalisation; otherwise the document is not used (D5).
  const { issuer } = found;
  if (issuer !== expected) {
    return fail({ code: 'issuer-mismatch', expected, got: serverWords(issuer) ?? '' });
  }
  const { authorization_endpoint, token_endpoint, registration_endpoint, revocation_endpoint } = found;
  // RFC 8628 4: without a list of grant types the endpoint says it; a list that leaves the grant out goes before it.
  const isForDevices = found.grant_types_supported?.includes(DEVICE_GRANT) ?? true;
  const device_authorization_endpoint = isForDevices ? found.device_authorization_endpoint : undefined;
  if (!authorization_endpoint && !device_authorization_endpoint && !withoutPerson) {
    return fail({ code: 'metadata-incomplete', issuer, missing: 'authorization_endpoint' });
  }
  if (!token_endpoint) return fail({ code: 'metadata-incomplete', issuer, missing: 'token_endpoint' });
  const named = {
    authorization_endpoint,
    token_endpoint,
    registration_endpoint,
    revocation_endpoint,
    device_authorization_endpoint,
  };
  for (const [what, url] of Object.entries(named)) {
    const checked = url ? checkEndpointUrl(what, url) : undefined;
    if (checked?.ok === false) return checked;
  }
  return ok({
    issuer,
    ...(authorization_endpoint ? { authorizationEndpoint: authorization_endpoint } : {}),
    tokenEndpoint: token_endpoint,
    ...(registration_endpoint ? { registrationEndpoint: registration_endpoint } : {}),
    ...(revocation_endpoint ? { revocationEndpoint: revocation_endpoint } : {}),
    ...(device_authorization_endpoint ? { deviceAuthorizationEndpoint: device_authorization_endpoint } : {}),
    ...(found.scopes_supported ? { scopesSupported: found.scopes_supported } : {}),
    ...(found.code_challenge_methods_supported
      ? { codeChallengeMethodsSupported: found.code_challenge_methods_supported }
      : {}),
    ...(found.token_endpoint_auth_methods_supported
      ? { tokenEndpointAuthMethodsSupported: found.token_endpoint_auth_methods_supported }
      : {}),
    ...(found.client_id_metadata_document_supported === true ? { clientIdMetadataDocumentSupported: true } : {}),
    issParameterSupported: found.authorization_response_iss_parameter_supported === true,
    guessed: false,
  });
}

/**
 * Asks an issuer for its metadata (GET, in the order of D4, on to the next address only where there is nothing).
 *
 * @param input.expected the issuer that the document may name in the place of the one asked for (D9)
 * @param input.withoutPerson no `authorization_endpoint` is needed where nobody signs in (RFC 8414 section 2)
 *
 * Fails with `no-authorization-server`, `issuer-mismatch` (D5), `metadata-incomplete`, `unsafe-url` (F5), `bad-answer`,
 * `server-error`, or what the network failed with.
 *
 * @see RFC 8414 section 3
 */
export async function discoverAuthorizationServer(
  input: {
    readonly issuer: Issuer;
    readonly expected?: Issuer | undefined;
    readonly withoutPerson?: boolean;
  },
  http: Http,
): Promise<Result<AuthorizationServer>> {
  const issuer = checkEndpointUrl('issuer', input.issuer);
  if (!issuer.ok) return issuer;
  // RFC 8414 2: an issuer has no query.
  if (issuer.value.search !== '') {
    return fail({ code: 'unsafe-url', what: 'issuer', url: issuer.value.origin, ...asWhy(say('url-query')) });
  }
  for (const url of candidates(issuer.value)) {
    const found = await askForMetadata(url, http);
    if (!found.ok) return found;
    if (found.value) return parse(found.value, input.expected ?? input.issuer, input.withoutPerson === true);
  }
  return fail({ code: 'no-authorization-server', url: input.issuer });
}

/**
 * D6: the endpoints that servers of revision 2025-03-26 have at their origin without publishing them. Tried last.
 *
 * @see MCP specification 2025-03-26, basic/authorization, "Fallbacks for Servers without Metadata Discovery"
 */
export function fallbackAuthorizationServer(serverUrl: string): AuthorizationServer {
  const { origin } = new URL(serverUrl);
  return {
    issuer: origin,
    authorizationEndpoint: `${origin}/authorize`,
    tokenEndpoint: `${origin}/token`,
    registrationEndpoint: `${origin}/register`,
    issParameterSupported: false,
    guessed: true,
  };
}
