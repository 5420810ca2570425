import { execFile, spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { signIn } from '../servers/sign-in.ts';
import { ANSWER_MODES, type AnswerMode } from './answer-modes.ts';
import { Caller } from './caller.ts';
import { freePort, listensAt } from './ports.ts';
import { type StartedProcess, startNode } from './processes.ts';

export interface BuiltProgram {
  /** The built command line, `dist/main/cli.js`. */
  readonly cli: string;
  readonly dataDir: string;
  readonly port: number;
  readonly vault: 'keychain' | 'memory';
}

const SERVERS = 50;

export function serverName(mode: AnswerMode): string {
  return `guarded-${mode}`;
}

/** Fifty servers: two that want OAuth, 24 with a configured header, 24 that let everybody in; all really there. */
export async function prepareProgram(
  dataDir: string,
  upstreamOrigin: string,
  built: { cli: string; vault: BuiltProgram['vault'] },
): Promise<BuiltProgram> {
  const guarded = ANSWER_MODES.map((mode) => [serverName(mode), { url: `${upstreamOrigin}/guarded/${mode}` }]);
  const others = Array.from({ length: SERVERS - guarded.length }, (_, n) => {
    const url = `${upstreamOrigin}/open/${n}`;
    return [`other-${n}`, n % 2 === 0 ? { url } : { url, headers: { Authorization: 'Bearer configured' } }];
  });
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const mcpServers = Object.fromEntries([...others, ...guarded]);
  await writeFile(join(dataDir, 'config.json'), JSON.stringify({ mcpServers }, null, 2), { mode: 0o600 });
  return { ...built, dataDir, port: await freePort() };
}

/** `gatehouse serve`; resolves when it says that it listens. */
export function serve({ cli, dataDir, port, vault }: BuiltProgram): Promise<StartedProcess> {
  return startNode([cli, '--data-dir', dataDir, '--json', 'serve', '--port', `${port}`, '--vault', vault]);
}

/**
 * Resolves when every server is connected; rejects when one is not within 15 s. A program whose looks at its servers
 * fail at once starts fast, and its figures would be worth nothing.
 */
export async function everyServerIsReady(program: BuiltProgram): Promise<void> {
  const until = performance.now() + 15_000;
  for (;;) {
    const rows = await statesOf(program);
    const others = rows.filter(({ state }) => state !== 'ready');
    if (rows.length === SERVERS && others.length === 0) return;
    if (performance.now() > until) {
      throw new Error(`not all of ${SERVERS} servers are ready: ${JSON.stringify(others.slice(0, 3))}`);
    }
  }
}

export async function countReady(program: BuiltProgram): Promise<number> {
  return (await statesOf(program)).filter(({ state }) => state === 'ready').length;
}

async function statesOf({ cli, dataDir }: BuiltProgram): Promise<{ name: string; state: string }[]> {
  const args = [cli, '--data-dir', dataDir, '--json', 'status'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 64 * 1024 * 1024 });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** A caller key of the running program. */
export async function addCaller({ cli, dataDir }: BuiltProgram): Promise<string> {
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, [cli, '--data-dir', dataDir, '--json', 'callers', 'add', 'bench']);
  const { key }: { key: string } = JSON.parse(stdout);
  return key;
}

/** Signs in as a person does, with the page's form posted by a script. */
export async function signInTo({ cli, dataDir }: BuiltProgram, server: string): Promise<void> {
  const args = [cli, '--data-dir', dataDir, '--json', 'auth', 'login', server, '--no-browser'];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const event: { event: string; authorizationUrl?: string } = JSON.parse(line);
    if (event.authorizationUrl !== undefined) await signIn(event.authorizationUrl);
    else if (event.event !== 'done') throw new Error(`the sign-in to ${server} failed: ${line}`);
  }
}

export interface Start {
  /** From the start of the process to the answer of the first call, in ms. */
  readonly firstCallMs: number;
  /** To the line that says ready. */
  readonly readyMs: number;
  readonly program: StartedProcess;
}

/** Starts the program while a caller that has a session from before knocks until its call is answered. */
export async function timeFirstCall(
  program: BuiltProgram,
  target: { mode: AnswerMode; key: string; sessionId: string },
): Promise<Start> {
  const startedAt = performance.now();
  const started = serve(program).then((running) => ({ running, readyMs: performance.now() - startedAt }));
  await listensAt(program.port);
  const caller = new Caller(laneTarget(program, target.mode, target.key), 1);
  caller.continueSession(target.sessionId);
  await caller.call();
  const firstCallMs = performance.now() - startedAt;
  await caller.close();
  const { running, readyMs } = await started;
  return { firstCallMs, readyMs, program: running };
}

export function laneTarget({ port }: BuiltProgram, mode: AnswerMode, key: string) {
  return {
    origin: `http://127.0.0.1:${port}`,
    path: `/mcp/${serverName(mode)}`,
    authorization: `Bearer ${key}`,
    tool: 'echo',
  };
}

/** The same tool among those of all servers. */
export function allServersTarget({ port }: BuiltProgram, mode: AnswerMode, key: string) {
  return {
    origin: `http://127.0.0.1:${port}`,
    path: '/mcp',
    authorization: `Bearer ${key}`,
    tool: `${serverName(mode)}__echo`,
  };
}

/** The keychain worker beside the engine; undefined where there is none. */
export async function keychainWorkerPid({ dataDir }: BuiltProgram): Promise<number | undefined> {
  try {
    const mark: { pid: number } = JSON.parse(await readFile(join(dataDir, 'keychain-worker.pid'), 'utf8'));
    return mark.pid;
  } catch {
    return undefined;
  }
}
