import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, listensAt } from './ports.ts';

/** What others use for the same purpose, as npm has it. */
const VERSIONS = { 'mcp-proxy': '6.7.19', supergateway: '4.0.0', 'mcp-remote': '0.15.1' } as const;
const SCRIPTS = {
  'mcp-proxy': 'mcp-proxy/dist/bin/mcp-proxy.mjs',
  supergateway: 'supergateway/dist/index.js',
  'mcp-remote': 'mcp-remote/dist/proxy.js',
} as const;

export type Peer = keyof typeof VERSIONS;
export const peerTitle = (peer: Peer): string => `${peer} ${VERSIONS[peer]}`;
export type PeerScripts = Readonly<Record<Peer, string>>;

/** Installed by npm into a folder of its own, once for these versions: they are no dependencies of ours. */
export async function installPeers(): Promise<PeerScripts> {
  const wanted = Object.entries(VERSIONS).map(([name, version]) => `${name}@${version}`);
  const folder = join(tmpdir(), `gatehouse-bench-peers-${wanted.join('-')}-${process.getuid?.() ?? 0}`);
  const scripts = Object.fromEntries(
    Object.entries(SCRIPTS).map(([name, file]) => [name, join(folder, 'node_modules', file)]),
  ) as PeerScripts;
  if (!Object.values(scripts).every(existsSync)) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const options = ['--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts'];
    await promisify(execFile)('npm', ['install', ...options, ...wanted], { shell: process.platform === 'win32' });
  }
  return scripts;
}

/** Speaks stdio to its caller and Streamable HTTP to the upstream. */
export function mcpRemoteArgs(scripts: PeerScripts, upstream: string): readonly string[] {
  // The header's value has no space: mcp-remote is often started through shells.
  return [scripts['mcp-remote'], upstream, '--transport', 'http-only', '--header', 'Authorization:Bearer of-the-bench'];
}

/** The same shape as mcp-remote. */
export function supergatewayArgs(scripts: PeerScripts, upstream: string): readonly string[] {
  return [scripts.supergateway, '--streamableHttp', upstream, '--logLevel', 'none', '--oauth2Bearer', 'of-the-bench'];
}

export interface RunningPeer {
  readonly port: number;
  readonly pid: number | undefined;
  end(): Promise<void>;
}

/** HTTP in front, and behind it mcp-remote with HTTP to the upstream: how the two are used together. */
export async function startMcpProxy(scripts: PeerScripts, upstream: string): Promise<RunningPeer> {
  const port = await freePort();
  const own = [scripts['mcp-proxy'], '--host', '127.0.0.1', '--port', `${port}`, '--server', 'stream', '--'];
  const args = [...own, process.execPath, ...mcpRemoteArgs(scripts, upstream)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'ignore'] });
  const ended = once(child, 'exit');
  await Promise.race([
    listensAt(port),
    ended.then(() => Promise.reject(new Error('mcp-proxy ended before it listened'))),
  ]);
  return {
    port,
    pid: child.pid,
    end: async () => {
      child.kill();
      await ended;
    },
  };
}
