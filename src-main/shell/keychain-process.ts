import { utilityProcess } from 'electron';

/** What the keychain adapter wants of a started worker. */
interface StartedWorker {
  send(message: object): void;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: (detail: string) => void): void;
  kill(): void;
}

/**
 * The keychain worker as a utility process, which works without the runAsNode fuse. Only after `ready`.
 * @param env what the worker may see of the environment
 */
export function createKeychainProcess(modulePath: string, env: NodeJS.ProcessEnv): () => StartedWorker {
  return () => {
    const child = utilityProcess.fork(modulePath, [], { env, stdio: 'ignore', serviceName: 'Gatehouse keychain' });
    const exited = new Promise<string>((resolve) => {
      child.once('exit', (code) => resolve(`exit code ${code}`));
    });
    const killHard = (): void => {
      // child.kill() sends SIGTERM, which the worker ignores: it finishes a write that is in hand.
      if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
    };
    return {
      send: (message) => child.postMessage(message),
      onMessage: (listener) => void child.on('message', listener),
      onExit: (listener) => void exited.then(listener),
      kill: () => {
        killHard();
        // It has no pid before it has spawned.
        child.once('spawn', killHard);
      },
    };
  };
}
