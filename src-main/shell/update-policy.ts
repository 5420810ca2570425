import type { Snapshot } from '../../src-preload/contract.ts';

/** Where the app's own update stands. Without one there is nothing to say. */
export type UpdateState =
  | { readonly kind: 'none' }
  | { readonly kind: 'checking' }
  | { readonly kind: 'downloading'; readonly version: string }
  | { readonly kind: 'ready'; readonly version: string }
  /** The person wants it, and it waits until nothing is cut short. */
  | { readonly kind: 'restarting-soon'; readonly version: string }
  | { readonly kind: 'failed'; readonly detail: string };

export type UpdateEvent =
  | { readonly event: 'check' }
  | { readonly event: 'not-available' }
  | { readonly event: 'available'; readonly version: string }
  | { readonly event: 'downloaded'; readonly version: string }
  | { readonly event: 'error'; readonly detail: string }
  | { readonly event: 'wanted' };

/** What an event leaves behind. An update that is ready stays so, whatever a later look finds. */
export function nextUpdateState(state: UpdateState, event: UpdateEvent): UpdateState {
  if (state.kind === 'ready' || state.kind === 'restarting-soon') {
    if (event.event === 'wanted') return { kind: 'restarting-soon', version: state.version };
    return event.event === 'downloaded' ? { ...state, version: event.version } : state;
  }
  switch (event.event) {
    case 'check':
      return state.kind === 'downloading' ? state : { kind: 'checking' };
    case 'not-available':
      return { kind: 'none' };
    case 'available':
      return { kind: 'downloading', version: event.version };
    case 'downloaded':
      return { kind: 'ready', version: event.version };
    case 'error':
      return { kind: 'failed', detail: event.detail };
    case 'wanted':
      return state;
  }
}

/**
 * Whether a restart now would cut something short: somebody is signing in, a token is on its way, servers are signed in
 * to one after the other. The engine of another process goes on by itself.
 */
export function isInTheMiddle(snapshot: Pick<Snapshot, 'servers' | 'loginToAll'> | undefined): boolean {
  if (!snapshot) return false;
  return (
    snapshot.loginToAll !== undefined ||
    snapshot.servers.some(({ state, login }) => state.kind === 'logging-in' || login?.token?.kind === 'refreshing')
  );
}
