import { laterTexts } from '../ui/texts-later.ts';

export interface SnippetServer {
  readonly name: string;
  readonly endpoint: string;
  /** What `gatehouse stdio` calls it; left out for all servers as one. */
  readonly bridge?: string;
}

export interface Snippet {
  readonly id: 'claude-code' | 'cursor' | 'vs-code' | 'claude-desktop';
  readonly tool: string;
  /** Where it goes. */
  readonly where: string;
  readonly text: string;
}

export interface SnippetCaller {
  readonly name: string;
  readonly key: string;
}

/** How another program runs the command line, unquoted. */
export interface SnippetCommand {
  readonly file: string;
  readonly args: readonly string[];
}

/**
 * What to give each tool, with the key in it. One entry an address. A tool that speaks stdio runs a bridge to it,
 * which needs no key.
 */
export function snippetsFor(
  servers: readonly SnippetServer[],
  { name: caller, key }: SnippetCaller,
  command: SnippetCommand,
): readonly Snippet[] {
  const headers = { Authorization: `Bearer ${key}` };
  const entries = <T>(entry: (server: SnippetServer) => T): Record<string, T> =>
    Object.fromEntries(servers.map((server) => [server.name, entry(server)]));
  return [
    {
      id: 'claude-code',
      tool: 'Claude Code',
      where: laterTexts.callers.whereClaude,
      text: servers.map((server) => claudeCommand(server, key)).join('\n'),
    },
    {
      id: 'cursor',
      tool: 'Cursor',
      where: laterTexts.callers.whereCursor,
      text: asJson({ mcpServers: entries(({ endpoint }) => ({ url: endpoint, headers })) }),
    },
    {
      id: 'vs-code',
      tool: 'VS Code',
      where: laterTexts.callers.whereVsCode,
      text: asJson({ servers: entries(({ endpoint }) => ({ type: 'http', url: endpoint, headers })) }),
    },
    {
      id: 'claude-desktop',
      tool: 'Claude Desktop',
      where: laterTexts.callers.whereStdio,
      text: asJson({
        mcpServers: entries(({ bridge }) => ({
          command: command.file,
          args: [...command.args, 'stdio', ...(bridge === undefined ? [] : [bridge]), '--as', caller],
        })),
      }),
    },
  ];
}

function claudeCommand({ name, endpoint }: SnippetServer, key: string): string {
  // Claude Code takes letters, digits, dashes and underscores in a name, but no dots.
  const itsName = name.replaceAll('.', '-');
  return `claude mcp add --scope user --transport http ${itsName} ${endpoint} --header "Authorization: Bearer ${key}"`;
}

function asJson(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
