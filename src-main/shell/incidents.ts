import type { ServerRow, Snapshot } from '../../src-preload/contract.ts';
import { needsPerson } from '../engine/model/group.ts';
import type { EpochMs, ServerName } from '../engine/model/ids.ts';

/**
 * What a person is told of by a notification. `turn`: a server needs them. `ahead`: one will, by a time (T4). `vault`:
 * the keychain is locked, which is one matter, however many servers wait for it.
 */
export type Matter = { readonly kind: 'turn' | 'ahead'; readonly server: ServerName } | { readonly kind: 'vault' };

/** `here`: as it was, or new. `attended`: a person is at it. `between`: nobody can tell yet. `over`: it healed. */
export type Standing = 'here' | 'attended' | 'between' | 'over';

export function keyOf(matter: Matter): string {
  return matter.kind === 'vault' ? 'vault' : `${matter.kind}/${matter.server}`;
}

/** All matters that are here now. */
export function mattersIn(snapshot: Snapshot): readonly Matter[] {
  return [
    ...(isLocked(snapshot) ? [{ kind: 'vault' as const }] : []),
    ...snapshot.servers.flatMap(({ name, state }): readonly Matter[] => {
      if (needsPerson(state)) return [{ kind: 'turn', server: name }];
      return signInBy(state) === undefined ? [] : [{ kind: 'ahead', server: name }];
    }),
  ];
}

/** How a matter stands that was here before. */
export function standingOf(matter: Matter, snapshot: Snapshot): Standing {
  if (matter.kind === 'vault') return isLocked(snapshot) ? 'here' : 'over';
  const row = snapshot.servers.find(({ name }) => name === matter.server);
  if (!row) return 'over';
  return matter.kind === 'turn' ? standingOfTurn(row, snapshot) : standingAhead(row);
}

function standingOfTurn({ state }: ServerRow, { loginToAll }: Snapshot): Standing {
  switch (state.kind) {
    case 'ready':
      return state.stepUp ? 'here' : 'over';
    case 'disabled':
      return 'over';
    case 'logging-in':
    case 'paused':
      return 'attended';
    case 'login-needed':
      // Its turn comes: the person is at another one.
      return loginToAll ? 'attended' : 'here';
    case 'stopped':
      return 'here';
    case 'waiting':
      return needsPerson(state) ? 'here' : 'between';
    case 'connecting':
    case 'locked':
      return 'between';
  }
}

function standingAhead({ state }: ServerRow): Standing {
  switch (state.kind) {
    case 'ready':
      if (signInBy(state) !== undefined) return 'here';
      return state.token.kind === 'refreshing' ? 'between' : 'over';
    case 'logging-in':
    case 'paused':
      return 'attended';
    case 'connecting':
    case 'waiting':
    case 'locked':
      return 'between';
    case 'login-needed':
    case 'stopped':
    case 'disabled':
      return 'over';
  }
}

/** By when a person is needed, where that is near enough to remind of it. */
export function signInBy(state: ServerRow['state']): EpochMs | undefined {
  if (state.kind !== 'ready' || state.stepUp || !('signIn' in state.token)) return undefined;
  const { signIn } = state.token;
  return signIn?.soon ? signIn.by : undefined;
}

function isLocked({ vault, servers }: Snapshot): boolean {
  return vault.kind === 'locked' || servers.some(({ state }) => state.kind === 'locked');
}
