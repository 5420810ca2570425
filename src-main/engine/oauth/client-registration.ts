import { dynamicClientRegistrationRequest } from 'oauth4webapi';
import { z } from 'zod';
import { type ClientMetadata, clientMetadata, DEVICE_GRANT } from '../model/client-metadata.ts';
import type { EpochMs } from '../model/ids.ts';
import { isLoopback } from '../model/network-address.ts';
import { fail, ok, type Result } from '../model/result.ts';
import { say } from '../model/sayings.ts';
import { Secret } from '../model/secret.ts';
import type { ConfiguredClient } from '../model/server-config.ts';
import type { AuthorizationServer, ClientRegistration } from '../model/token-set.ts';
import type { Http, HttpResponse } from '../ports.ts';
import { badAnswer, isSuccess, jsonObject, serverTrouble } from './http-answer.ts';
import { librarySide, sendThroughLibrary } from './library-fetch.ts';
import { checkEndpointUrl } from './safe-url.ts';
import { serverWords } from './server-words.ts';

/** What a dynamic registration may end with: a registered client has no key. */
type AuthMethod = ClientMetadata['token_endpoint_auth_method'];

const SECRET_METHODS = ['client_secret_basic', 'client_secret_post'] as const;

const registered = z.object({
  client_id: z.string().min(1),
  client_secret: z.string().nullish(),
  client_secret_expires_at: z.coerce.number().nullish().catch(undefined),
  token_endpoint_auth_method: z.string().nullish(),
  redirect_uris: z.array(z.string()).nullish().catch(undefined),
  scope: z.string().nullish().catch(undefined),
});

interface RegistrationInput {
  readonly authorizationServer: AuthorizationServer;
  readonly redirectUri: string;
  readonly scope?: string;
  /** Asks for the grant of RFC 8628 too. */
  readonly forDevices?: boolean;
}

function isOurs(method: string): method is AuthMethod {
  return method === 'none' || method === 'client_secret_basic' || method === 'client_secret_post';
}

/** RFC 8414 2: a server that lists no methods takes `client_secret_basic`. */
function secretMethod(supported: readonly string[] | undefined): AuthMethod {
  return SECRET_METHODS.find((method) => supported?.includes(method)) ?? 'client_secret_basic';
}

/** R2: a public client, unless the server's list demands a secret. */
function methodToAskFor(supported: readonly string[] | undefined): AuthMethod {
  return !supported || supported.includes('none') ? 'none' : secretMethod(supported);
}

/** R5: RFC 8252 7.3 lets a server set the port of a loopback address aside; anything else must be what was sent. */
function accepts(listed: string, redirectUri: string): boolean {
  if (listed === redirectUri) return true;
  if (!URL.canParse(listed)) return false;
  const theirs = new URL(listed);
  const sent = new URL(redirectUri);
  if (!isLoopback(sent) || !isLoopback(theirs)) return false;
  theirs.port = '';
  sent.port = '';
  return theirs.href === sent.href;
}

function refused(response: HttpResponse, issuer: string): Result<never> {
  const json = jsonObject(response);
  const said = json.ok ? [serverWords(json.value.error), serverWords(json.value.error_description)] : [];
  const detail = said.filter((words) => words !== undefined).join(': ');
  return fail({
    code: 'registration-refused',
    issuer,
    status: response.status,
    detail: detail || `the server answered ${response.status}`,
  });
}

function parse(response: HttpResponse, input: RegistrationInput, now: EpochMs): Result<ClientRegistration> {
  const json = jsonObject(response);
  if (!json.ok) return json;
  const parsed = registered.safeParse(json.value);
  if (!parsed.success) return badAnswer(response, say('registration-member'));
  const { client_id, client_secret, client_secret_expires_at, token_endpoint_auth_method, redirect_uris } = parsed.data;
  const scope = parsed.data.scope ?? input.scope;
  const { issuer, tokenEndpointAuthMethodsSupported } = input.authorizationServer;
  const refuse = (detail: string) =>
    fail({ code: 'registration-refused', issuer, status: response.status, detail } as const);

  // RFC 7591 2: where the answer names no method, a secret means the default.
  const stated =
    token_endpoint_auth_method ?? (client_secret ? secretMethod(tokenEndpointAuthMethodsSupported) : 'none');
  if (!isOurs(stated)) return refuse(`the server wants the client to authenticate with "${serverWords(stated)}"`);
  if (stated !== 'none' && !client_secret) return refuse('the server wants a client secret, but gave none');
  if (redirect_uris && !redirect_uris.some((listed) => accepts(listed, input.redirectUri))) {
    return refuse('the server registered another redirect address than the one it was sent');
  }
  const expiresAt =
    client_secret_expires_at && client_secret_expires_at > 0 ? client_secret_expires_at * 1000 : undefined;
  if (stated !== 'none' && expiresAt !== undefined && expiresAt <= now) {
    return refuse('the client secret that the server gave has expired already');
  }
  return ok({
    clientId: client_id,
    ...(stated !== 'none' && client_secret ? { clientSecret: new Secret(client_secret) } : {}),
    ...(stated !== 'none' && expiresAt !== undefined ? { clientSecretExpiresAt: expiresAt } : {}),
    tokenEndpointAuthMethod: stated,
    redirectUris: [input.redirectUri],
    ...(scope ? { scope } : {}),
    ...(input.forDevices ? { registeredForDevices: true } : {}),
    how: 'dynamic',
  });
}

/**
 * Registers this program as a client (POST to the `registration_endpoint`), as R2 asks.
 *
 * Fails with `registration-unavailable` (no endpoint), `registration-refused` (with the server's own words),
 * `unsafe-url`, `server-error`, `bad-answer`, or what the network failed with.
 *
 * @see RFC 7591 sections 2 and 3
 */
export async function registerClient(
  input: RegistrationInput,
  http: Http,
  now: EpochMs,
): Promise<Result<ClientRegistration>> {
  const { authorizationServer, redirectUri, scope, forDevices } = input;
  const { issuer, registrationEndpoint, tokenEndpointAuthMethodsSupported } = authorizationServer;
  if (!registrationEndpoint) return fail({ code: 'registration-unavailable', issuer });
  const endpoint = checkEndpointUrl('registration_endpoint', registrationEndpoint);
  if (!endpoint.ok) return endpoint;
  const metadata = clientMetadata(redirectUri, methodToAskFor(tokenEndpointAuthMethodsSupported));
  const asked = {
    ...metadata,
    ...(forDevices ? { grant_types: [...metadata.grant_types, DEVICE_GRANT] } : {}),
    ...(scope ? { scope } : {}),
  };
  const answer = await sendThroughLibrary(endpoint.value, http, (options) =>
    dynamicClientRegistrationRequest(librarySide(authorizationServer), asked, options),
  );
  if (!answer.ok) return answer;
  const response = answer.value;
  // A 200 is as good as the 201 of RFC 7591 3.2.1 (T7).
  if (isSuccess(response.status)) return parse(response, input, now);
  const trouble = serverTrouble(response, now);
  if (trouble) return fail(trouble);
  if (response.status < 400) return badAnswer(response, say('registration-elsewhere'));
  return refused(response, issuer);
}

/** R1: the client that the person registered; how it authenticates follows from its key or secret and the server's list. */
export function configuredRegistration(
  client: ConfiguredClient,
  authorizationServer: AuthorizationServer,
): ClientRegistration {
  if (client.privateKey) {
    return {
      clientId: client.clientId,
      privateKey: client.privateKey,
      ...(client.privateKeyId === undefined ? {} : { privateKeyId: client.privateKeyId }),
      tokenEndpointAuthMethod: 'private_key_jwt',
      redirectUris: [],
      how: 'configured',
    };
  }
  return {
    clientId: client.clientId,
    ...(client.clientSecret ? { clientSecret: client.clientSecret } : {}),
    tokenEndpointAuthMethod: client.clientSecret
      ? secretMethod(authorizationServer.tokenEndpointAuthMethodsSupported)
      : 'none',
    redirectUris: [],
    how: 'configured',
  };
}

/** R1: the client whose id is the address of the document that the person published; it has no secret. */
export function documentRegistration(clientMetadataUrl: string): ClientRegistration {
  return { clientId: clientMetadataUrl, tokenEndpointAuthMethod: 'none', redirectUris: [], how: 'document' };
}
