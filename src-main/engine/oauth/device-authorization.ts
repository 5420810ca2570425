import { deviceAuthorizationRequest } from 'oauth4webapi';
import type { EpochMs } from '../model/ids.ts';
import { fail, ok, type Result } from '../model/result.ts';
import { say } from '../model/sayings.ts';
import { Secret } from '../model/secret.ts';
import type { AuthorizationServer, ClientRegistration } from '../model/token-set.ts';
import type { Http, HttpResponse } from '../ports.ts';
import { clientAuthentication } from './client-authentication.ts';
import { badAnswer, isSuccess, jsonObject } from './http-answer.ts';
import { libraryClient, librarySide, sendThroughLibrary } from './library-fetch.ts';
import { checkEndpointUrl, checkOpenableUrl } from './safe-url.ts';
import { serverWords } from './server-words.ts';
import { endpointRefusal, lifetimeS } from './token-response.ts';

/** What the authorization server gave for one sign-in on another device. */
export interface DeviceAuthorization {
  readonly deviceCode: Secret;
  /** To be typed in at `verificationUri`. */
  readonly userCode: string;
  readonly verificationUri: string;
  /** The same address with the code in it. */
  readonly verificationUriComplete?: string;
  /** Counted from when it was asked for, so that it never seems to last longer than it does. */
  readonly expiresAt: EpochMs;
  /** At least so long between two questions. */
  readonly intervalMs: number;
}

/** RFC 8628 3.2: where the server names no interval. */
const DEFAULT_INTERVAL_S = 5;
/** RFC 8628 6.1 has eight characters; what nobody could type in is no code. */
const LONGEST_USER_CODE = 64;

function parse(response: HttpResponse, askedAt: EpochMs): Result<DeviceAuthorization> {
  const json = jsonObject(response);
  if (!json.ok) return json;
  const { device_code, user_code, expires_in, interval, verification_uri_complete: complete } = json.value;
  // Google's name for it: https://developers.google.com/identity/protocols/oauth2/limited-input-device
  const uri = json.value.verification_uri ?? json.value.verification_url;
  const lacks = (member: string) => badAnswer(response, say('device-member', member));
  if (typeof device_code !== 'string' || device_code === '') return lacks('device_code');
  // As it is shown: nothing in it may move a cursor or turn a line around.
  const userCode = serverWords(user_code);
  if (userCode === undefined || userCode !== user_code || userCode.length > LONGEST_USER_CODE) {
    return lacks('user_code');
  }
  if (typeof uri !== 'string') return lacks('verification_uri');
  const checked = checkOpenableUrl(uri, 'verification_uri');
  if (!checked.ok) return checked;
  if (complete !== undefined && complete !== null) {
    if (typeof complete !== 'string') return lacks('verification_uri_complete');
    const checkedComplete = checkOpenableUrl(complete, 'verification_uri_complete');
    if (!checkedComplete.ok) return checkedComplete;
  }
  const livesS = lifetimeS(expires_in);
  if (livesS === undefined) return lacks('expires_in');
  return ok({
    deviceCode: new Secret(device_code),
    userCode,
    verificationUri: uri,
    ...(typeof complete === 'string' ? { verificationUriComplete: complete } : {}),
    expiresAt: askedAt + Math.floor(livesS * 1000),
    intervalMs: Math.ceil(Math.max(lifetimeS(interval) ?? DEFAULT_INTERVAL_S, 1) * 1000),
  });
}

/**
 * Asks for a code that a person confirms on another device (POST to the `device_authorization_endpoint`), with `scope`
 * and `resource` (F4; an empty one is left out). Both verification addresses are checked (F5).
 *
 * Fails with `device-unavailable` (no endpoint), `unsafe-url`, `token-endpoint-error` (its own refusal), `server-error`,
 * `bad-answer`, or what the network failed with.
 *
 * @see RFC 8628 sections 3.1 and 3.2, RFC 8707 section 2
 */
export async function requestDeviceAuthorization(
  input: {
    readonly authorizationServer: AuthorizationServer;
    readonly client: ClientRegistration;
    readonly resource: string;
    readonly scope?: string | undefined;
  },
  http: Http,
  now: () => EpochMs,
): Promise<Result<DeviceAuthorization>> {
  const { authorizationServer, client, resource, scope } = input;
  const { issuer, deviceAuthorizationEndpoint } = authorizationServer;
  if (!deviceAuthorizationEndpoint) return fail({ code: 'device-unavailable', issuer });
  const endpoint = checkEndpointUrl('device_authorization_endpoint', deviceAuthorizationEndpoint);
  if (!endpoint.ok) return endpoint;
  const parameters = { ...(scope ? { scope } : {}), ...(resource === '' ? {} : { resource }) };
  const askedAt = now();
  const answer = await sendThroughLibrary(endpoint.value, http, (options) =>
    deviceAuthorizationRequest(
      librarySide(authorizationServer),
      libraryClient(client),
      clientAuthentication(client),
      parameters,
      options,
    ),
  );
  if (!answer.ok) return answer;
  if (isSuccess(answer.value.status)) return parse(answer.value, askedAt);
  return endpointRefusal(answer.value, now(), [client.clientSecret]);
}
