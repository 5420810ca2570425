import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { exitCodeFor } from '../../src-main/cli/exit-codes.ts';
import { serve } from '../../src-main/headless.ts';
import { signIn } from '../servers/sign-in.ts';
import { openHousehold } from './household.ts';
import { closeEverything, initialize, openSignedIn } from './one-server.ts';
import { startQuietProgram } from './quiet-program.ts';

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await closeEverything();
});

async function dataFolder(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-port-'));
  closing.push(() => rm(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 }));
  await writeFile(join(dataDir, 'config.json'), JSON.stringify({ mcpServers: {} }));
  return dataDir;
}

/** Another program, a process of its own, that listens on a port it was given. */
async function anotherProgram(host = '127.0.0.1'): Promise<{ port: number; pid: number }> {
  const script = `const s=require('node:http').createServer().listen(0,'${host}',()=>console.log(s.address().port))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  closing.push(async () => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { port: Number(String(line)), pid: child.pid ?? 0 };
}

function start(dataDir: string, port: number) {
  return startQuietProgram({ dataDir, port });
}

/** What `gatehouse serve` says, and what it ends with. */
async function serving(dataDir: string, port: number, json: boolean) {
  const said = { stdout: '', stderr: '' };
  const sink = (name: keyof typeof said) => ({
    write: (text: string) => {
      said[name] += text;
    },
  });
  const installation = { kind: 'node', node: '/usr/bin/node', script: '/gatehouse/cli.js' } as const;
  const options = { dataDir, port, vault: 'memory' as const, json, installation, env: {} };
  const problem = await serve({ ...options, stdout: sink('stdout'), stderr: sink('stderr') });
  return { ...said, exitCode: problem ? exitCodeFor(problem) : 0 };
}

describe.runIf(process.platform === 'linux')('5 the port is taken', () => {
  test.each(['127.0.0.1', '0.0.0.0', '::'])(
    '5 "serve" ends with 8 and names the program that has it, at %s',
    async (host) => {
      const { port, pid } = await anotherProgram(host);
      const holder = `${basename(process.execPath)} (process ${pid})`;
      const told = await serving(await dataFolder(), port, false);
      expect(told).toMatchObject({ stdout: '', exitCode: 8 });
      expect(told.stderr).toBe(
        `Port ${port} is taken by ${holder}. End that program, or choose another port with --port.\n`,
      );
      const json = await serving(await dataFolder(), port, true);
      expect(JSON.parse(json.stdout)).toEqual({ event: 'failed', problem: { code: 'port-busy', port, holder } });
    },
  );

  test('5 another Gatehouse is called one, with its data folder', async () => {
    const theirs = await dataFolder();
    const first = await start(theirs, 0);
    if (!first.ok) throw new Error(first.problem.code);
    closing.push(() => first.value.close());
    const port = Number(new URL(first.value.endpoint).port);
    const holder = `another Gatehouse (process ${process.pid}, data folder ${theirs})`;
    expect(await start(await dataFolder(), port)).toEqual({ ok: false, problem: { code: 'port-busy', port, holder } });
  });

  test('5 what was claimed for the start is let go: the next one with another port runs', async () => {
    const { port } = await anotherProgram();
    const dataDir = await dataFolder();
    expect(await start(dataDir, port)).toMatchObject({ ok: false, problem: { code: 'port-busy' } });
    const other = await start(dataDir, 0);
    if (!other.ok) throw new Error(other.problem.code);
    closing.push(() => other.value.close());
    expect(new URL(other.value.endpoint).port).not.toBe(String(port));
  });
});

describe('5 R5 the port that was chosen first is taken at the next start', () => {
  test('5 R5 another one is found, the login lives on, and its redirect address is registered before it is used', async () => {
    const { authorizationServer, mcp, household } = await openSignedIn(3600);
    const before = new URL(household.view('linear').endpoint).origin;
    const registered = authorizationServer.log.length;
    await household.until(() => !household.vault.values.has('linear/sign-in'), 'the sign-in is over on record too');
    // The first one still has the port; this one begins with its files.
    const next = await openHousehold({ servers: { linear: { url: mcp.url } }, leftBy: household });
    await next.reached('linear', 'ready');
    const after = new URL(next.view('linear').endpoint).origin;
    expect(after).not.toBe(before);
    authorizationServer.endAccessTokens();
    expect((await initialize(next)).message.result).toBeDefined();
    expect(authorizationServer.counts).toMatchObject({ registrations: 0, refreshes: 1 });
    const oldClient = authorizationServer.log.slice(registered).find(({ kind }) => kind === 'refresh')?.clientId;

    const started = await next.engine.startLogin('linear', { openBrowser: false, startOver: false });
    if (!started.ok) throw new Error(JSON.stringify(started.problem));
    const asked = new URL(started.value.authorizationUrl).searchParams;
    expect(asked.get('redirect_uri')).toBe(`${after}/oauth/callback`);
    expect(asked.get('client_id')).not.toBe(oldClient);
    expect(authorizationServer.counts.registrations).toBe(1);
    expect((await signIn(started.value.authorizationUrl)).body).toContain('Signed in to linear');
    await next.reached('linear', 'ready');
  });
});
