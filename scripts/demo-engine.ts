import { fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';

export const DEMO_SERVER = 'demo';

/** What the keeper says first. */
export type KeeperReport =
  | {
      readonly kind: 'ready';
      readonly dataDir: string;
      readonly pid: number;
      readonly url: string;
      readonly window: string;
    }
  | { readonly kind: 'failed'; readonly why: string };

export type DemoEngine =
  | {
      readonly ok: true;
      readonly dataDir: string;
      readonly url: string;
      readonly window: string;
      /** Resolves when it is gone, with its folder. */
      readonly ended: Promise<void>;
      stop(): Promise<void>;
    }
  | { readonly ok: false; readonly why: string };

/**
 * Gatehouse as it was built, in a data folder of its own, kept by a process that outlives ours: however we end, it ends
 * the engine and removes the folder.
 */
export async function startDemoEngine(mcpUrl: string): Promise<DemoEngine> {
  const keeper = fork(path.join(import.meta.dirname, 'demo-keeper.ts'), [mcpUrl], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // Ctrl+C and the end of our process group are not for the keeper.
    detached: true,
  });
  const gone = new Promise<void>((resolve) => keeper.once('exit', () => resolve()));
  const report = await new Promise<KeeperReport>((resolve) => {
    keeper.once('message', (message) => resolve(message as KeeperReport));
    void gone.then(() => resolve({ kind: 'failed', why: 'its keeper ended.' }));
  });
  if (report.kind === 'failed') {
    if (keeper.connected) keeper.disconnect();
    await gone;
    return { ok: false, why: report.why };
  }
  const { dataDir, pid, url, window } = report;
  const ended = gone.then(() => {
    // Where the keeper was killed, its work is ours.
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
    rmSync(dataDir, { recursive: true, force: true });
  });
  const stop = async (): Promise<void> => {
    if (keeper.connected) keeper.disconnect();
    await ended;
  };
  return { ok: true, dataDir, url, window, ended, stop };
}
