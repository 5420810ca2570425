import type { Snapshot } from '../../src-preload/contract.ts';
import type { EpochMs } from '../engine/model/ids.ts';
import { keyOf, type Matter, mattersIn, standingOf } from './incidents.ts';

/** A matter from its beginning to its end. */
interface Incident {
  readonly matter: Matter;
  readonly since: EpochMs;
  /** It was told, or the person saw it begin: it is never told again. */
  readonly isKnown: boolean;
}

/** What is on the screen, or in the system's list: the matters of it that are not over yet, by their keys. */
interface Shown {
  readonly id: number;
  readonly open: readonly string[];
}

export interface NotificationMemory {
  readonly incidents: ReadonlyMap<string, Incident>;
  readonly shown: readonly Shown[];
  readonly lastId: number;
}

export const NOTHING_TOLD: NotificationMemory = { incidents: new Map(), shown: [], lastId: 0 };

export interface NotificationStep {
  readonly memory: NotificationMemory;
  /** One notification, for one matter or for several of a kind. */
  readonly show: readonly { readonly id: number; readonly matters: readonly Matter[] }[];
  readonly withdraw: readonly number[];
  /** When the same question may have another answer, though nothing changes. */
  readonly lookAgainAt?: EpochMs;
}

/** Whatever begins within so long of each other is one notification, in milliseconds; and nothing is told sooner. */
const QUIET_MS: Readonly<Record<Matter['kind'], number>> = {
  turn: 5_000,
  ahead: 5_000,
  // At the start of a session the keychain is opened some seconds after the programs.
  vault: 15_000,
};
/** Then it is told, though more of it still begins, or servers are still being looked at. */
const LONGEST_MS = 30_000;

/**
 * One notification for each incident, with none for what is over before it would be told; withdrawn when all of it is
 * over or a person is at it.
 * @param isLooking the person has the window before them: what begins then is not told
 */
export function stepNotifications(
  memory: NotificationMemory,
  snapshot: Snapshot,
  now: EpochMs,
  isLooking: boolean,
): NotificationStep {
  const incidents = incidentsNow(memory.incidents, snapshot, now, isLooking);
  const isOpen = (key: string): boolean => {
    const incident = incidents.get(key);
    return incident !== undefined && standingOf(incident.matter, snapshot) !== 'attended';
  };
  const left = memory.shown.map(({ id, open }) => ({ id, open: open.filter(isOpen) }));
  const withdraw = left.filter(({ open }) => open.length === 0).map(({ id }) => id);
  const shown = left.filter(({ open }) => open.length > 0);

  const show: { id: number; matters: readonly Matter[] }[] = [];
  const dueTimes: EpochMs[] = [];
  let { lastId } = memory;
  for (const kind of ['vault', 'turn', 'ahead'] as const) {
    const untold = [...incidents].filter(([, { matter, isKnown }]) => matter.kind === kind && !isKnown);
    if (untold.length === 0) continue;
    const dueAt = dueTime(
      kind,
      untold.map(([, { since }]) => since),
      snapshot,
    );
    if (now < dueAt) {
      dueTimes.push(dueAt);
      continue;
    }
    lastId += 1;
    show.push({ id: lastId, matters: untold.map(([, { matter }]) => matter) });
    shown.push({ id: lastId, open: untold.map(([key]) => key) });
    for (const [key, incident] of untold) incidents.set(key, { ...incident, isKnown: true });
  }
  const lookAgainAt = Math.min(...dueTimes);
  return {
    memory: { incidents, shown, lastId },
    show,
    withdraw,
    ...(dueTimes.length === 0 ? {} : { lookAgainAt }),
  };
}

function incidentsNow(
  before: NotificationMemory['incidents'],
  snapshot: Snapshot,
  now: EpochMs,
  isLooking: boolean,
): Map<string, Incident> {
  const incidents = new Map<string, Incident>();
  for (const [key, incident] of before) {
    const standing = standingOf(incident.matter, snapshot);
    // What is not told yet has to be here the whole time.
    if (standing === 'over' || (standing === 'between' && !incident.isKnown)) continue;
    incidents.set(key, { ...incident, isKnown: incident.isKnown || isLooking || standing === 'attended' });
  }
  for (const matter of mattersIn(snapshot)) {
    const key = keyOf(matter);
    if (incidents.has(key)) continue;
    const isAttended = standingOf(matter, snapshot) === 'attended';
    incidents.set(key, { matter, since: now, isKnown: isLooking || isAttended });
  }
  return incidents;
}

function dueTime(kind: Matter['kind'], since: readonly EpochMs[], { servers }: Snapshot): EpochMs {
  const longest = Math.min(...since) + LONGEST_MS;
  // The next one to need somebody may be among those that are being looked at.
  if (kind === 'turn' && servers.some(({ state }) => state.kind === 'connecting')) return longest;
  return Math.min(Math.max(...since) + QUIET_MS[kind], longest);
}
