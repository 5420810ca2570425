import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client as ModernClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterEach, expect, test } from 'vitest';
import { connectControl } from '../../src-main/control/socket-client.ts';
import { listenOnLoopback } from '../servers/loopback-listener.ts';
import { BuiltGatehouse, ROOT } from './built-gatehouse.ts';
import { ChildProcesses } from './child-processes.ts';

const run = promisify(execFile);
const CLI = path.join(ROOT, 'dist/main/cli.js');
const EVERYTHING = path.join(ROOT, 'node_modules/@modelcontextprotocol/server-everything/dist/index.js');
const ECHO = { name: 'every__echo', arguments: { message: 'hello' } };

const children = new ChildProcesses();
const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await children.killAll();
});

/** Nobody's in this moment; the program that is started by the bridge cannot be told another way. */
async function freePort(): Promise<number> {
  const listener = await listenOnLoopback(() => {});
  await listener.die();
  return listener.port;
}

async function folder(settings: object = {}): Promise<string> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'gatehouse-stdio-'));
  closing.push(() => rm(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 }));
  const every = { command: process.execPath, args: [EVERYTHING, 'stdio'] };
  await writeFile(path.join(dataDir, 'config.json'), JSON.stringify({ ...settings, mcpServers: { every } }));
  return dataDir;
}

function spawning(dataDir: string, ...args: string[]) {
  return { command: process.execPath, args: [CLI, '--data-dir', dataDir, 'stdio', ...args] };
}

const ME = { name: 'editor', version: '1.0.0' };

async function oneX(dataDir: string, ...args: string[]): Promise<Client> {
  const client = new Client(ME);
  await client.connect(new StdioClientTransport(spawning(dataDir, ...args)));
  closing.push(() => client.close());
  return client;
}

const twoX =
  (mode: 'auto' | 'legacy' | { pin: string }) =>
  async (dataDir: string): Promise<ModernClient> => {
    const client = new ModernClient(ME, { versionNegotiation: { mode } });
    await client.connect(new ModernTransport(spawning(dataDir)));
    closing.push(() => client.close());
    return client;
  };

test.each([
  ['1.x', oneX],
  ['2.x, legacy', twoX('legacy')],
  ['2.x, auto', twoX('auto')],
  ['2.x, modern', twoX({ pin: '2026-07-28' })],
] as const)(
  '33 L4 the %s client over stdio goes on when the engine was killed and started again',
  async (_sdk, connect) => {
    const dataDir = await folder();
    const gatehouse = new BuiltGatehouse(children, dataDir, {});
    const first = await gatehouse.serve('--vault', 'memory');
    const client = await connect(dataDir);
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain('every__echo');
    expect(JSON.stringify((await client.callTool(ECHO)).content)).toContain('hello');
    first.process.kill('SIGKILL');
    await first.process.ended;
    const early = client.callTool(ECHO);
    await gatehouse.serve('--vault', 'memory');
    expect(JSON.stringify((await early).content)).toContain('hello');
    expect(JSON.stringify((await client.callTool(ECHO)).content)).toContain('hello');
  },
);

test.each(['legacy', 'auto', 'modern'])('mcp-inspector lists and calls tools over stdio, era %s', async (era) => {
  const dataDir = await folder();
  await new BuiltGatehouse(children, dataDir, {}).serve('--vault', 'memory');
  const { command, args } = spawning(dataDir, 'every');
  const inspect = async (...wanted: string[]): Promise<string> => {
    const options = ['--cli', '--transport', 'stdio', '--protocol-era', era, ...wanted];
    const { stdout } = await run('npx', ['mcp-inspector', ...options, '--', command, ...args], {
      env: { ...process.env, HOME: dataDir },
    });
    return stdout;
  };
  expect(await inspect('--method', 'tools/list')).toContain('"echo"');
  const called = ['--method', 'tools/call', '--tool-name', 'echo', '--tool-arg', 'message=hello'];
  expect(await inspect(...called)).toContain('hello');
});

test('where no engine runs the tool is told so, and --start starts one that outlives the bridge', async () => {
  const dataDir = await folder({ port: await freePort() });
  await expect(oneX(dataDir)).rejects.toThrow(/Gatehouse does not run with the data folder/);
  const client = await oneX(dataDir, '--start');
  const control = await connectControl(dataDir);
  if (!control.ok) throw new Error('no engine was started');
  closing.push(async () => {
    await control.value.stop({});
    await control.value.closed;
  });
  expect((await client.callTool(ECHO)).content).toEqual([{ type: 'text', text: 'Echo: hello' }]);
  await client.close();
  expect((await control.value.status({})).ok).toBe(true);
});
