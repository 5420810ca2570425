import { closeSync, constants, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { dataDirHash } from './control-path.ts';

/** Lets go of the lock; the system does it too when the process ends in any way. */
type Unlock = () => Promise<void>;

const LIMIT_MS = 10_000;
const POLL_MS = 15;

/** BSD's open(2) flag, which Node does not name: an exclusive flock(2) comes with the open file. */
const O_EXLOCK = 0x20;

/**
 * Linux: a name in the abstract namespace, which is nobody's file and goes with its process. It is the folder's hash,
 * and held for milliseconds, so that another user who squats it can only delay a start.
 */
function tryAbstractSocket(dataDir: string): Promise<Unlock | undefined> {
  return new Promise((resolve, reject) => {
    const holder = createServer();
    holder.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    holder.listen(`\0gatehouse-takeover-${dataDirHash(dataDir)}`, () => {
      resolve(() => new Promise((done) => holder.close(() => done())));
    });
  });
}

async function tryLockedFile(dataDir: string): Promise<Unlock | undefined> {
  try {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | O_EXLOCK;
    const file = openSync(join(dataDir, 'takeover.lock'), flags, 0o600);
    return async () => closeSync(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return undefined;
    throw error;
  }
}

/**
 * Runs `work` in one process at a time for each data folder. Needed because a stale socket is removed by its name,
 * which by then may be a winner's. Undefined: another held it for more than 10 s. Windows needs none: a named pipe goes
 * with its process, and the second to create it is refused.
 */
export async function inTakeover<T>(dataDir: string, work: () => Promise<T>): Promise<T | undefined> {
  if (process.platform === 'win32') return work();
  const tryLock = process.platform === 'linux' ? tryAbstractSocket : tryLockedFile;
  const until = performance.now() + LIMIT_MS;
  for (;;) {
    const unlock = await tryLock(dataDir);
    if (unlock) {
      try {
        return await work();
      } finally {
        await unlock();
      }
    }
    if (performance.now() > until) return undefined;
    await delay(POLL_MS);
  }
}
