import { calculatePKCECodeChallenge } from 'oauth4webapi';
import { fail, ok, type Result } from '../model/result.ts';
import { Secret } from '../model/secret.ts';
import type { AuthorizationServer } from '../model/token-set.ts';
import type { Random } from '../ports.ts';

/** 43 characters, the least that RFC 7636 4.1 allows and all that SHA-256 can use. */
const VERIFIER_BYTES = 32;

/**
 * F1: a document that was found must list S256, unless this server is configured otherwise; S256 is sent all the same.
 * Without any document (D6) there is nothing to look at. Fails with `pkce-unsupported`.
 *
 * @see MCP specification, basic/authorization, "Authorization Code Protection"; RFC 8414 section 2
 */
export function checkPkce(authorizationServer: AuthorizationServer, setting: 'required' | 'off'): Result<void> {
  const { guessed, codeChallengeMethodsSupported, issuer } = authorizationServer;
  const isListed = codeChallengeMethodsSupported?.includes('S256') === true;
  return guessed || isListed || setting === 'off' ? ok(undefined) : fail({ code: 'pkce-unsupported', issuer });
}

/** A verifier and its S256 challenge. @see RFC 7636 sections 4.1 and 4.2 */
export async function createPkce(random: Random): Promise<{ readonly verifier: Secret; readonly challenge: string }> {
  const verifier = random.token(VERIFIER_BYTES);
  return { verifier: new Secret(verifier), challenge: await calculatePKCECodeChallenge(verifier) };
}
