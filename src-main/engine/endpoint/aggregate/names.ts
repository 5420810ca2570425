import { createHash } from 'node:crypto';

/** What models accept as a tool's name: letters, digits, "_" and "-", at most 64. */
const LONGEST = 64;
const NOT_ACCEPTED = /[^a-zA-Z0-9_-]/g;
const HASH_LENGTH = 8;

export interface Namespace {
  /** Between the server's name and its own; undefined where there is one server and the person wants no prefix. */
  readonly separator: string | undefined;
}

/**
 * The name under which callers see a server's tool or prompt. It depends on nothing but the two names, so it stays the
 * same whatever else comes and goes: what had to be changed or could be mistaken for another bears a hash of the whole.
 */
export function exposedName(server: string, name: string, { separator }: Namespace): string {
  if (separator === undefined) return name;
  const plain = `${server}${separator}${name}`;
  const accepted = plain.replace(NOT_ACCEPTED, '_');
  if (accepted === plain && plain.length <= LONGEST && !server.includes(separator)) return plain;
  const hash = createHash('sha256').update(`${server}\n${name}`).digest('hex').slice(0, HASH_LENGTH);
  return `${accepted.slice(0, LONGEST - HASH_LENGTH - 1)}_${hash}`;
}
