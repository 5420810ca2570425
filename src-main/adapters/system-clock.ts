import type { EpochMs } from '../engine/model/ids.ts';
import type { Clock, Dispose } from '../engine/ports.ts';

/** How often wall and monotonic time are compared. */
const TICK_MS = 10_000;
/** A wall clock that moved by so much more or less than monotonic time has jumped, or the machine slept. */
const JUMP_MS = 10_000;
/** Node fires a longer timer at once, so a later alarm is chained. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface SystemClock extends Clock {
  /** Forgets every alarm and listener, and ticks no more. */
  stop(): void;
}

/** Where the two times come from; tests give their own. */
export interface TimeSource {
  wallMs(): EpochMs;
  monotonicMs(): number;
}

const SYSTEM_TIME: TimeSource = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };

interface Alarm {
  readonly at: EpochMs;
  readonly ring: () => void;
  timer?: NodeJS.Timeout;
}

/**
 * Wall time with alarms that hold across sleep and changes of the clock. Timers count monotonic time, which stands
 * still while Linux sleeps, so each tick looks again at every alarm. No timer keeps the process alive: the listening
 * server does.
 */
export function createSystemClock(time: TimeSource = SYSTEM_TIME, tickMs: number = TICK_MS): SystemClock {
  const alarms = new Set<Alarm>();
  const listeners = new Set<(byMs: number) => void>();
  let offset = time.wallMs() - time.monotonicMs();

  function arm(alarm: Alarm): void {
    clearTimeout(alarm.timer);
    const waitMs = Math.min(Math.max(alarm.at - time.wallMs(), 0), LONGEST_TIMER_MS);
    alarm.timer = setTimeout(() => ringOrWait(alarm), waitMs).unref();
  }

  function ringOrWait(alarm: Alarm): void {
    if (!alarms.has(alarm)) return;
    if (time.wallMs() < alarm.at) {
      arm(alarm);
      return;
    }
    alarms.delete(alarm);
    clearTimeout(alarm.timer);
    alarm.ring();
  }

  function tick(): void {
    const newOffset = time.wallMs() - time.monotonicMs();
    const byMs = newOffset - offset;
    if (Math.abs(byMs) > JUMP_MS) {
      for (const listener of [...listeners]) listener(byMs);
    }
    // Small steps are followed too, so that a clock that is slewed for hours does not add up to a jump.
    offset = newOffset;
    // In the order in which they are due; each is armed afresh, since its timer counted the old time.
    for (const alarm of [...alarms].sort((a, b) => a.at - b.at)) ringOrWait(alarm);
  }

  const ticking = setInterval(tick, tickMs).unref();

  return {
    now: () => time.wallMs(),
    monotonicMs: () => time.monotonicMs(),
    setAlarm(at: EpochMs, onAlarm: () => void): Dispose {
      const alarm: Alarm = { at, ring: onAlarm };
      alarms.add(alarm);
      arm(alarm);
      return () => {
        alarms.delete(alarm);
        clearTimeout(alarm.timer);
      };
    },
    onJump(listener) {
      const own = (byMs: number): void => listener(byMs);
      listeners.add(own);
      return () => {
        listeners.delete(own);
      };
    },
    stop() {
      clearInterval(ticking);
      for (const alarm of alarms) clearTimeout(alarm.timer);
      alarms.clear();
      listeners.clear();
    },
  };
}
