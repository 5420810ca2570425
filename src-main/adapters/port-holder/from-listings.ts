import { execFile } from 'node:child_process';
import type { HolderFound } from './port-holder.ts';

/** A listing that takes longer names nobody. */
const LIMIT_MS = 2000;
const LONGEST_LISTING = 4 * 1024 * 1024;

interface NamedProcess {
  readonly pid: number;
  readonly program: string;
}

/** The fields of `lsof -Fpcn`, one a line: `p1234`, `cnode`. @see lsof(8), "Output for other programs" */
export function parseLsof(listing: string): NamedProcess | undefined {
  const lines = listing.split('\n');
  const pid = Number(lines.find((line) => /^p\d+$/.test(line))?.slice(1));
  const program = lines.find((line) => line.startsWith('c'))?.slice(1);
  return pid > 0 ? { pid, program: program || 'a program' } : undefined;
}

/** Who listens, by the foreign port 0: the word for the state is in the system's language. */
export function parseNetstat(listing: string, port: number): number | undefined {
  for (const line of listing.split('\n')) {
    const [protocol, local = '', foreign = '', , pid] = line.trim().split(/\s+/);
    const isOurs = /^(127\.0\.0\.1|0\.0\.0\.0|\[::\]|\[::1\])$/.test(local.slice(0, local.lastIndexOf(':')));
    if (protocol === 'TCP' && isOurs && local.endsWith(`:${port}`) && foreign.endsWith(':0')) return Number(pid);
  }
  return undefined;
}

/** The first column of `tasklist /FO CSV /NH`. */
export function parseTasklist(listing: string): string | undefined {
  return /^"([^"]+)","\d+"/m.exec(listing)?.[1];
}

export async function macHolder(port: number): Promise<HolderFound> {
  const lsof = '/usr/sbin/lsof';
  const listing = await listingOf(lsof, ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']);
  const found = parseLsof(listing);
  if (!found) return undefined;
  const sockets = await listingOf(lsof, ['-nP', '-a', '-p', String(found.pid), '-U', '-Fn']);
  return { ...found, sockets: sockets.split('\n').flatMap((line) => (line.startsWith('n/') ? [line.slice(1)] : [])) };
}

export async function windowsHolder(port: number): Promise<HolderFound> {
  const system = `${process.env.SystemRoot ?? 'C:\\Windows'}\\System32`;
  const pid = parseNetstat(await listingOf(`${system}\\netstat.exe`, ['-ano', '-p', 'TCP']), port);
  if (!pid) return undefined;
  const tasks = await listingOf(`${system}\\tasklist.exe`, ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH']);
  return { pid, program: parseTasklist(tasks) ?? 'a program', sockets: [] };
}

/** What it printed, also where it ends with an error: `lsof` does when it found nothing. */
function listingOf(file: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(
      file,
      args,
      { timeout: LIMIT_MS, killSignal: 'SIGKILL', maxBuffer: LONGEST_LISTING, windowsHide: true },
      (_error, stdout) => resolve(stdout),
    );
  });
}
