import { type ChildProcess, spawn } from 'node:child_process';

/** After its input was closed; most programs end by themselves then. */
const AFTER_INPUT_MS = 1000;
/** After SIGTERM. */
const AFTER_TERM_MS = 2000;

/** Nothing outlives it; who is never asked for the end of a child keeps its number for longer. */
const AFTER_KILL_MS = 500;

/** A process that leads a group of its own, with all that it started. */
export class ProcessTree {
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  #ending: Promise<void> | undefined;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#exited = new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => {
        if (child.pid === undefined) resolve();
      });
    });
  }

  /** First by the end of its input, then by SIGTERM, then by SIGKILL. Resolves when nobody of it is left. */
  end(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end(): Promise<void> {
    const { pid, stdin } = this.#child;
    if (pid === undefined) return;
    stdin?.end();
    await within(AFTER_INPUT_MS, this.#exited);
    if (process.platform === 'win32') {
      await this.#killOnWindows(pid);
      return;
    }
    if (!signalGroup(pid, 'SIGTERM') || (await groupEnds(pid, AFTER_TERM_MS))) return;
    signalGroup(pid, 'SIGKILL');
    await this.#exited;
    await groupEnds(pid, AFTER_KILL_MS);
  }

  /** Children are found through their parent there, so it has to be alive; one that is gone left nothing to find. */
  #killOnWindows(pid: number): Promise<void> {
    return new Promise((resolve) => {
      const kill = spawn('taskkill', ['/T', '/F', '/PID', `${pid}`], { stdio: 'ignore', windowsHide: true });
      kill.once('error', () => resolve());
      kill.once('exit', () => resolve());
    });
  }
}

async function groupEnds(leader: number, withinMs: number): Promise<boolean> {
  for (let waited = 0; waited < withinMs; waited += 20) {
    if (!signalGroup(leader, 0)) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

/** False where nobody of the group is left. */
function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-leader, signal);
  } catch {
    return false;
  }
}

/** At most so long. */
export function within(ms: number, work: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, ms);
    void work.then(() => {
      clearTimeout(late);
      resolve();
    });
  });
}
