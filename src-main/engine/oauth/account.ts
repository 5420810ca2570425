import { serverWords } from './server-words.ts';

const CLAIMS = ['email', 'preferred_username', 'name', 'sub'] as const;

/**
 * Which account an ID token speaks of, for a person to read, never to decide by: it came straight from the token
 * endpoint and its signature is not looked at. Undefined where it says nothing or is not one.
 *
 * @see OpenID Connect Core sections 2, 3.1.3.7 (6) and 5.1
 */
export function accountFromIdToken(idToken: unknown): string | undefined {
  if (typeof idToken !== 'string') return undefined;
  let claims: unknown;
  try {
    claims = JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof claims !== 'object' || claims === null) return undefined;
  const said = new Map<string, unknown>(Object.entries(claims));
  for (const claim of CLAIMS) {
    const words = serverWords(said.get(claim));
    if (words !== undefined) return words;
  }
  return undefined;
}
