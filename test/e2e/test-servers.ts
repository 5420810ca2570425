import path from 'node:path';
import type { Issued } from '../servers/answer-changes.ts';
import type { Counts, Exchange } from '../servers/exchange-record.ts';
import type { GuardCounts } from '../servers/guard-record.ts';
import { ROOT } from './built-gatehouse.ts';
import type { ChildProcesses } from './child-processes.ts';

export interface Seen {
  readonly authorization: Counts;
  readonly mcp: GuardCounts;
  readonly log: readonly Exchange[];
  readonly seenAuthorization: readonly string[];
  readonly refusedAgesMs: readonly (number | null)[];
}

/** An authorization server and an MCP server that needs its tokens, in a process of their own. */
export interface TestServers {
  readonly mcpUrl: string;
  seen(): Promise<Seen>;
  /** Every token, code and client secret that the authorization server gave away. */
  issued(): Promise<readonly Issued[]>;
  order(target: 'authorization' | 'mcp', verb: string, ...args: unknown[]): Promise<void>;
}

export async function startTestServers(children: ChildProcesses, accessTokenTtlS: number): Promise<TestServers> {
  const script = path.join(ROOT, 'scripts/oauth-server.ts');
  const options = ['--port', '0', '--access-token-ttl', `${accessTokenTtlS}s`, '--json'];
  const ready = await children.node(['--import', 'tsx', script, ...options]).firstLine();
  const controlUrl = String(ready.controlUrl);
  const post = async (target: string, verb: string, args: unknown[]): Promise<unknown> => {
    const response = await fetch(controlUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ target, verb, args }),
    });
    if (!response.ok) throw new Error(`The test server did not ${verb}: ${await response.text()}`);
    const { value } = (await response.json()) as { value: unknown };
    return value;
  };
  return {
    mcpUrl: String(ready.mcpUrl),
    seen: async () => (await fetch(`${controlUrl}/counts`)).json() as Promise<Seen>,
    issued: async () => (await post('authorization', 'issued', [])) as readonly Issued[],
    order: async (target, verb, ...args) => void (await post(target, verb, args)),
  };
}
