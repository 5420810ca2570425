import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Client as ModernClient } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { runBridge } from '../../../src-main/cli/stdio/run-bridge.ts';
import { connectKeyLender } from '../../../src-main/control/key-lender.ts';
import type { RunningProgram } from '../../../src-main/program.ts';
import { type GuardedMcpServer, startGuardedMcpServer, type UpstreamKind } from '../../servers/guarded-mcp-server.ts';
import { startQuietProgram } from '../../stories/quiet-program.ts';
import { LineTransport } from './line-transport.ts';

const closing: (() => Promise<unknown>)[] = [];

/** For `afterEach`: callers and bridges first. */
export async function closeBridgeHouses(): Promise<void> {
  for (const close of closing.splice(0).reverse()) await close();
}

export interface BridgeHouse {
  readonly dataDir: string;
  readonly program: RunningProgram;
  server(name: string): GuardedMcpServer;
  stop(): Promise<void>;
  /** On the port that it had. */
  start(): Promise<void>;
}

export interface RunningBridge {
  readonly stdin: PassThrough;
  readonly stdout: PassThrough;
  readonly notes: readonly string[];
  readonly exitCode: Promise<number>;
}

/** The whole program in this process, on a data folder of its own, before servers that want no login. */
export async function openBridgeHouse(kinds: Readonly<Record<string, UpstreamKind>>): Promise<BridgeHouse> {
  const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-bridge-'));
  closing.push(() => rm(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 }));
  const servers = new Map<string, GuardedMcpServer>();
  for (const [name, upstream] of Object.entries(kinds)) {
    const server = await startGuardedMcpServer({ upstream, guard: { admits: 'everybody' } });
    closing.push(() => server.close());
    servers.set(name, server);
  }
  const mcpServers = Object.fromEntries([...servers].map(([name, { url }]) => [name, { url }]));
  await writeFile(join(dataDir, 'config.json'), JSON.stringify({ mcpServers }));
  let program: RunningProgram | undefined;
  const stop = async (): Promise<void> => {
    await program?.close();
    program = undefined;
  };
  const start = async (): Promise<void> => {
    program = await started(dataDir);
  };
  closing.push(stop);
  await start();
  return {
    dataDir,
    get program() {
      if (!program) throw new Error('the program does not run');
      return program;
    },
    server: (name) => {
      const found = servers.get(name);
      if (!found) throw new Error(`no server ${name}`);
      return found;
    },
    stop,
    start,
  };
}

async function started(dataDir: string): Promise<RunningProgram> {
  const program = await startQuietProgram({ dataDir });
  if (!program.ok) throw new Error(`the program did not start: ${program.problem.code}`);
  return program.value;
}

interface Choice {
  readonly name?: string;
  readonly caller?: string;
  readonly start?: Parameters<typeof runBridge>[0]['start'];
}

/** `gatehouse stdio` in this process. */
export function openBridge(dataDir: string, { name, caller, start }: Choice = {}): RunningBridge {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const notes: string[] = [];
  const exitCode = runBridge({
    name,
    caller,
    start,
    stdin,
    stdout,
    note: (sentence) => notes.push(sentence),
    connect: () => connectKeyLender(dataDir),
  });
  closing.push(async () => {
    stdin.end();
    stdout.resume();
    await exitCode;
  });
  return { stdin, stdout, notes, exitCode };
}

const ME = { name: 'editor', version: '1.0.0' };

export async function legacyTool({ stdin, stdout }: RunningBridge, capabilities = {}): Promise<Client> {
  const client = new Client(ME, { capabilities });
  // The SDK's own types do not agree under exactOptionalPropertyTypes.
  await client.connect(new LineTransport(stdout, stdin) as Parameters<Client['connect']>[0]);
  closing.push(() => client.close());
  return client;
}

export async function modernTool({ stdin, stdout }: RunningBridge, capabilities = {}): Promise<ModernClient> {
  const client = new ModernClient(ME, { capabilities, versionNegotiation: { mode: { pin: '2026-07-28' } } });
  await client.connect(new LineTransport(stdout, stdin) as Parameters<ModernClient['connect']>[0]);
  closing.push(() => client.close());
  return client;
}
