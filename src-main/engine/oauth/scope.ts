export interface ChosenScope {
  /** Absent: no `scope` parameter is sent, and the server's default applies. */
  readonly scope?: string;
  /** Whether `prompt=consent` is sent: OpenID Connect ignores `offline_access` without it. */
  readonly consent: boolean;
}

const OFFLINE_ACCESS = 'offline_access';

/** RFC 6749 3.3: a list separated by spaces, in which a name twice says no more than once. */
export function scopeNames(scopes: string | readonly string[] | undefined): readonly string[] {
  const names = typeof scopes === 'string' ? [scopes] : (scopes ?? []);
  return [...new Set(names.flatMap((name) => name.split(/\s+/)).filter((name) => name !== ''))];
}

/**
 * S1: configured scopes, else the challenge's, else all that the resource supports, else none. S2: `offline_access`
 * beside them when the authorization server lists it, since without it there may be no refresh token. S3: once the
 * server has asked for more, the union of what was granted (or chosen, where that is not known) and what it asks.
 *
 * @see MCP specification, basic/authorization, "Scope Selection Strategy"; OpenID Connect Core section 11
 */
export function chooseScope(input: {
  readonly configured?: readonly string[] | undefined;
  readonly challengeScope?: string | undefined;
  readonly resourceScopes?: readonly string[] | undefined;
  readonly serverScopes?: readonly string[] | undefined;
  readonly stepUp?: { readonly granted: string | undefined; readonly asked: string } | undefined;
}): ChosenScope {
  const { configured, challengeScope, resourceScopes, stepUp } = input;
  const choices = stepUp
    ? [[...scopeNames(configured), ...scopeNames(stepUp.granted)], challengeScope, resourceScopes]
    : [configured, challengeScope, resourceScopes];
  const chosen = new Set(choices.map(scopeNames).find((names) => names.length > 0) ?? []);
  for (const name of scopeNames(stepUp?.asked)) chosen.add(name);
  if (input.serverScopes?.includes(OFFLINE_ACCESS)) chosen.add(OFFLINE_ACCESS);
  const consent = chosen.has(OFFLINE_ACCESS);
  return chosen.size === 0 ? { consent } : { scope: [...chosen].join(' '), consent };
}

/** Whether a client that was registered for `registered` may ask for `asked`; not known means yes. @see RFC 7591 section 2 */
export function coversScope(registered: string | undefined, asked: string | undefined): boolean {
  if (registered === undefined) return true;
  const names = new Set(scopeNames(registered));
  return scopeNames(asked).every((name) => names.has(name));
}
