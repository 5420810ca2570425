/** Every item of ours in the keychain bears this service name. */
export const SERVICE = 'Gatehouse';

/** How long a worker may outlive its parent, in milliseconds. A prompt that nobody answers would hold it for ever. */
export const HARD_STOP_MS = 5_000;

export type KeychainOperation =
  | { readonly op: 'get'; readonly account: string }
  | { readonly op: 'set'; readonly account: string; readonly value: string }
  | { readonly op: 'delete'; readonly account: string };

/** What the parent sends. `end`: finish what was begun, then exit. */
export type ToWorker = ({ readonly id: number } & KeychainOperation) | { readonly op: 'end' };

/** What the worker sends: first `hello`, then one answer for each request. `message` is the keychain's own text. */
export type FromWorker =
  | { readonly kind: 'hello'; readonly pid: number }
  | { readonly kind: 'answer'; readonly id: number; readonly value: string | boolean | null }
  | { readonly kind: 'refused'; readonly id: number; readonly message: string };

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Undefined for anything that is no message of ours (a loader may use the same channel). */
export function parseFromWorker(message: unknown): FromWorker | undefined {
  if (!isRecord(message)) return undefined;
  const { kind, id, pid, value } = message;
  if (kind === 'hello' && typeof pid === 'number') return { kind, pid };
  if (typeof id !== 'number') return undefined;
  if (kind === 'answer' && (typeof value === 'string' || typeof value === 'boolean' || value === null)) {
    return { kind, id, value };
  }
  if (kind === 'refused' && typeof message.message === 'string') return { kind, id, message: message.message };
  return undefined;
}

/** The worker's side of `parseFromWorker`. */
export function parseToWorker(message: unknown): ToWorker | undefined {
  if (!isRecord(message)) return undefined;
  const { op, id, account, value } = message;
  if (op === 'end') return { op };
  if (typeof id !== 'number' || typeof account !== 'string') return undefined;
  if (op === 'get' || op === 'delete') return { id, op, account };
  if (op === 'set' && typeof value === 'string') return { id, op, account, value };
  return undefined;
}
