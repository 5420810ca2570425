/** Variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;
const ONE_REFERENCE = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/;

export type Substituted =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly missing: string };

/** Puts variables in: `${NAME}`, or `${NAME:-default}` where NAME is unset or empty (as in a POSIX shell). */
export function substitute(text: string, env: Environment): Substituted {
  let missing: string | undefined;
  const value = text.replace(REFERENCE, (_, name: string, fallback: string | undefined) => {
    const found = env[name];
    if (found !== undefined && (found !== '' || fallback === undefined)) return found;
    if (fallback === undefined) missing ??= name;
    return fallback ?? '';
  });
  return missing === undefined ? { ok: true, value } : { ok: false, missing };
}

/** The name in a text that is `${NAME}` and nothing else, so that it holds no secret itself. */
export function referredVariable(text: string): string | undefined {
  return ONE_REFERENCE.exec(text)?.[1];
}
