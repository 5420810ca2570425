import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Problem } from '../engine/model/problem.ts';
import { fail, ok, type Result } from '../engine/model/result.ts';
import { controlPath } from './control-path.ts';
import { inTakeover } from './takeover.ts';

export { controlPath } from './control-path.ts';

/** How long an owner has to say who it is; it is the owner without that too. */
const HELLO_LIMIT_MS = 500;
const LONGEST_HELLO = 4_096;

export interface OwnerLock {
  readonly path: string;
  /** Closes the socket, with every connection. The data folder is free when it resolves, so it comes last. */
  release(): Promise<void>;
}

type Presence =
  | { readonly kind: 'owner'; readonly pid?: number }
  | { readonly kind: 'nobody' }
  | { readonly kind: 'unclear'; readonly detail: string };

function readPid(line: string): number | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || !('hello' in value)) return undefined;
    const { hello } = value;
    if (typeof hello !== 'object' || hello === null || !('pid' in hello)) return undefined;
    return typeof hello.pid === 'number' ? hello.pid : undefined;
  } catch {
    return undefined;
  }
}

/** A successful connect means that somebody lives there; a name without a listener is stale. */
function whoIsThere(path: string): Promise<Presence> {
  return new Promise((resolvePresence) => {
    const socket = connect(path);
    let isConnected = false;
    let received = '';
    let limit: NodeJS.Timeout | undefined;
    const settle = (presence: Presence): void => {
      clearTimeout(limit);
      socket.destroy();
      resolvePresence(presence);
    };
    const settleOwner = (): void => {
      const pid = readPid(received.split('\n')[0] ?? '');
      settle(pid === undefined ? { kind: 'owner' } : { kind: 'owner', pid });
    };
    socket.on('connect', () => {
      isConnected = true;
      limit = setTimeout(settleOwner, HELLO_LIMIT_MS);
    });
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('utf8');
      if (received.includes('\n') || received.length > LONGEST_HELLO) settleOwner();
    });
    socket.on('end', settleOwner);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (isConnected) settleOwner();
      else if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') settle({ kind: 'nobody' });
      // EAGAIN, EBUSY: it listens, with more waiting than it can take.
      else if (error.code === 'EAGAIN' || error.code === 'EBUSY') settle({ kind: 'owner' });
      else settle({ kind: 'unclear', detail: error.message });
    });
  });
}

/** The process that answers at a control socket as a Gatehouse does; undefined where none does. */
export async function ownerOf(path: string): Promise<number | undefined> {
  const presence = await whoIsThere(path);
  return presence.kind === 'owner' ? presence.pid : undefined;
}

/** The temp folder is everybody's: a folder there is used only if it is ours and nobody else's. */
function prepareFolder(path: string, dataDir: string): string | undefined {
  const folder = dirname(path);
  if (folder === resolve(dataDir)) return undefined;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stat = lstatSync(folder);
  if (stat.isDirectory() && stat.uid === userInfo().uid && (stat.mode & 0o077) === 0) return undefined;
  return `${folder} does not belong to this user alone`;
}

function removeStaleSocket(path: string): string | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat) return undefined;
  if (!stat.isSocket()) return `${path} is not a socket`;
  rmSync(path);
  return undefined;
}

function listen(path: string, onConnection: (socket: Socket) => void): Promise<OwnerLock> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    onConnection(socket);
  });
  return new Promise((resolveLock, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolveLock({
        path,
        release: () =>
          new Promise((done) => {
            server.close(() => done());
            for (const socket of sockets) socket.destroy();
          }),
      });
    });
  });
}

/**
 * Makes this process the one owner of a data folder: the control socket is also the lock. Fails with `already-running`
 * (with the owner's pid where it says it), or `not-available` where the socket cannot be made. What a killed owner left
 * is taken over at once; of several that start at the same moment exactly one wins.
 *
 * Each connection is the caller's from its first byte; an owner sends `{"hello":{"pid":N}}` as its first line.
 */
export async function claimDataFolder(options: {
  readonly dataDir: string;
  readonly onConnection: (socket: Socket) => void;
}): Promise<Result<OwnerLock>> {
  const { dataDir, onConnection } = options;
  const path = controlPath(dataDir);
  const isPipe = process.platform === 'win32';
  const alreadyRunning = (pid?: number): Problem =>
    pid === undefined ? { code: 'already-running', dataDir } : { code: 'already-running', dataDir, pid };

  const claim = async (): Promise<Result<OwnerLock>> => {
    const presence = await whoIsThere(path);
    if (presence.kind === 'owner') return fail(alreadyRunning(presence.pid));
    if (presence.kind === 'unclear') return fail({ code: 'not-available', detail: presence.detail });
    if (!isPipe) {
      const obstacle = prepareFolder(path, dataDir) ?? removeStaleSocket(path);
      if (obstacle) return fail({ code: 'not-available', detail: obstacle });
    }
    const lock = await listen(path, onConnection);
    if (!isPipe) chmodSync(path, 0o600);
    return ok(lock);
  };

  try {
    // Asked outside as well: a living owner is found without waiting for anybody.
    const presence = await whoIsThere(path);
    if (presence.kind === 'owner') return fail(alreadyRunning(presence.pid));
    return (await inTakeover(dataDir, claim)) ?? fail(alreadyRunning());
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') return fail(alreadyRunning());
    return fail({ code: 'not-available', detail: error instanceof Error ? error.message : String(error) });
  }
}
