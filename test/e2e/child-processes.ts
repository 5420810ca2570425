import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Everything said until now. */
  readonly said: { stdout: string; stderr: string };
  /** The first line of standard output, as JSON. Rejects where the program ends without one. */
  firstLine(): Promise<Record<string, unknown>>;
  kill(signal: NodeJS.Signals): void;
}

/** The programs of one run. None outlives it. */
export class ChildProcesses {
  readonly #children = new Set<ChildProcess>();

  /** Runs a script with this Node. */
  node(args: readonly string[], env: NodeJS.ProcessEnv = process.env, cwd: string = process.cwd()): Running {
    const child = spawn(process.execPath, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#children.add(child);
    const said = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.stderr += text;
    });
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        this.#children.delete(child);
        resolve({ code, signal, ...said });
      });
    });
    const lines = createInterface({ input: child.stdout });
    const first = new Promise<string>((resolve, reject) => {
      lines.once('line', resolve);
      ended.then(({ code, stderr }) => reject(new Error(`It ended with ${code} and said nothing. ${stderr}`)), reject);
    });
    first.catch(() => {});
    return {
      pid: child.pid ?? 0,
      ended,
      said,
      firstLine: async () => JSON.parse(await first),
      kill: (signal) => void child.kill(signal),
    };
  }

  async killAll(): Promise<void> {
    await Promise.all(
      [...this.#children].map(async (child) => {
        const gone = once(child, 'close');
        child.kill('SIGKILL');
        await gone;
      }),
    );
  }
}
