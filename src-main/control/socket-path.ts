import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';

/** `sockaddr_un.sun_path` holds 108 bytes on Linux and 104 on macOS, the closing zero included. */
const LONGEST_PATH_BYTES = 103;

/**
 * Where the engine that owns a data folder listens: a socket in the folder, a named pipe on Windows. A folder whose
 * path is too long for a socket gets one in the person's runtime folder, named after the hash of the folder's path.
 */
export function socketPath(
  dataDir: string,
  platform: NodeJS.Platform = process.platform,
  runtimeDir: string = process.env.XDG_RUNTIME_DIR ?? '/tmp',
): string {
  const folder = resolve(dataDir);
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 32);
  if (platform === 'win32') return `\\\\.\\pipe\\gatehouse-${hash}`;
  const inside = join(folder, 'control.sock');
  if (Buffer.byteLength(inside) <= LONGEST_PATH_BYTES) return inside;
  return join(runtimeDir, `gatehouse-${hash}.sock`);
}
