import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';

/** A Unix socket's name may have 104 bytes (macOS) or 108 (Linux), its end included. */
const LONGEST_SOCKET_PATH = 100;

function realPath(dir: string): string {
  try {
    return realpathSync(dir);
  } catch {
    return resolve(dir);
  }
}

/** The same for every way to write one folder: through a link, relative, with `..`. */
export function dataDirHash(dataDir: string, platform: NodeJS.Platform = process.platform): string {
  const real = realPath(dataDir);
  const name = platform === 'win32' ? real.toLowerCase() : real;
  return createHash('sha256').update(name).digest('hex').slice(0, 16);
}

/**
 * Where the engine of a data folder listens: `control.sock` in it; where that is too long for a socket, a folder of the
 * user's in the temp folder; on Windows a named pipe.
 */
export function controlPath(dataDir: string, platform: NodeJS.Platform = process.platform): string {
  const hash = dataDirHash(dataDir, platform);
  if (platform === 'win32') return `\\\\.\\pipe\\gatehouse-${hash}`;
  const usual = join(resolve(dataDir), 'control.sock');
  if (Buffer.byteLength(usual) <= LONGEST_SOCKET_PATH) return usual;
  const name = join(`gatehouse-${userInfo().uid}-${hash}`, 'control.sock');
  const inTemp = join(tmpdir(), name);
  return Buffer.byteLength(inTemp) <= LONGEST_SOCKET_PATH ? inTemp : join('/tmp', name);
}
