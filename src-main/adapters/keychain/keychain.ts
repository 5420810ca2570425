import type { Clock, Logger, VaultRead, VaultWrite } from '../../engine/ports.ts';
import {
  type Call,
  checkSentinel,
  deleteItem,
  type KeychainCheck,
  type Refusal,
  readItem,
  sentinelAccount,
  writeItem,
} from './keychain-items.ts';
import { forgetWorker, recordWorker, waitForPredecessor } from './predecessor.ts';
import type { Items } from './split-values.ts';
import type { SpawnWorker } from './worker-process.ts';
import { startWorkerSession, type WorkerSession } from './worker-session.ts';

/** Starts that nobody asked for (after a crash, or because the keychain went away) within `WINDOW_MS`. */
const STARTS_PER_WINDOW = 3;
const WINDOW_MS = 60_000;
const CALL_LIMIT_MS = 5_000;

export interface KeychainOptions {
  readonly spawnWorker: SpawnWorker;
  readonly dataFolderId: string;
  /** Where the worker's pid is left for a successor. */
  readonly pidFile: string;
  readonly logger: Logger;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** After so many milliseconds a call counts as waiting for a prompt; default 5,000. */
  readonly callLimitMs?: number;
}

/** The OS keychain as one data folder sees it, asked through a worker that is started and replaced as needed. */
export interface Keychain extends Items {
  /** Asks in a fresh worker: libsecret never finds a keyring daemon again that was replaced under it. */
  check(): Promise<KeychainCheck>;
  close(): Promise<void>;
}

interface RunningWorker {
  readonly session: WorkerSession;
  readonly checked: Promise<KeychainCheck>;
}

export function createKeychain(options: KeychainOptions): Keychain {
  const { logger, clock, pidFile, dataFolderId } = options;
  const sentinel = sentinelAccount(dataFolderId);
  let running: Promise<RunningWorker> | undefined;
  let isClosed = false;
  let unaskedStarts: number[] = [];

  function recordPid(pid: number): void {
    try {
      recordWorker(pidFile, pid);
    } catch (error) {
      logger.warn('vault.worker-not-recorded', { detail: error instanceof Error ? error.message : String(error) });
    }
  }

  async function start(): Promise<RunningWorker> {
    if ((await waitForPredecessor(pidFile)) === 'still-there') logger.warn('vault.worker-outlived-its-parent');
    let pid: number | undefined;
    const session = startWorkerSession({
      spawnWorker: options.spawnWorker,
      callLimitMs: options.callLimitMs ?? CALL_LIMIT_MS,
      onPid: (value) => {
        pid = value;
        recordPid(value);
      },
      onCrash: (detail) => logger.error('vault.worker-ended', { detail }),
    });
    void session.exited.then(() => {
      if (pid !== undefined) forgetWorker(pidFile, pid);
    });
    return { session, checked: checkSentinel(session.call, sentinel) };
  }

  /** The next call starts another worker; what is open in this one is finished. */
  async function retire(worker: Promise<RunningWorker>): Promise<void> {
    if (running === worker) running = undefined;
    const { session } = await worker;
    await session.close();
  }

  function mayStartUnasked(): boolean {
    const now = clock.monotonicMs();
    unaskedStarts = unaskedStarts.filter((at) => now - at < WINDOW_MS);
    if (unaskedStarts.length >= STARTS_PER_WINDOW) return false;
    unaskedStarts.push(now);
    return true;
  }

  async function usable(): Promise<{ worker: Promise<RunningWorker>; isNew: boolean } | Refusal> {
    const worker = running;
    if (worker && !(await worker).session.ended) return { worker, isNew: false };
    if (isClosed) return { kind: 'unavailable', detail: 'the vault is closed' };
    // While this call waited, another may have started one.
    if (running && running !== worker) return { worker: running, isNew: true };
    if (!mayStartUnasked()) {
      return { kind: 'unavailable', detail: `the keychain failed ${STARTS_PER_WINDOW} times within a minute` };
    }
    running = start();
    return { worker: running, isNew: true };
  }

  async function run<T extends VaultRead | VaultWrite>(use: (call: Call) => Promise<T>): Promise<T | Refusal> {
    for (let attempt = 1; ; attempt += 1) {
      const found = await usable();
      if ('kind' in found) return found;
      const { session, checked } = await found.worker;
      const check = await checked;
      const answer = check.kind === 'works' ? await use(session.call) : check;
      if (answer.kind !== 'unavailable') return answer;
      const isReplaced = running !== found.worker;
      if (session.ended && !isReplaced) return answer;
      // The keyring daemon may have been replaced, which only a fresh worker notices: asked once more in such a one.
      const retired = retire(found.worker);
      if (attempt === 2 || (found.isNew && !isReplaced)) return answer;
      await retired;
    }
  }

  const items: Items = {
    get: (key) => run((call) => readItem(call, `${dataFolderId}/${key}`, sentinel)),
    set: (key, value) => run((call) => writeItem(call, `${dataFolderId}/${key}`, value)),
    delete: (key) => run((call) => deleteItem(call, `${dataFolderId}/${key}`, sentinel)),
  };

  return {
    ...items,
    async check() {
      const previous = running;
      const next = (previous ? retire(previous) : Promise.resolve()).then(start);
      running = next;
      return (await next).checked;
    },
    async close() {
      isClosed = true;
      if (running) await retire(running);
    },
  };
}
