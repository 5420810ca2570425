import path from 'node:path';
import type { Counts, Exchange } from '../servers/exchange-record.ts';
import type { GuardCounts } from '../servers/guard-record.ts';
import { ROOT } from './built-gatehouse.ts';
import type { ChildProcesses } from './child-processes.ts';

export interface Seen {
  readonly authorization: Counts;
  readonly mcp: GuardCounts;
  readonly log: readonly Exchange[];
  readonly seenAuthorization: readonly string[];
}

/** An authorization server and an MCP server that needs its tokens, in a process of their own. */
export interface TestServers {
  readonly mcpUrl: string;
  seen(): Promise<Seen>;
  order(target: 'authorization' | 'mcp', verb: string, ...args: unknown[]): Promise<void>;
}

export async function startTestServers(children: ChildProcesses, accessTokenTtlS: number): Promise<TestServers> {
  const script = path.join(ROOT, 'scripts/oauth-server.ts');
  const options = ['--port', '0', '--access-token-ttl', `${accessTokenTtlS}s`, '--json'];
  const ready = await children.node(['--import', 'tsx', script, ...options]).firstLine();
  const controlUrl = String(ready.controlUrl);
  return {
    mcpUrl: String(ready.mcpUrl),
    seen: async () => (await fetch(`${controlUrl}/counts`)).json() as Promise<Seen>,
    order: async (target, verb, ...args) => {
      const response = await fetch(controlUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ target, verb, args }),
      });
      if (!response.ok) throw new Error(`The test server did not ${verb}: ${await response.text()}`);
    },
  };
}
