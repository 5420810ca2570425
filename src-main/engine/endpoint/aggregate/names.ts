import { createHash } from 'node:crypto';
import type { ToolSettings } from '../../model/server-config.ts';

/** What models accept in a tool's name. */
const NOT_ACCEPTED = /[^a-zA-Z0-9_-]/g;
const HASH_LENGTH = 8;
const ENDS_LIKE_A_HASH = /_[0-9a-f]{8}$/;

export interface Namespace {
  /** Between the server's name and its own; undefined where there is one server and the person wants no prefix. */
  readonly separator: string | undefined;
  /** Characters that a name with a prefix has at most. */
  readonly longest: number;
}

/** The names of an address that shows so many servers. */
export type Naming = (servers: number) => Namespace;

/** A server alone, under its own names. */
export const OWN_NAMES: Naming = () => ({ separator: undefined, longest: 0 });

export function namingOf({ prefix, separator, longestName }: ToolSettings): Naming {
  return (servers) => ({
    separator: prefix === 'when-several' && servers === 1 ? undefined : separator,
    longest: longestName,
  });
}

/**
 * The name under which callers see a server's tool or prompt. It depends on nothing but the two names, so it stays the
 * same whatever else comes and goes: what had to be changed or could be mistaken for another bears a hash of the whole.
 */
export function exposedName(server: string, name: string, { separator, longest }: Namespace): string {
  if (separator === undefined) return name;
  const plain = `${server}${separator}${name}`;
  const accepted = plain.replace(NOT_ACCEPTED, '_');
  const isCertain = accepted === plain && plain.indexOf(separator) === server.length && !ENDS_LIKE_A_HASH.test(plain);
  if (isCertain && plain.length <= longest) return plain;
  const hash = createHash('sha256').update(`${server}\n${name}`).digest('hex').slice(0, HASH_LENGTH);
  return `${accepted.slice(0, longest - HASH_LENGTH - 1)}_${hash}`;
}
