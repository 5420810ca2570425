import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

export interface StartedProcess {
  readonly child: ChildProcess;
  /** The first line of its standard output, which is JSON. */
  readonly told: Readonly<Record<string, unknown>>;
  /** `performance.now()` when it was started. */
  readonly startedAt: number;
  end(): Promise<void>;
}

/** Runs `node ARGUMENTS` until `end()`; rejects when it ends before it has told anything. */
export async function startNode(
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<StartedProcess> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'], env });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const told = await new Promise<Record<string, unknown>>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line)));
    child.once('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code}`)));
  });
  return {
    child,
    told,
    startedAt,
    end: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Resident memory in MiB; undefined where there is no /proc. */
export async function residentMiB(pid: number | undefined): Promise<number | undefined> {
  try {
    const kiB = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kiB === undefined ? undefined : Number(kiB) / 1024;
  } catch {
    return undefined;
  }
}

/** The same of a process with all that it started. */
export async function treeMiB(pid: number | undefined): Promise<number | undefined> {
  const own = await residentMiB(pid);
  if (own === undefined) return undefined;
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const theirs = await Promise.all(
    children
      .split(' ')
      .filter(Boolean)
      .map((child) => treeMiB(Number(child))),
  );
  return theirs.reduce<number>((sum, mib) => sum + (mib ?? 0), own);
}
