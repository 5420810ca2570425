import type { EpochMs } from '../engine/model/ids.ts';
import type { Clock, Dispose } from '../engine/ports.ts';
import { AlarmQueue } from './alarm-queue.ts';

/** How often wall and monotonic time are compared. */
const TICK_MS = 10_000;
/** A wall clock that moved by so much more or less than monotonic time has jumped, or the machine slept. */
const JUMP_MS = 10_000;
/** Node fires a longer timer at once, so a later alarm is chained. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface SystemClock extends Clock {
  /** Told at each look at the two times: for what is looked at now and then, and has no event of its own. */
  onTick(listener: () => void): Dispose;
  /** Compares the two times now: somebody knows that the machine woke. */
  look(): void;
  /** Forgets every alarm and listener, and ticks no more. */
  stop(): void;
}

/** Where the two times come from; tests give their own. */
export interface TimeSource {
  wallMs(): EpochMs;
  monotonicMs(): number;
}

const SYSTEM_TIME: TimeSource = { wallMs: () => Date.now(), monotonicMs: () => performance.now() };

/**
 * Wall time with alarms that hold across sleep and changes of the clock. One timer waits for the earliest alarm, so ten
 * thousand that are not due cost nothing. Timers count monotonic time, which stands still while Linux sleeps, so each
 * tick sets it anew. No timer keeps the process alive: the listening server does.
 */
export function createSystemClock(time: TimeSource = SYSTEM_TIME, tickMs: number = TICK_MS): SystemClock {
  const alarms = new AlarmQueue();
  const jumpListeners = new Set<(byMs: number) => void>();
  const tickListeners = new Set<() => void>();
  let offset = time.wallMs() - time.monotonicMs();
  let timer: NodeJS.Timeout | undefined;

  function arm(): void {
    clearTimeout(timer);
    const { earliest } = alarms;
    if (!earliest) return;
    const waitMs = Math.min(Math.max(earliest.at - time.wallMs(), 0), LONGEST_TIMER_MS);
    timer = setTimeout(ringDue, waitMs).unref();
  }

  /** In the order in which they are due. What an alarm sets for a time that is over rings in the next round. */
  function ringDue(): void {
    const now = time.wallMs();
    const due = [];
    for (let next = alarms.earliest; next && next.at <= now; next = alarms.earliest) due.push(alarms.takeEarliest());
    try {
      for (let next = due.shift(); next; next = due.shift()) next.ring();
    } finally {
      // An alarm that throws is a bug; the others are not to suffer from it.
      for (const left of due) if (left) alarms.add(left);
      arm();
    }
  }

  function tick(): void {
    const newOffset = time.wallMs() - time.monotonicMs();
    const byMs = newOffset - offset;
    if (Math.abs(byMs) > JUMP_MS) {
      for (const listener of [...jumpListeners]) listener(byMs);
    }
    // Small steps are followed too, so that a clock that is slewed for hours does not add up to a jump.
    offset = newOffset;
    ringDue();
    for (const listener of [...tickListeners]) listener();
  }

  const ticking = setInterval(tick, tickMs).unref();

  return {
    now: () => time.wallMs(),
    monotonicMs: () => time.monotonicMs(),
    setAlarm(at: EpochMs, onAlarm: () => void): Dispose {
      let isCancelled = false;
      const alarm = { at, ring: () => void (isCancelled || onAlarm()) };
      const remove = alarms.add(alarm);
      if (alarms.earliest?.at === at) arm();
      return () => {
        isCancelled = true;
        remove();
      };
    },
    onJump(listener) {
      const own = (byMs: number): void => listener(byMs);
      jumpListeners.add(own);
      return () => {
        jumpListeners.delete(own);
      };
    },
    onTick(listener) {
      const own = (): void => listener();
      tickListeners.add(own);
      return () => {
        tickListeners.delete(own);
      };
    },
    look: tick,
    stop() {
      clearInterval(ticking);
      clearTimeout(timer);
      alarms.clear();
      jumpListeners.clear();
      tickListeners.clear();
    },
  };
}
