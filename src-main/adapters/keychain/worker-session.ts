import type { SpawnWorker } from './worker-process.ts';
import type { KeychainOperation } from './worker-protocol.ts';
import { parseFromWorker } from './worker-protocol.ts';

/** `timed-out` and `ended` also mean that this worker answers nothing more. */
export type WorkerAnswer =
  | { readonly kind: 'answer'; readonly value: string | boolean | null }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'ended'; readonly detail: string };

/** One worker process from its start to its end. */
export interface WorkerSession {
  /** Answers within the time limit; when it passes, the worker is killed and every open call is `timed-out`. */
  call(operation: KeychainOperation): Promise<WorkerAnswer>;
  readonly ended: boolean;
  /** Lets it finish its writes; resolves when the process has ended. */
  close(): Promise<void>;
  /** Resolves when the process has ended. */
  readonly exited: Promise<void>;
}

export interface WorkerSessionOptions {
  readonly spawnWorker: SpawnWorker;
  readonly callLimitMs: number;
  /** Called with the worker's pid before the first request is sent. */
  readonly onPid: (pid: number) => void;
  /** It ended without being asked to. */
  readonly onCrash: (detail: string) => void;
}

/** Starting Node may take long on a busy machine; this is not the keychain's fault. Milliseconds. */
const START_LIMIT_MS = 15_000;

export function startWorkerSession(options: WorkerSessionOptions): WorkerSession {
  const pending = new Map<number, (answer: WorkerAnswer) => void>();
  const worker = options.spawnWorker();
  let lastId = 0;
  let over: WorkerAnswer | undefined;
  let closing = false;
  let started: () => void = () => undefined;
  let exited: () => void = () => undefined;
  const hello = new Promise<void>((resolve) => {
    started = resolve;
  });
  const gone = new Promise<void>((resolve) => {
    exited = resolve;
  });

  const finish = (answer: WorkerAnswer): void => {
    if (over) return;
    over = answer;
    started();
    for (const settle of pending.values()) settle(answer);
    pending.clear();
  };
  const startLimit = setTimeout(() => {
    finish({ kind: 'ended', detail: `it did not start within ${START_LIMIT_MS / 1000} s` });
    worker.kill();
  }, START_LIMIT_MS);
  void hello.then(() => clearTimeout(startLimit));

  worker.onMessage((raw) => {
    const message = parseFromWorker(raw);
    if (!message) return;
    if (message.kind === 'hello') {
      if (!over) options.onPid(message.pid);
      started();
      return;
    }
    const settle = pending.get(message.id);
    pending.delete(message.id);
    settle?.(
      message.kind === 'answer'
        ? { kind: 'answer', value: message.value }
        : { kind: 'refused', message: message.message },
    );
  });
  worker.onExit((detail) => {
    if (!over && !closing) options.onCrash(detail);
    finish({ kind: 'ended', detail });
    exited();
  });

  return {
    async call(operation) {
      await hello;
      if (over) return over;
      if (closing) return { kind: 'ended', detail: 'closed' };
      lastId += 1;
      const id = lastId;
      return new Promise((resolve) => {
        const limit = setTimeout(() => {
          finish({ kind: 'timed-out' });
          worker.kill();
        }, options.callLimitMs);
        pending.set(id, (answer) => {
          clearTimeout(limit);
          resolve(answer);
        });
        worker.send({ id, ...operation });
      });
    },
    get ended() {
      return closing || over !== undefined;
    },
    async close() {
      await hello;
      if (!over && !closing) worker.send({ op: 'end' });
      closing = true;
      await gone;
    },
    exited: gone,
  };
}
