import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { BuiltGatehouse, type Serving } from '../e2e/built-gatehouse.ts';
import { ConnectedTool } from './connected-tool.ts';
import type { ServerName, Subject, SubjectKind } from './subject.ts';

/** The built program without its window, each tool at the lane. It may open pages by itself, as the others do. */
export const gatehouse: SubjectKind = {
  id: 'gatehouse',
  title: 'Gatehouse',
  begin: async (stage) => {
    const dataDir = path.join(stage.folder, 'data');
    await mkdir(dataDir, { mode: 0o700 });
    const mcpServers = { main: { url: stage.mcp.main.url }, other: { url: stage.mcp.other.url } };
    await writeFile(path.join(dataDir, 'config.json'), JSON.stringify({ mcpServers, openBrowser: 'when-needed' }));
    return new GatehouseSubject(new BuiltGatehouse(stage.children, dataDir, stage.env));
  },
};

class GatehouseSubject implements Subject {
  readonly #program: BuiltGatehouse;
  #serving: Serving | undefined;
  #key: string | undefined;
  #tools: ConnectedTool[] = [];

  constructor(program: BuiltGatehouse) {
    this.#program = program;
  }

  async start(): Promise<void> {
    this.#serving = await this.#program.serve();
    if (this.#key !== undefined) return;
    const { stdout } = await this.#program.run('callers', 'add', 'survival');
    const { key }: { key?: string } = JSON.parse(stdout || '{}');
    this.#key = key;
  }

  /** By a click: automatic pages are rationed, and the one that an experiment may need is not used up here. */
  async signIn(server: ServerName): Promise<void> {
    const { code } = await this.#program.run('auth', 'login', server);
    if (code !== 0) throw new Error(`The sign-in ended with ${code}.`);
  }

  tool(server: ServerName): ConnectedTool {
    const url = new URL(`/mcp/${server}`, this.#serving?.url);
    const requestInit = { headers: { authorization: `Bearer ${this.#key}` } };
    const tool = new ConnectedTool(() => new StreamableHTTPClientTransport(url, { requestInit }) as Transport);
    this.#tools.push(tool);
    return tool;
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.#serving?.process.kill(signal);
    await this.#serving?.process.ended;
    await Promise.all(this.#tools.map((tool) => tool.close()));
    this.#tools = [];
  }
}
