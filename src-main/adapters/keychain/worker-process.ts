import { fork } from 'node:child_process';
import type { ToWorker } from './worker-protocol.ts';

/**
 * A started keychain worker, as the entry makes it: `child_process.fork` under Node, `utilityProcess.fork` in Electron.
 */
export interface WorkerProcess {
  /** May fail silently when the process is gone: `onExit` tells. */
  send(message: ToWorker): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, also when the process could not be started. `detail` says how it ended. */
  onExit(listener: (detail: string) => void): void;
  /** Ends it at once, with SIGKILL: the worker ignores SIGTERM, and a call that waits for a prompt ignores more. */
  kill(): void;
}

export type SpawnWorker = () => WorkerProcess;

/** What a keychain needs: where the session bus, the display (for its prompt) and the home folder are. */
const NEEDED = /^(HOME|USER|LOGNAME|PATH|TMPDIR|DISPLAY|XAUTHORITY|WAYLAND_DISPLAY|DBUS_SESSION_BUS_ADDRESS|XDG_\w+)$/;
const NEEDED_WINDOWS =
  /^(SystemRoot|SystemDrive|windir|TEMP|TMP|USERPROFILE|USERNAME|USERDOMAIN|APPDATA|LOCALAPPDATA)$/i;

export function workerEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const reduced = Object.entries(env).filter(([name]) => NEEDED.test(name) || NEEDED_WINDOWS.test(name));
  // The C locale: the keychain's error texts are judged by their words.
  return { ...Object.fromEntries(reduced), LC_ALL: 'C.UTF-8' };
}

/**
 * Starts the worker as a plain Node process. The options are for tests, which run a worker from its TypeScript source
 * (`execArgv: ['--import', 'tsx']`).
 */
export function forkWorker(
  modulePath: string,
  options: { execArgv?: string[]; args?: string[]; env?: NodeJS.ProcessEnv } = {},
): SpawnWorker {
  return () => {
    const child = fork(modulePath, options.args ?? [], {
      env: workerEnvironment(options.env ?? process.env),
      execArgv: options.execArgv ?? [],
      // Inherited pipes would keep a dead parent's readers waiting for as long as the worker lives.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const exited = new Promise<string>((resolve) => {
      child.once('exit', (code, signal) => {
        const detail = signal ? `signal ${signal}` : `exit code ${code}`;
        // Its last answers may still be in the channel.
        if (child.connected) child.once('disconnect', () => resolve(detail));
        else resolve(detail);
      });
      child.on('error', (error) => {
        // Also raised by a failed send, when the process is about to be reported as ended.
        if (child.pid === undefined) resolve(error.message);
      });
    });
    return {
      send: (message) => {
        if (child.connected) child.send(message);
      },
      onMessage: (listener) => void child.on('message', listener),
      onExit: (listener) => void exited.then(listener),
      kill: () => void child.kill('SIGKILL'),
    };
  };
}

/** As `forkWorker`, and the first one starts at once, beside whatever is still to be loaded. It waits until it is taken. */
export function forkWorkerAhead(modulePath: string, options: Parameters<typeof forkWorker>[1] = {}): SpawnWorker {
  const spawn = forkWorker(modulePath, options);
  let ahead: WorkerProcess | undefined = spawn();
  const early: unknown[] = [];
  let listener = (message: unknown): void => void early.push(message);
  ahead.onMessage((message) => listener(message));
  return () => {
    if (!ahead) return spawn();
    const first = ahead;
    ahead = undefined;
    return {
      ...first,
      onMessage: (next) => {
        listener = next;
        for (const message of early.splice(0)) next(message);
      },
    };
  };
}
