import type { Snapshot } from '../../src-preload/contract.ts';
import type { EventName, EventPayload } from '../../src-preload/derive.ts';

/** What the tray tells: the engine's last words. */
export interface Shown {
  /** Undefined while the engine of another process, to which the app is attached, does not answer. */
  readonly snapshot: Snapshot | undefined;
}

/** The snapshot that an event leaves behind. */
export function afterEvent(shown: Shown, event: EventName, payload: unknown): Shown {
  switch (event) {
    case 'snapshot':
      return { snapshot: payload as EventPayload<'snapshot'> };
    case 'server': {
      const row = payload as EventPayload<'server'>;
      const { snapshot } = shown;
      if (!snapshot) return shown;
      return { snapshot: { ...snapshot, servers: snapshot.servers.map((old) => (old.name === row.name ? row : old)) } };
    }
    case 'link':
      return (payload as EventPayload<'link'>) === 'gone' ? { snapshot: undefined } : shown;
  }
}
