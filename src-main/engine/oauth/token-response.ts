import { z } from 'zod';
import type { EpochMs } from '../model/ids.ts';
import { fail, ok, type Result } from '../model/result.ts';
import { say } from '../model/sayings.ts';
import { Secret } from '../model/secret.ts';
import type { TokenSet } from '../model/token-set.ts';
import type { HttpResponse } from '../ports.ts';
import { accountFromIdToken } from './account.ts';
import { badAnswer, isSuccess, jsonObject, serverTrouble } from './http-answer.ts';
import { serverWords } from './server-words.ts';

/** What a token endpoint granted. */
export interface TokenGrant {
  readonly tokens: TokenSet;
  /** Who signed in, where the server tells (`openid`). */
  readonly account?: string;
}

const TEN_YEARS_S = 10 * 365 * 24 * 60 * 60;
// RFC 6750 2.1 and RFC 9110 5.5: what can stand in an Authorization header.
const HEADER_SAFE = /^[\x21-\x7e]+$/;

/** T3: a lifetime in seconds, also as a string; zero, negative, absurd or no number at all is unknown, not "never". */
export function lifetimeS(value: unknown): number | undefined {
  const seconds = typeof value === 'string' ? Number(value) : value;
  return typeof seconds === 'number' && seconds > 0 && seconds <= TEN_YEARS_S ? seconds : undefined;
}

/**
 * Refusals that come with status 200, by the RFC's name for them. Nothing else in a 200 is believed: a page before the
 * server says anything. GitHub answers every refusal so, and has names of its own.
 *
 * @see https://docs.github.com/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors
 * @see https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps#error-codes-for-the-device-flow
 */
const REFUSED_WITH_200: ReadonlyMap<unknown, string> = new Map([
  ['invalid_grant', 'invalid_grant'],
  ['bad_refresh_token', 'invalid_grant'],
  ['bad_verification_code', 'invalid_grant'],
  ...['authorization_pending', 'slow_down', 'expired_token', 'access_denied'].map((error) => [error, error] as const),
]);

function tokenText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function parseGrant(
  response: HttpResponse,
  obtainedAt: EpochMs,
  sent: readonly (Secret | undefined)[],
): Result<TokenGrant> {
  const json = jsonObject(response);
  if (!json.ok) return json;
  const answer = json.value;
  const accessToken = tokenText(answer.access_token);
  if (accessToken === undefined) {
    const error = REFUSED_WITH_200.get(answer.error);
    if (error !== undefined) return refusal(response, error, serverWords(answer.error_description, sent));
    const said = serverWords(answer.error, sent);
    return badAnswer(response, {
      detail: `there is no access token in the answer${said ? ` (it says "${said}")` : ''}`,
    });
  }
  if (!HEADER_SAFE.test(accessToken)) return badAnswer(response, say('token-unsafe'));
  // T7: any case; left out means the only kind that we can use.
  const tokenType = answer.token_type ?? 'bearer';
  if (typeof tokenType !== 'string' || tokenType.toLowerCase() !== 'bearer') {
    return badAnswer(response, say('token-kind'));
  }
  const expiresInS = lifetimeS(answer.expires_in);
  const refreshToken = tokenText(answer.refresh_token);
  // Keycloak's name for it is `refresh_expires_in`, and zero means "no end" there (keycloak/keycloak#8919).
  const refreshExpiresInS = lifetimeS(answer.refresh_token_expires_in ?? answer.refresh_expires_in);
  const scope = tokenText(answer.scope);
  const account = accountFromIdToken(answer.id_token);
  return ok({
    tokens: {
      accessToken: new Secret(accessToken),
      obtainedAt,
      ...(expiresInS === undefined ? {} : { expiresAt: obtainedAt + Math.floor(expiresInS * 1000) }),
      ...(refreshToken === undefined ? {} : { refreshToken: new Secret(refreshToken) }),
      ...(refreshExpiresInS === undefined
        ? {}
        : { refreshExpiresAt: obtainedAt + Math.floor(refreshExpiresInS * 1000) }),
      ...(scope === undefined ? {} : { scope }),
    },
    ...(account === undefined ? {} : { account }),
  });
}

function refusal(response: HttpResponse, error: string, description: string | undefined): Result<never> {
  return fail({
    code: 'token-endpoint-error',
    error,
    status: response.status,
    ...(description === undefined ? {} : { description }),
  });
}

/**
 * What a web framework's validation found first, as FastAPI writes it: `{"detail": [{"loc": [...], "msg": ...}]}`.
 *
 * @see https://fastapi.tiangolo.com/tutorial/handling-errors/
 */
function firstValidationError(detail: unknown): string | undefined {
  const first = z.array(z.object({ loc: z.array(z.unknown()), msg: z.string() })).safeParse(detail).data?.[0];
  return first && `${first.msg} (${first.loc.map(String).join('.')})`;
}

/** An error answer of the token or revocation endpoint. @see RFC 6749 section 5.2 */
export function endpointRefusal(
  response: HttpResponse,
  now: EpochMs | undefined,
  sent: readonly (Secret | undefined)[],
): Result<never> {
  const trouble = serverTrouble(response, now);
  if (trouble) return fail(trouble);
  if (response.status < 400) return badAnswer(response, say('token-elsewhere'));
  const json = jsonObject(response);
  const said = json.ok ? (json.value.error_description ?? firstValidationError(json.value.detail)) : undefined;
  const description = serverWords(said, sent);
  // Empty for a page or JSON of another shape: not an OAuth error, so it ends no login (T5).
  return refusal(response, (json.ok ? serverWords(json.value.error, sent) : undefined) ?? '', description);
}

/**
 * Judges a token endpoint's answer. The status goes first: 5xx, 408 and 429 are `server-error` whatever the body says,
 * a 2xx without an access token is `bad-answer` (a captive portal's page is never `invalid_grant`), but for JSON that
 * says in so many words that the grant is no good; any other 4xx is `token-endpoint-error`.
 *
 * @param at `askedAt` is when the request went out. A token's life begins at the server some time after that, so counted
 * from there it never seems to last longer than it does.
 * @param sent the secrets in the request, so that no echo of them is shown
 * @see RFC 6749 sections 5.1 and 5.2
 */
export function parseTokenResponse(
  response: HttpResponse,
  at: { readonly askedAt: EpochMs; readonly now: EpochMs },
  sent: readonly (Secret | undefined)[],
): Result<TokenGrant> {
  return isSuccess(response.status) ? parseGrant(response, at.askedAt, sent) : endpointRefusal(response, at.now, sent);
}
