import { assertNever } from './result.ts';
import type { ServerState } from './server-state.ts';

export type GroupId = 'needs-you' | 'keychain' | 'comes-back' | 'connected' | 'off';

export interface Group<Row> {
  readonly id: GroupId;
  readonly rows: readonly Row[];
}

/** Problems first. */
export const GROUPS: readonly GroupId[] = ['needs-you', 'keychain', 'comes-back', 'connected', 'off'];

export function groupOf(state: ServerState): GroupId {
  switch (state.kind) {
    case 'login-needed':
    case 'logging-in':
    case 'stopped':
      return 'needs-you';
    case 'locked':
      return 'keychain';
    case 'waiting':
      return state.problem.code === 'token-rejected' ? 'needs-you' : 'comes-back';
    case 'connecting':
      return 'comes-back';
    case 'ready':
      return state.stepUp ? 'needs-you' : 'connected';
    case 'disabled':
    case 'paused':
      return 'off';
    default:
      return assertNever(state);
  }
}

/** Whether it is a person's turn: the one thing that is filled and amber. */
export function needsPerson(state: ServerState): boolean {
  return groupOf(state) === 'needs-you' && state.kind !== 'logging-in';
}

/** The groups that have rows, each in the configuration's order; whose turn it is goes before what is under way. */
export function groupRows<Row extends { readonly state: ServerState }>(rows: readonly Row[]): readonly Group<Row>[] {
  return GROUPS.map((id) => {
    const members = rows.filter((row) => groupOf(row.state) === id);
    const waiting = members.filter((row) => needsPerson(row.state));
    return { id, rows: [...waiting, ...members.filter((row) => !needsPerson(row.state))] };
  }).filter((group) => group.rows.length > 0);
}
