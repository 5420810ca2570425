import { fail, ok, type Result } from '../model/result.ts';
import { type Detail, say } from '../model/sayings.ts';
import type { Secret } from '../model/secret.ts';
import type { AuthorizationServer } from '../model/token-set.ts';
import { serverWords } from './server-words.ts';

const SINGLE = ['state', 'code', 'iss', 'error', 'error_description', 'error_uri'];

function invalid(said: Detail) {
  return fail({ code: 'authorization-response-invalid', ...said } as const);
}

/**
 * Judges what came back to the redirect URI before the code goes anywhere. Sends nothing.
 *
 * Fails with `unknown-state` (F2), `issuer-mismatch` or `authorization-response-invalid` (F3): with these nothing that
 * the address says about success or failure may be believed. Only after them with `authorization-refused`, which is the
 * recorded issuer's own word.
 *
 * @see RFC 6749 sections 4.1.2 and 4.1.2.1, RFC 9207 section 2.4
 */
export function judgeAuthorizationResponse(input: {
  readonly callbackUrl: URL;
  readonly authorizationServer: AuthorizationServer;
  readonly state: Secret;
}): Result<void> {
  const { authorizationServer } = input;
  const parameters = input.callbackUrl.searchParams;
  // RFC 6749 3.1: no parameter more than once; two readers must not see two answers.
  const twice = SINGLE.find((name) => parameters.getAll(name).length > 1);
  if (twice) return invalid(say('parameter-twice', twice));
  if (parameters.get('state') !== input.state.reveal()) return fail({ code: 'unknown-state' });

  const iss = parameters.get('iss');
  if (iss === null && authorizationServer.issParameterSupported) {
    return invalid(say('issuer-missing'));
  }
  // RFC 9207 2.4: compared as strings, no normalisation.
  if (iss !== null && iss !== authorizationServer.issuer) {
    return fail({ code: 'issuer-mismatch', expected: authorizationServer.issuer, got: serverWords(iss) ?? '' });
  }

  const error = parameters.get('error');
  if (error !== null) {
    const description = serverWords(parameters.get('error_description'));
    return fail({
      code: 'authorization-refused',
      error: serverWords(error) ?? '',
      ...(description === undefined ? {} : { description }),
    });
  }
  return parameters.get('code') ? ok(undefined) : invalid(say('code-missing'));
}
