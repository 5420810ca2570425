import { parseServerUrl } from './suggest-name.ts';

export interface SnippetServer {
  readonly name: string;
  readonly url: string;
  /** Header name -> name of the environment variable that the snippet names for its whole value. */
  readonly headerEnv: Readonly<Record<string, string>>;
  /** Headers whose values the snippet spells out: they are not written into a file. */
  readonly spelledOut: readonly string[];
}

/** What READMEs print for other tools, read. */
export interface Snippet {
  readonly servers: readonly SnippetServer[];
  /** Names of those that are started as a program. */
  readonly programs: readonly string[];
}

export function looksLikeSnippet(text: string): boolean {
  return /^\s*[{"]/.test(text);
}

/** `{"mcpServers": {...}}`, `{"servers": {...}}`, or their inside alone; undefined where no server is in it. */
export function readSnippet(text: string): Snippet | undefined {
  const whole = parsed(text.trim().startsWith('"') ? `{${text}}` : text);
  const found = isRecord(whole?.mcp) ? whole.mcp : whole;
  const named = [found?.mcpServers, found?.servers, found].find(isRecord);
  const servers: SnippetServer[] = [];
  const programs: string[] = [];
  for (const [name, entry] of Object.entries(named ?? {})) {
    if (!isRecord(entry)) continue;
    const url = [entry.url, entry.serverUrl, entry.httpUrl].find((value) => typeof value === 'string');
    if (typeof url === 'string' && parseServerUrl(url)) servers.push({ name, url, ...headersOf(entry.headers) });
    else if (typeof entry.command === 'string') programs.push(name);
  }
  return servers.length + programs.length > 0 ? { servers, programs } : undefined;
}

function headersOf(headers: unknown): Pick<SnippetServer, 'headerEnv' | 'spelledOut'> {
  const headerEnv: Record<string, string> = {};
  const spelledOut: string[] = [];
  for (const [header, value] of Object.entries(isRecord(headers) ? headers : {})) {
    const variable = /^\$\{(?:env:)?([A-Za-z_]\w*)\}$/.exec(String(value))?.[1];
    if (variable === undefined) spelledOut.push(header);
    else headerEnv[header] = variable;
  }
  return { headerEnv, spelledOut };
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

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
