import type { ServerName } from './ids.ts';
import { type Detail, say } from './sayings.ts';

/**
 * What a caller key may use. A pattern is `server` (all of it) or `server/tool` (of its tools this one); `*` stands for
 * any characters. What is denied is denied, whatever allows it.
 */
export interface CallerLimit {
  /** Names no server by `*`: a server that comes later is reached by no limited key. */
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  /** Of the tools only those whose server says `readOnlyHint: true`. */
  readonly readOnly: boolean;
}

/** What a person asked for; what is not named is as before, or as in a new limit. */
export type LimitChange = { readonly [K in keyof CallerLimit]?: CallerLimit[K] | undefined };

export interface ListedTool {
  readonly name: string;
  readonly annotations?: { readonly readOnlyHint?: boolean | undefined } | undefined;
}

/** A limit, made ready for questions. */
export interface Access {
  readonly isLimited: boolean;
  /** `some`: of what it offers, a part. */
  of(server: ServerName): 'all' | 'some' | 'nothing';
  /** Prompts, resources and completion: of a server that is allowed as a whole. */
  reachesBeyondTools(server: ServerName): boolean;
  mayCall(server: ServerName, tool: ListedTool): boolean;
}

export const UNLIMITED: Access = {
  isLimited: false,
  of: () => 'all',
  reachesBeyondTools: () => true,
  mayCall: () => true,
};

export function accessUnder(limit: CallerLimit | undefined): Access {
  if (!limit) return UNLIMITED;
  const allow = limit.allow.map(parsed);
  const deny = limit.deny.map(parsed);
  const of = (server: ServerName): 'all' | 'some' | 'nothing' => {
    const allowed = allow.filter((pattern) => matches(pattern.server, server));
    const denied = deny.filter((pattern) => matches(pattern.server, server));
    if (allowed.length === 0 || denied.some(({ tool }) => tool === undefined)) return 'nothing';
    const isWhole = allowed.some(({ tool }) => tool === undefined) && denied.length === 0 && !limit.readOnly;
    return isWhole ? 'all' : 'some';
  };
  return {
    isLimited: true,
    of,
    reachesBeyondTools: (server) =>
      of(server) !== 'nothing' && allow.some(({ server: own, tool }) => tool === undefined && matches(own, server)),
    mayCall: (server, { name, annotations }) => {
      const names = ({ server: own, tool }: Pattern): boolean =>
        matches(own, server) && (tool === undefined || matches(tool, name));
      if (limit.readOnly && annotations?.readOnlyHint !== true) return false;
      return allow.some(names) && !deny.some(names);
    },
  };
}

/**
 * The limit after a change. Without a list of what is allowed it is what is there now; `*` in a server's name stands for
 * the servers that are there now, as a shell does it with files.
 */
export function changedLimit(
  before: CallerLimit | undefined,
  { allow, deny, readOnly }: LimitChange,
  servers: readonly ServerName[],
): CallerLimit {
  return {
    allow: allow ? [...new Set(allow.flatMap((pattern) => spelledOut(pattern, servers)))] : (before?.allow ?? servers),
    deny: [...new Set(deny ?? before?.deny)],
    readOnly: readOnly ?? before?.readOnly ?? false,
  };
}

function spelledOut(pattern: string, servers: readonly ServerName[]): readonly string[] {
  const { server, tool } = parsed(pattern);
  if (!server.includes('*')) return [pattern];
  const behind = tool === undefined ? '' : `/${tool}`;
  return servers.filter((name) => matches(server, name)).map((name) => `${name}${behind}`);
}

/** Those that name no server that is there. They may be meant for one to come. */
export function patternsOfNobody(patterns: readonly string[], servers: readonly ServerName[]): readonly string[] {
  return patterns.filter((pattern) => !servers.some((name) => matches(parsed(pattern).server, name)));
}

const SERVER_PART = /^[A-Za-z0-9*][A-Za-z0-9._*-]*$/;

/** What is wrong with a pattern, as a sentence. */
export function patternMistake(pattern: string): Detail | undefined {
  const { server, tool } = parsed(pattern);
  const quoted = JSON.stringify(pattern);
  if (pattern.trim() === '') return say('pattern-empty');
  if (!SERVER_PART.test(server)) return say('pattern-server', quoted);
  if (tool === '') return say('pattern-tool', quoted);
  return tool !== undefined && /\s/.test(tool) ? say('pattern-blank', quoted) : undefined;
}

interface Pattern {
  readonly server: string;
  readonly tool: string | undefined;
}

/** Names of servers have no slash; those of tools may have one. */
function parsed(pattern: string): Pattern {
  const slash = pattern.indexOf('/');
  return slash < 0
    ? { server: pattern, tool: undefined }
    : { server: pattern.slice(0, slash), tool: pattern.slice(slash + 1) };
}

/** Goes back to the last star alone, so that no pattern and no name makes it slow. */
function matches(pattern: string, text: string): boolean {
  let [at, read, star, starRead] = [0, 0, -1, 0];
  while (read < text.length) {
    if (pattern[at] === '*') {
      star = at;
      starRead = read;
      at += 1;
    } else if (pattern[at] === text[read]) {
      at += 1;
      read += 1;
    } else if (star >= 0) {
      at = star + 1;
      starRead += 1;
      read = starRead;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
