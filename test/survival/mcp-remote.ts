import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ConnectedTool } from './connected-tool.ts';
import type { Stage } from './stage.ts';
import type { ServerName, Subject, SubjectKind } from './subject.ts';

export const MCP_REMOTE_VERSION = '0.15.1';

/** Installed by npm into a folder of its own, once for each version: it is no dependency of ours. Gives its script. */
export async function fetchMcpRemote(): Promise<string> {
  const folder = path.join(tmpdir(), `gatehouse-survival-mcp-remote-${MCP_REMOTE_VERSION}-${process.getuid?.() ?? 0}`);
  const script = path.join(folder, 'node_modules/mcp-remote/dist/proxy.js');
  if (!existsSync(script)) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const install = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts'];
    await promisify(execFile)('npm', [...install, `mcp-remote@${MCP_REMOTE_VERSION}`]);
  }
  return script;
}

export async function installMcpRemote(): Promise<SubjectKind> {
  const script = await fetchMcpRemote();
  return {
    id: 'mcp-remote',
    title: `mcp-remote ${MCP_REMOTE_VERSION}`,
    begin: async (stage) => new McpRemoteSubject(stage, script),
  };
}

/** One stdio proxy for each tool, as its documentation has it, all with one folder for their logins. */
class McpRemoteSubject implements Subject {
  readonly #stage: Stage;
  readonly #script: string;
  readonly #transports = new Set<StdioClientTransport>();

  constructor(stage: Stage, script: string) {
    this.#stage = stage;
    this.#script = script;
  }

  async start(): Promise<void> {}

  tool(server: ServerName): ConnectedTool {
    return new ConnectedTool(() => {
      const { mcp, env, folder } = this.#stage;
      const known = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
      const transport = new StdioClientTransport({
        command: process.execPath,
        args: [this.#script, mcp[server].url, '--transport', 'http-only'],
        env: { ...Object.fromEntries(known), MCP_REMOTE_CONFIG_DIR: path.join(folder, 'mcp-auth') },
        stderr: 'ignore',
      });
      this.#transports.add(transport);
      return transport;
    });
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const ended = [...this.#transports].map(async (transport) => {
      // Only a process that was started by this transport and still runs has a pid here.
      if (transport.pid !== null) process.kill(transport.pid, signal);
      await transport.close();
    });
    this.#transports.clear();
    await Promise.all(ended);
  }
}
