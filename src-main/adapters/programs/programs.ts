import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import spawn from 'cross-spawn';
import { type Detail, say } from '../../engine/model/sayings.ts';
import type { ProgramEnd, ProgramHandler, Programs } from '../../engine/ports.ts';
import { OrphanGuard } from './orphan-guard.ts';
import { ProcessTree, within } from './process-tree.ts';
import { programEnvironment } from './program-environment.ts';

/** For what a program wrote before it ended. */
const LAST_OUTPUT_MS = 500;

export interface SystemPrograms extends Programs {
  /** Ends those that still run. */
  close(): Promise<void>;
}

/** Starts programs past any shell, each as the leader of a group of its own, so that all of it can be ended. */
export function createPrograms({ env }: { readonly env: NodeJS.ProcessEnv }): SystemPrograms {
  const base = programEnvironment(env, process.platform);
  const guard = new OrphanGuard();
  const running = new Set<ProcessTree>();

  return {
    start(program, handler) {
      const cwd = program.cwd ?? homedir();
      const problem = folderProblem(cwd);
      if (problem !== undefined) {
        queueMicrotask(() => handler.onEnd({ kind: 'not-started', ...problem }));
        return { write: async () => {}, end: async () => {} };
      }
      const child = spawn(program.command, [...program.args], {
        cwd,
        env: { ...base, ...program.env },
        stdio: ['pipe', 'pipe', 'pipe'],
        shell: false,
        windowsHide: true,
        // On Windows it would get a console of its own.
        detached: process.platform !== 'win32',
      });
      const tree = new ProcessTree(child);
      running.add(tree);
      const over = onceOver(handler);
      const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
      child.once('spawn', () => {
        if (child.pid !== undefined) guard.add(child.pid);
        handler.onStart();
      });
      child.once('error', (error: NodeJS.ErrnoException) => {
        // Others come of signals and pipes, and its exit tells.
        if (child.pid !== undefined) return;
        running.delete(tree);
        over(startProblem(error));
      });
      child.once('exit', (code, signal) => {
        // Whatever it had started goes with it, which may take longer than its own end.
        void tree.end().then(() => {
          running.delete(tree);
          if (child.pid !== undefined) guard.remove(child.pid);
        });
        void within(LAST_OUTPUT_MS, closed).then(() => over({ kind: 'ended', how: signal ?? `code ${code}` }));
      });
      child.stdout?.on('data', (chunk: Buffer) => handler.onOutput(chunk));
      child.stderr?.on('data', (chunk: Buffer) => handler.onErrorOutput(chunk));
      child.stdin?.on('error', () => {});
      return {
        write: (text) => write(child.stdin, text),
        end: () => tree.end(),
      };
    },

    async close() {
      await Promise.all([...running].map((tree) => tree.end()));
      guard.close();
    },
  };
}

function onceOver(handler: ProgramHandler): (end: ProgramEnd) => void {
  let isOver = false;
  return (end) => {
    if (isOver) return;
    isOver = true;
    handler.onEnd(end);
  };
}

function write(stdin: NodeJS.WritableStream | null, text: string): Promise<void> {
  return new Promise((resolve) => {
    if (!stdin?.writable || stdin.write(text)) {
      resolve();
      return;
    }
    const done = (): void => {
      stdin.off('drain', done);
      stdin.off('close', done);
      resolve();
    };
    stdin.on('drain', done);
    stdin.on('close', done);
  });
}

/** Node reports a missing folder as a missing command. */
function folderProblem(cwd: string): Detail | undefined {
  return statSync(cwd, { throwIfNoEntry: false })?.isDirectory() ? undefined : say('folder-missing', cwd);
}

function startProblem({ code, message }: NodeJS.ErrnoException): ProgramEnd {
  if (code === 'ENOENT') return { kind: 'not-found' };
  const mayNot = code === 'EACCES' || code === 'EPERM';
  return { kind: 'not-started', ...(mayNot ? say('may-not-run') : { detail: code ?? message }) };
}
