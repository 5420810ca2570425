import { type FromWorker, HARD_STOP_MS, parseToWorker, SERVICE, type ToWorker } from './worker-protocol.ts';

/** What of keytar is used. `findCredentials` is not: on a locked keyring it kills the process (keytar #477). */
export interface Keychain {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, value: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
}

async function perform(
  keychain: Keychain,
  request: Exclude<ToWorker, { op: 'end' }>,
): Promise<string | boolean | null> {
  switch (request.op) {
    case 'get':
      return keychain.getPassword(SERVICE, request.account);
    case 'set':
      await keychain.setPassword(SERVICE, request.account, request.value);
      return true;
    case 'delete':
      return keychain.deletePassword(SERVICE, request.account);
  }
}

interface Channel {
  /** Resolves when it is on its way, or when there is nobody to tell. */
  post(message: FromWorker): Promise<void>;
  onMessage(listener: (message: unknown) => void): void;
  onParentGone(listener: () => void): void;
}

/** Node's IPC channel, or Electron's parent port in a utility process. */
function parentChannel(): Channel {
  const port: unknown = Reflect.get(process, 'parentPort');
  if (isParentPort(port)) {
    return {
      post: async (message) => port.postMessage(message),
      onMessage: (listener) => void port.on('message', (event) => listener(event.data)),
      onParentGone: (listener) => void port.on('close', listener),
    };
  }
  return {
    // The parent may be gone by now: the error goes to the callback instead of ending the process in mid-write.
    post: (message) =>
      new Promise((resolve) => {
        if (process.connected) process.send?.(message, undefined, undefined, () => resolve());
        else resolve();
      }),
    onMessage: (listener) => void process.on('message', listener),
    onParentGone: (listener) => void process.on('disconnect', listener),
  };
}

/** What of Electron's `process.parentPort` is used; it is there in a utility process only. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
  on(event: 'close', listener: () => void): void;
}

function isParentPort(value: unknown): value is ParentPort {
  return typeof value === 'object' && value !== null && 'postMessage' in value;
}

/**
 * The worker's whole life: answers requests until the parent says `end` or is gone, finishes what was begun, exits.
 * Five seconds after that it kills itself: a call that waits for a prompt holds even `process.exit()`.
 */
export function serveKeychain(keychain: Keychain): void {
  const channel = parentChannel();
  let begun = 0;
  let ending = false;

  const exitWhenDone = (): void => {
    if (ending && begun === 0) process.exit(0);
  };
  const end = (): void => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), HARD_STOP_MS);
    exitWhenDone();
  };

  // Ctrl+C and a service's stop reach the whole process group; the write in hand is finished, the parent says when.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

  channel.onParentGone(end);
  channel.onMessage((message) => {
    const request = parseToWorker(message);
    if (!request) return;
    if (request.op === 'end') {
      end();
      return;
    }
    begun += 1;
    perform(keychain, request)
      .then(
        (value): FromWorker => ({ kind: 'answer', id: request.id, value }),
        (error: unknown): FromWorker => ({
          kind: 'refused',
          id: request.id,
          message: error instanceof Error ? error.message : String(error),
        }),
      )
      .then((answer) => channel.post(answer))
      .then(() => {
        begun -= 1;
        exitWhenDone();
      })
      .catch(() => process.exit(1));
  });
  void channel.post({ kind: 'hello', pid: process.pid });
}
