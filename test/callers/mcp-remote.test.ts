import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterEach, expect, test } from 'vitest';
import { closeAll, closeLater } from '../endpoint/house-with-upstream.ts';
import { openSignedInHouse } from '../endpoint/signed-in-house.ts';
import { fetchMcpRemote } from '../survival/mcp-remote.ts';

afterEach(closeAll);

/** Not a dependency: where npm's registry is out of reach there is none. */
const script = await fetchMcpRemote().catch(() => undefined);

test.for([
  ['lane', 'sdk', 'echo'],
  ['lane', 'everything', 'echo'],
  ['/mcp', 'sdk', 'linear__echo'],
  ['/mcp', 'modern', 'linear__echo'],
] as const)(
  'E1 mcp-remote calls the %s before the %s server, and signs in nowhere',
  { timeout: 60_000 },
  async ([where, upstream, echo], { skip }) => {
    if (script === undefined) return skip('mcp-remote cannot be fetched from npm here');
    const { endpoint, household } = await openSignedInHouse({ guard: { upstream } });
    const home = await mkdtemp(join(tmpdir(), 'gatehouse-mcp-remote-'));
    closeLater(() => rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 }));
    const url = where === 'lane' ? endpoint : household.engine.view().endpoint;
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [script, url, '--transport', 'http-only', '--header', `Authorization:Bearer ${household.key}`],
      env: { PATH: process.env.PATH ?? '', HOME: home, MCP_REMOTE_CONFIG_DIR: join(home, 'mcp-auth') },
      stderr: 'ignore',
    });
    const client = new Client({ name: 'editor', version: '1.0.0' });
    closeLater(() => client.close());
    await client.connect(transport);
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain(echo);
    expect(JSON.stringify((await client.callTool({ name: echo, arguments: { message: 'hello' } })).content)).toContain(
      'hello',
    );
    expect(household.browser.pages).toEqual([]);
  },
);
