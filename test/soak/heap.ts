import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { until } from '../e2e/until.ts';

/** What a process holds right after a garbage collection. */
export interface Heap {
  readonly at: number;
  readonly heapMiB: number;
  /** Buffers and what else lies outside V8's heap. */
  readonly externalMiB: number;
  readonly rssMiB: number;
}

/** The environment in which the built program answers SIGUSR2 with what it holds. */
export function heapEnvironment(file: string): NodeJS.ProcessEnv {
  const probe = pathToFileURL(path.join(import.meta.dirname, 'heap-probe.mjs'));
  return { NODE_OPTIONS: `--import ${probe.href}`, GATEHOUSE_HEAP_FILE: file };
}

export async function heapOf(pid: number, file: string): Promise<Heap> {
  const answer = `${file}.${pid}`;
  rmSync(answer, { force: true });
  process.kill(pid, 'SIGUSR2');
  const read = (): NodeJS.MemoryUsage | undefined => {
    try {
      return JSON.parse(readFileSync(answer, 'utf8'));
    } catch {
      return undefined;
    }
  };
  await until('what the program holds', async () => existsSync(answer) && read() !== undefined);
  const { heapUsed = Number.NaN, external = Number.NaN, rss = Number.NaN } = read() ?? {};
  const mib = 1024 * 1024;
  return { at: Date.now(), heapMiB: heapUsed / mib, externalMiB: external / mib, rssMiB: rss / mib };
}
