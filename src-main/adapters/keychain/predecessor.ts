import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** The last worker of this data folder may still be writing: it outlives a killed parent by at most 5 s. */
const WAIT_MS = 8_000;
const POLL_MS = 20;

interface WorkerMark {
  readonly pid: number;
  /** Linux: the start time in /proc, so that a reused pid is not taken for the worker. Empty elsewhere. */
  readonly startTime: string;
}

/** State and start time as /proc tells them; undefined where there is no /proc or no such process. */
function procStat(pid: number): { state: string; startTime: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name stands in parentheses and may hold spaces: proc(5) fields 3 and 22 follow the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', startTime: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

function isAlive(mark: WorkerMark): boolean {
  try {
    process.kill(mark.pid, 0);
  } catch {
    // ESRCH: there is none. EPERM: it is somebody else's, so it is not our worker.
    return false;
  }
  const stat = procStat(mark.pid);
  if (!stat) return process.platform !== 'linux';
  // A zombie that its new parent has not collected yet writes nothing any more.
  if (stat.state === 'Z' || stat.state === 'X') return false;
  return mark.startTime === '' || stat.startTime === mark.startTime;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself just now.
  }
}

function readMark(pidFile: string): WorkerMark | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(pidFile, 'utf8'));
    if (typeof value !== 'object' || value === null || !('pid' in value) || typeof value.pid !== 'number') {
      return undefined;
    }
    const startTime = 'startTime' in value && typeof value.startTime === 'string' ? value.startTime : '';
    return { pid: value.pid, startTime };
  } catch {
    return undefined;
  }
}

/** Leaves word of a worker before its first request, so that a successor knows whom to wait for. */
export function recordWorker(pidFile: string, pid: number): void {
  const mark: WorkerMark = { pid, startTime: procStat(pid)?.startTime ?? '' };
  writeFileSync(pidFile, JSON.stringify(mark), { mode: 0o600 });
}

/** Only the word of this worker: a newer one may be recorded by now. */
export function forgetWorker(pidFile: string, pid: number): void {
  if (readMark(pidFile)?.pid === pid) rmSync(pidFile, { force: true });
}

/**
 * Resolves when the worker recorded in `pidFile` has ended, after 8 s at the latest: `ended`, or `still-there`. One
 * that is known to be ours by its start time is killed then, because a late write of its would undo a newer one.
 */
export async function waitForPredecessor(pidFile: string): Promise<'ended' | 'still-there'> {
  const mark = readMark(pidFile);
  if (!mark || mark.pid === process.pid) return 'ended';
  const until = performance.now() + WAIT_MS;
  while (isAlive(mark)) {
    if (performance.now() > until) {
      if (mark.startTime !== '') kill(mark.pid);
      return 'still-there';
    }
    await delay(POLL_MS);
  }
  return 'ended';
}
