import { texts } from '../ui/texts.ts';

export interface SnippetServer {
  readonly name: string;
  readonly endpoint: string;
}

export interface Snippet {
  readonly id: 'claude-code' | 'cursor' | 'vs-code';
  readonly tool: string;
  /** Where it goes. */
  readonly where: string;
  readonly text: string;
}

/** What to give each tool, with the key in it. One entry a server: each has an address of its own. */
export function snippetsFor(servers: readonly SnippetServer[], key: string): readonly Snippet[] {
  const headers = { Authorization: `Bearer ${key}` };
  const entries = <T>(entry: (server: SnippetServer) => T): Record<string, T> =>
    Object.fromEntries(servers.map((server) => [server.name, entry(server)]));
  return [
    {
      id: 'claude-code',
      tool: 'Claude Code',
      where: texts.callers.whereClaude,
      text: servers.map((server) => claudeCommand(server, key)).join('\n'),
    },
    {
      id: 'cursor',
      tool: 'Cursor',
      where: texts.callers.whereCursor,
      text: asJson({ mcpServers: entries(({ endpoint }) => ({ url: endpoint, headers })) }),
    },
    {
      id: 'vs-code',
      tool: 'VS Code',
      where: texts.callers.whereVsCode,
      text: asJson({ servers: entries(({ endpoint }) => ({ type: 'http', url: endpoint, headers })) }),
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
