/** A parsed `WWW-Authenticate: Bearer`. @see RFC 6750 section 3, RFC 9728 section 5.1 */
export interface Challenge {
  readonly resourceMetadata?: string;
  readonly scope?: string;
  readonly error?: string;
  readonly errorDescription?: string;
}

interface AnyChallenge {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const TOKEN68 = /[A-Za-z0-9\-._~+/]+=*(?=[ \t]*(?:,|$))/y;
const QUOTED_STRING = /"((?:[^"\\]|\\.)*)"/sy;
const SPACES = /[ \t]+/y;
const COMMAS = /[ \t,]*/y;
const EQUALS = /[ \t]*=[ \t]*/y;

/** Reads a header from left to right; each `take` moves on only where its pattern stands. */
class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (!match) return undefined;
    this.#at = pattern.lastIndex;
    return match;
  }

  /** Moves past a character that belongs to nothing, so that a broken part does not hide what follows it. */
  skip(): void {
    this.#at += 1;
  }

  get done(): boolean {
    return this.#at >= this.#text.length;
  }

  get position(): number {
    return this.#at;
  }

  returnTo(position: number): void {
    this.#at = position;
  }
}

/** `name = value`, or nothing and the scanner where it was: then the token begins the next challenge. */
function takeParameter(scanner: Scanner): readonly [string, string] | undefined {
  const start = scanner.position;
  const name = scanner.take(TOKEN)?.[0];
  if (name && scanner.take(EQUALS)) {
    const quoted = scanner.take(QUOTED_STRING)?.[1];
    if (quoted !== undefined) return [name.toLowerCase(), quoted.replace(/\\(.)/gs, '$1')];
    const value = scanner.take(TOKEN)?.[0];
    if (value !== undefined) return [name.toLowerCase(), value];
  }
  scanner.returnTo(start);
  return undefined;
}

function takeParameters(scanner: Scanner): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (;;) {
    scanner.take(COMMAS);
    const parameter = takeParameter(scanner);
    if (!parameter) return parameters;
    // RFC 9110 11.2: a name occurs once in a challenge; the first one counts.
    if (!parameters.has(parameter[0])) parameters.set(...parameter);
  }
}

/** @see RFC 9110 section 11.6.1: a list of challenges, each a scheme with token68 or a list of parameters */
function parseAll(header: string): readonly AnyChallenge[] {
  const scanner = new Scanner(header);
  const challenges: AnyChallenge[] = [];
  while (!scanner.done) {
    scanner.take(COMMAS);
    const scheme = scanner.take(TOKEN)?.[0];
    if (scheme === undefined) {
      if (!scanner.take(QUOTED_STRING)) scanner.skip();
      continue;
    }
    const separated = scanner.take(SPACES) !== undefined;
    const parameters = separated && !scanner.take(TOKEN68) ? takeParameters(scanner) : new Map<string, string>();
    challenges.push({ scheme: scheme.toLowerCase(), parameters });
  }
  return challenges;
}

/**
 * The Bearer challenge of a `WWW-Authenticate` header, which may hold several schemes and several Bearer challenges:
 * the first that names its metadata counts, otherwise the first. Undefined where there is none.
 *
 * @see RFC 9110 section 11.6.1, RFC 9728 section 5.1, RFC 6750 section 3
 */
export function parseChallenge(header: string | undefined): Challenge | undefined {
  const bearer = parseAll(header ?? '').filter(({ scheme }) => scheme === 'bearer');
  const chosen = bearer.find(({ parameters }) => parameters.has('resource_metadata')) ?? bearer[0];
  if (!chosen) return undefined;
  const { parameters } = chosen;
  const resourceMetadata = parameters.get('resource_metadata');
  const scope = parameters.get('scope');
  const error = parameters.get('error');
  const errorDescription = parameters.get('error_description');
  return {
    ...(resourceMetadata ? { resourceMetadata } : {}),
    ...(scope ? { scope } : {}),
    ...(error ? { error } : {}),
    ...(errorDescription ? { errorDescription } : {}),
  };
}
