import { lstatSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { dirname, resolve as resolvePath } from 'node:path';
import type { CallName, EventName, Transport } from '../../src-preload/derive.ts';
import type { Problem } from '../engine/model/problem.ts';
import { fail, ok, type Result } from '../engine/model/result.ts';
import { controlPath } from './control-path.ts';
import { createLineSplitter, parseJsonObject } from './json-lines.ts';

/** The engine at the other end. What it says is not parsed here: whoever only wants a call or two need not load the contract. */
export interface SocketLink extends Transport {
  /** The engine's process. */
  readonly pid: number;
  readonly version: string;
  /** Resolves when the connection has ended, whoever ended it. */
  readonly closed: Promise<void>;
  close(): void;
}

export interface ConnectOptions {
  /** For `hello` and every call but those of `WITHOUT_TIME_LIMIT`. Default 30 s. */
  readonly timeLimitMs?: number;
}

const TIME_LIMIT_MS = 30_000;
/** The engine is trusted; this only keeps a stranger's endless line from eating the memory. */
const REPLY_LINE_LIMIT_BYTES = 64 * 1024 * 1024;
/** The first three wait for a person; the engine ends the last one itself, later than that. */
const WITHOUT_TIME_LIMIT: ReadonlySet<CallName> = new Set([
  'waitForLogin',
  'reconnectServer',
  'startLoginToAll',
  'lookAt',
]);

/**
 * The engine that owns this data folder. Fails with `engine-not-running` when nobody listens there, `timed-out` when
 * somebody does but says nothing, `not-available` when the socket may not be opened or speaks another language.
 */
export async function openLink(dataDir: string, options: ConnectOptions = {}): Promise<Result<SocketLink>> {
  const timeLimitMs = options.timeLimitMs ?? TIME_LIMIT_MS;
  const path = controlPath(dataDir);
  if (isStrangers(path, dataDir)) {
    return fail({
      code: 'not-available',
      detail: `${dirname(path)} does not belong to you, so nothing is said to it.`,
    });
  }
  const socket = connect(path);
  const opened = await whenOpen(socket, dataDir);
  if (!opened.ok) return opened;
  const line = createLink(socket, { dataDir, timeLimitMs });
  const hello = await line.hello;
  if (!hello.ok) {
    socket.destroy();
    return hello;
  }
  const { call, on, closed } = line;
  return ok({ ...hello.value, call, on, closed, close: () => socket.destroy() });
}

/** Where the data folder's path is too long the socket lies in the temp folder, in which anybody may make one. */
function isStrangers(path: string, dataDir: string): boolean {
  const folder = dirname(path);
  if (process.platform === 'win32' || folder === resolvePath(dataDir)) return false;
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  return stat !== undefined && (!stat.isDirectory() || stat.uid !== process.getuid?.());
}

function whenOpen(socket: Socket, dataDir: string): Promise<Result<void>> {
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(ok(undefined)));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(fail(whyNot(error, dataDir))));
  });
}

function whyNot(error: NodeJS.ErrnoException, dataDir: string): Problem {
  switch (error.code) {
    case 'ENOENT':
    case 'ECONNREFUSED':
    case 'ENOTDIR':
    case 'ECONNRESET':
      return { code: 'engine-not-running', dataDir };
    default:
      return {
        code: 'not-available',
        detail: `Gatehouse's socket in ${dataDir} cannot be opened (${error.code ?? 'no reason given'}).`,
      };
  }
}

interface Hello {
  readonly pid: number;
  readonly version: string;
}

function createLink(socket: Socket, about: { readonly dataDir: string; readonly timeLimitMs: number }) {
  const pending = new Map<number, (result: Result<unknown>) => void>();
  const listeners = new Set<(event: EventName, payload: unknown) => void>();
  const gone: Problem = { code: 'engine-not-running', dataDir: about.dataDir };
  const late: Problem = { code: 'timed-out', host: 'Gatehouse', afterMs: about.timeLimitMs };
  let greet: (hello: Result<Hello>) => void = () => {};
  const hello = new Promise<Result<Hello>>((resolve) => {
    greet = resolve;
  });
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  let nextId = 1;

  const onLine = (text: string): void => {
    const message = parseJsonObject(text);
    const greeting = readHello(message);
    if (greeting) greet(ok(greeting));
    else if (!message) greet(fail({ code: 'not-available', detail: 'Something else answers there.' }));
    else if (typeof message.event === 'string') {
      for (const listener of listeners) listener(message.event as EventName, message.payload);
    } else if (typeof message.id === 'number') pending.get(message.id)?.(readReply(message.reply));
  };

  socket.on('data', createLineSplitter(REPLY_LINE_LIMIT_BYTES, { onLine, onTooLong: () => socket.destroy() }));
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    greet(fail(gone));
    for (const settle of [...pending.values()]) settle(fail(gone));
  });
  const stopWaiting = onTimeLimit(about.timeLimitMs, () => greet(fail(late)));
  void hello.then(stopWaiting);

  const call = (name: CallName, input: unknown): Promise<Result<unknown>> =>
    new Promise((resolve) => {
      if (!socket.writable) {
        resolve(fail(gone));
        return;
      }
      const id = nextId++;
      let stopWaiting = (): void => {};
      const settle = (result: Result<unknown>): void => {
        stopWaiting();
        pending.delete(id);
        resolve(result);
      };
      pending.set(id, settle);
      if (!WITHOUT_TIME_LIMIT.has(name)) stopWaiting = onTimeLimit(about.timeLimitMs, () => settle(fail(late)));
      socket.write(`${JSON.stringify({ id, call: name, input })}\n`);
    });

  const on = (listener: (event: EventName, payload: unknown) => void): (() => void) => {
    if (listeners.size === 0 && socket.writable) socket.write('{"subscribe":true}\n');
    listeners.add(listener);
    return () => listeners.delete(listener);
  };

  return { hello, closed, call, on };
}

/** Holds no process open: the socket does, as long as there is something to wait for. */
function onTimeLimit(ms: number, onTime: () => void): () => void {
  const limit = setTimeout(onTime, ms);
  limit.unref();
  return () => clearTimeout(limit);
}

function readHello(message: Readonly<Record<string, unknown>> | undefined): Hello | undefined {
  const hello = message?.hello;
  if (typeof hello !== 'object' || hello === null || !('pid' in hello) || !('version' in hello)) return undefined;
  return typeof hello.pid === 'number' && typeof hello.version === 'string'
    ? { pid: hello.pid, version: hello.version }
    : undefined;
}

function readReply(reply: unknown): Result<unknown> {
  if (typeof reply === 'object' && reply !== null && 'ok' in reply) {
    if (reply.ok === true) return ok('value' in reply ? reply.value : undefined);
    if ('problem' in reply) {
      const { problem } = reply;
      if (typeof problem === 'object' && problem !== null && 'code' in problem) return fail(problem as Problem);
    }
  }
  return fail({ code: 'internal', detail: 'the engine sent a reply that is not understood' });
}
