import type { VaultRead, VaultWrite } from '../../engine/ports.ts';
import { judgeKeychainFailure } from './judge-failure.ts';
import type { KeychainOperation } from './worker-protocol.ts';
import type { WorkerAnswer } from './worker-session.ts';

export type Refusal = { readonly kind: 'locked' } | { readonly kind: 'unavailable'; readonly detail: string };
export type KeychainCheck = { readonly kind: 'works' } | Refusal;

/** Sends one operation to the worker. */
export type Call = (operation: KeychainOperation) => Promise<WorkerAnswer>;

/** What is written under the sentinel's account: not a secret, its being there is the point. */
const SENTINEL = 'gatehouse can read this keychain';

export function sentinelAccount(dataFolderId: string): string {
  return `${dataFolderId}/sentinel`;
}

type Answer = { readonly kind: 'value'; readonly value: string | boolean | null } | Refusal;

async function ask(call: Call, operation: KeychainOperation): Promise<Answer> {
  const answer = await call(operation);
  switch (answer.kind) {
    case 'answer':
      return { kind: 'value', value: answer.value };
    case 'refused':
      return judgeKeychainFailure(answer.message) === 'locked'
        ? { kind: 'locked' }
        : { kind: 'unavailable', detail: answer.message };
    case 'timed-out':
      // It waits for a prompt that nobody answers.
      return { kind: 'locked' };
    case 'ended':
      return { kind: 'unavailable', detail: `the keychain worker ended (${answer.detail})` };
  }
}

/** A locked keyring answers "nothing there" to every read; it is believed only where the sentinel can be read. */
export async function checkSentinel(call: Call, account: string): Promise<KeychainCheck> {
  const read = await ask(call, { op: 'get', account });
  if (read.kind !== 'value') return read;
  if (read.value === SENTINEL) return { kind: 'works' };
  const written = await ask(call, { op: 'set', account, value: SENTINEL });
  if (written.kind !== 'value') return written;
  const again = await ask(call, { op: 'get', account });
  if (again.kind !== 'value') return again;
  return again.value === SENTINEL ? { kind: 'works' } : { kind: 'locked' };
}

/** Reads an item. "Absent" stands between two readings of the sentinel: the keyring may be locked or opened meanwhile. */
export async function readItem(call: Call, account: string, sentinel: string): Promise<VaultRead> {
  const first = await ask(call, { op: 'get', account });
  if (first.kind !== 'value') return first;
  if (typeof first.value === 'string') return { kind: 'found', value: first.value };
  const before = await checkSentinel(call, sentinel);
  if (before.kind !== 'works') return before;
  const second = await ask(call, { op: 'get', account });
  if (second.kind !== 'value') return second;
  if (typeof second.value === 'string') return { kind: 'found', value: second.value };
  const after = await ask(call, { op: 'get', account: sentinel });
  if (after.kind !== 'value') return after;
  return after.value === SENTINEL ? { kind: 'absent' } : { kind: 'locked' };
}

export async function writeItem(call: Call, account: string, value: string): Promise<VaultWrite> {
  const answer = await ask(call, { op: 'set', account, value });
  return answer.kind === 'value' ? { kind: 'done' } : answer;
}

/** A locked keyring answers a deletion with "there was none", so that answer is checked as a read is. */
export async function deleteItem(call: Call, account: string, sentinel: string): Promise<VaultWrite> {
  const answer = await ask(call, { op: 'delete', account });
  if (answer.kind !== 'value') return answer;
  if (answer.value === true) return { kind: 'done' };
  const read = await readItem(call, account, sentinel);
  switch (read.kind) {
    case 'absent':
      return { kind: 'done' };
    case 'found':
      // It was opened just now.
      return writeOutcome(await ask(call, { op: 'delete', account }));
    default:
      return read;
  }
}

function writeOutcome(answer: Answer): VaultWrite {
  if (answer.kind !== 'value') return answer;
  return answer.value === true ? { kind: 'done' } : { kind: 'locked' };
}
