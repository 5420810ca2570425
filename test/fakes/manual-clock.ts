import type { EpochMs } from '../../src-main/engine/model/ids.ts';
import type { Clock } from '../../src-main/engine/ports.ts';

/** `'30 s'`, `'55 min'`, `'9 h'`, `'30 d'`, or milliseconds. */
export type Span = number | `${number} ${'ms' | 's' | 'min' | 'h' | 'd'}`;

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

export function spanMs(span: Span): number {
  if (typeof span === 'number') return span;
  const [amount, unit = ''] = span.split(' ');
  return Number(amount) * (UNIT_MS[unit] ?? Number.NaN);
}

export interface ManualClock extends Clock {
  /** Time goes by: the alarms that become due ring in order, each with time for its promises to settle. */
  advance(by: Span): Promise<void>;
  /** The wall clock jumps (sleep, or set by hand) without monotonic time going by; what is due rings afterwards. */
  jump(by: Span): Promise<void>;
  /** When the alarms that wait will ring, earliest first. */
  readonly pendingAlarms: readonly EpochMs[];
  /** How many listen for jumps. */
  readonly jumpListeners: number;
}

/** Promises settle, and callbacks that were queued run. Real I/O is not waited for: tests do that by its outcome. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 5; round += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** @param start wall time at first; the default is 2026-06-01T12:00:00Z */
export function createManualClock(start: EpochMs = Date.UTC(2026, 5, 1, 12)): ManualClock {
  let wall = start;
  let monotonic = 0;
  const alarms = new Set<{ readonly at: EpochMs; readonly ring: () => void }>();
  const listeners = new Set<(byMs: number) => void>();

  function earliest() {
    return [...alarms].sort((a, b) => a.at - b.at)[0];
  }

  async function ringDue(until: EpochMs): Promise<void> {
    await settle();
    for (let next = earliest(); next !== undefined && next.at <= until; next = earliest()) {
      alarms.delete(next);
      const forward = Math.max(next.at - wall, 0);
      wall += forward;
      monotonic += forward;
      next.ring();
      await settle();
    }
  }

  return {
    now: () => wall,
    monotonicMs: () => monotonic,
    setAlarm(at, onAlarm) {
      const alarm = { at, ring: onAlarm };
      alarms.add(alarm);
      return () => {
        alarms.delete(alarm);
      };
    },
    onJump(listener) {
      const own = (byMs: number): void => listener(byMs);
      listeners.add(own);
      return () => {
        listeners.delete(own);
      };
    },
    async advance(by) {
      const end = wall + spanMs(by);
      await ringDue(end);
      monotonic += Math.max(end - wall, 0);
      wall = Math.max(end, wall);
    },
    async jump(by) {
      const byMs = spanMs(by);
      wall += byMs;
      for (const listener of [...listeners]) listener(byMs);
      await ringDue(wall);
    },
    get pendingAlarms() {
      return [...alarms].map(({ at }) => at).sort((a, b) => a - b);
    },
    get jumpListeners() {
      return listeners.size;
    },
  };
}
