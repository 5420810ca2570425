export interface ChosenScope {
  /** Absent: no `scope` parameter is sent, and the server's default applies. */
  readonly scope?: string;
  /** Whether `prompt=consent` is sent: OpenID Connect ignores `offline_access` without it. */
  readonly consent: boolean;
}

const OFFLINE_ACCESS = 'offline_access';

/** RFC 6749 3.3: a list separated by spaces, in which a name twice says no more than once. */
function scopeNames(scopes: string | readonly string[] | undefined): readonly string[] {
  const names = typeof scopes === 'string' ? [scopes] : (scopes ?? []);
  return [...new Set(names.flatMap((name) => name.split(/\s+/)).filter((name) => name !== ''))];
}

/**
 * S1: configured scopes, else the challenge's, else all that the resource supports, else none. S2: `offline_access`
 * beside them when the authorization server lists it, since without it there may be no refresh token.
 *
 * @see MCP specification, basic/authorization, "Scope Selection Strategy"; OpenID Connect Core section 11
 */
export function chooseScope(input: {
  readonly configured?: readonly string[] | undefined;
  readonly challengeScope?: string | undefined;
  readonly resourceScopes?: readonly string[] | undefined;
  readonly serverScopes?: readonly string[] | undefined;
}): ChosenScope {
  const choices = [input.configured, input.challengeScope, input.resourceScopes].map(scopeNames);
  const chosen = new Set(choices.find((names) => names.length > 0) ?? []);
  if (input.serverScopes?.includes(OFFLINE_ACCESS)) chosen.add(OFFLINE_ACCESS);
  const consent = chosen.has(OFFLINE_ACCESS);
  return chosen.size === 0 ? { consent } : { scope: [...chosen].join(' '), consent };
}
