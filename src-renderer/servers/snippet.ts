import { isRecord } from '../../src-main/engine/model/record.ts';
import { parseServerUrl } from './suggest-name.ts';

interface Named {
  readonly name: string;
  /** Headers or variables whose values the snippet spells out: they are not written into a file. */
  readonly spelledOut: readonly string[];
}

export interface SnippetAddress extends Named {
  readonly url: string;
  /** Header name -> name of the environment variable that the snippet names for its whole value. */
  readonly headerEnv: Readonly<Record<string, string>>;
}

export interface SnippetProgram extends Named {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Variable -> name of the environment variable that the snippet names for its whole value. */
  readonly env: Readonly<Record<string, string>>;
}

export type SnippetServer = SnippetAddress | SnippetProgram;

export function looksLikeSnippet(text: string): boolean {
  return /^\s*(?:\{|"[^"]*"\s*:)/.test(text);
}

/**
 * What READMEs print for other tools, read: `{"mcpServers": {...}}`, `{"servers": {...}}`, or their inside alone;
 * undefined where no server is in it.
 */
export function readSnippet(text: string): readonly SnippetServer[] | undefined {
  const whole = parsed(text.trim().startsWith('"') ? `{${text}}` : text);
  const found = isRecord(whole?.mcp) ? whole.mcp : whole;
  const named = [found?.mcpServers, found?.servers, found].find(isRecord);
  const servers = Object.entries(named ?? {}).flatMap(([name, entry]) => serverOf(name, entry) ?? []);
  return servers.length > 0 ? servers : undefined;
}

function serverOf(name: string, entry: unknown): SnippetServer | undefined {
  if (!isRecord(entry)) return undefined;
  const url = [entry.url, entry.serverUrl, entry.httpUrl].find((value) => typeof value === 'string');
  if (typeof url === 'string' && parseServerUrl(url)) {
    const { named, spelledOut } = variablesIn(entry.headers);
    return { name, url, headerEnv: named, spelledOut };
  }
  if (typeof entry.command !== 'string' || entry.command === '') return undefined;
  const args = Array.isArray(entry.args) ? entry.args.filter((arg) => typeof arg === 'string') : [];
  const { named, spelledOut } = variablesIn(entry.env);
  return {
    name,
    command: entry.command,
    args,
    env: named,
    spelledOut,
    ...(typeof entry.cwd === 'string' ? { cwd: entry.cwd } : {}),
  };
}

function variablesIn(values: unknown): { named: Record<string, string>; spelledOut: string[] } {
  const named: Record<string, string> = {};
  const spelledOut: string[] = [];
  for (const [key, value] of Object.entries(isRecord(values) ? values : {})) {
    const variable = /^\$\{(?:env:)?([A-Za-z_]\w*)\}$/.exec(String(value))?.[1];
    if (variable === undefined) spelledOut.push(key);
    else named[key] = variable;
  }
  return { named, spelledOut };
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    // A comma too many is what is left of a longer file.
    const value: unknown = JSON.parse(text.replace(/,(\s*[}\]])/g, '$1').replace(/,\s*$/, ''));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
