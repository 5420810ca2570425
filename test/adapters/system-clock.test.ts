import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSystemClock, type SystemClock } from '../../src-main/adapters/system-clock.ts';

describe('the system clock', () => {
  let clock: SystemClock;
  /** How far the wall clock is from where it would be without jumps. */
  let moved: number;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] });
    moved = 0;
    clock = createSystemClock({ wallMs: () => Date.now() + moved, monotonicMs: () => performance.now() });
  });

  afterEach(() => {
    clock.stop();
    vi.useRealTimers();
  });

  it('rings once when the wall clock has reached the alarm', () => {
    const ring = vi.fn();
    clock.setAlarm(clock.now() + 5000, ring);
    vi.advanceTimersByTime(4999);
    expect(ring).not.toHaveBeenCalled();
    vi.advanceTimersByTime(60_000);
    expect(ring).toHaveBeenCalledOnce();
  });

  it('rings no alarm that was cancelled, however often', () => {
    const ring = vi.fn();
    const cancel = clock.setAlarm(clock.now() + 5000, ring);
    cancel();
    cancel();
    vi.advanceTimersByTime(60_000);
    expect(ring).not.toHaveBeenCalled();
  });

  it('32 tells of a sleep at once where somebody knows that the machine woke', () => {
    const jumped = vi.fn();
    clock.onJump(jumped);
    clock.look();
    expect(jumped).not.toHaveBeenCalled();
    moved = 60_000;
    clock.look();
    expect(jumped).toHaveBeenCalledExactlyOnceWith(60_000);
  });

  it('tells of a sleep within one tick and rings what became due meanwhile, earliest first', () => {
    const seen: string[] = [];
    clock.onJump((byMs) => seen.push(`jump ${Math.round(byMs / 1000)} s`));
    clock.setAlarm(clock.now() + 2 * 3_600_000, () => seen.push('second'));
    clock.setAlarm(clock.now() + 3_600_000, () => seen.push('first'));
    clock.setAlarm(clock.now() + 20 * 3_600_000, () => seen.push('not yet'));
    moved = 9 * 3_600_000;
    vi.advanceTimersByTime(10_000);
    expect(seen).toEqual(['jump 32400 s', 'first', 'second']);
  });

  it('rings at the new wall time after the clock was set back, not at the old', () => {
    const ring = vi.fn();
    const jumps: number[] = [];
    clock.onJump((byMs) => jumps.push(byMs));
    clock.setAlarm(clock.now() + 60_000, ring);
    moved = -3_600_000;
    vi.advanceTimersByTime(120_000);
    expect(ring).not.toHaveBeenCalled();
    expect(jumps).toEqual([-3_600_000]);
    vi.advanceTimersByTime(3_600_000);
    expect(ring).toHaveBeenCalledOnce();
  });

  it('takes a step of up to 10 s for no jump, and many small ones neither', () => {
    const jump = vi.fn();
    clock.onJump(jump);
    for (let step = 0; step < 20; step += 1) {
      moved += 5000;
      vi.advanceTimersByTime(10_000);
    }
    expect(jump).not.toHaveBeenCalled();
  });

  it('chains an alarm that is further away than a timer reaches', () => {
    const ring = vi.fn();
    clock.setAlarm(clock.now() + 30 * 86_400_000, ring);
    vi.advanceTimersByTime(29 * 86_400_000);
    expect(ring).not.toHaveBeenCalled();
    vi.advanceTimersByTime(86_400_000);
    expect(ring).toHaveBeenCalledOnce();
  });

  it('rings an alarm in the past soon, but not before setAlarm has returned', () => {
    const ring = vi.fn();
    clock.setAlarm(clock.now() - 1000, ring);
    expect(ring).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(ring).toHaveBeenCalledOnce();
  });

  it('rings none that another one cancelled while both were due', () => {
    const seen: string[] = [];
    clock.setAlarm(clock.now() + 1000, () => {
      seen.push('first');
      cancelSecond();
    });
    const cancelSecond = clock.setAlarm(clock.now() + 2000, () => seen.push('second'));
    moved = 60_000;
    vi.advanceTimersByTime(30_000);
    expect(seen).toEqual(['first']);
  });

  it('lets time go on between the alarms of one that sets itself again for a time that is over', () => {
    let rung = 0;
    const again = (): void => {
      rung += 1;
      clock.setAlarm(clock.now() - 1, again);
    };
    again();
    vi.advanceTimersByTime(50);
    expect(rung).toBeLessThan(60);
  });

  it('rings the others where one throws', () => {
    const ring = vi.fn();
    clock.setAlarm(clock.now() + 1000, () => {
      throw new Error('a bug');
    });
    clock.setAlarm(clock.now() + 1000, ring);
    expect(() => vi.advanceTimersByTime(1000)).toThrow('a bug');
    vi.advanceTimersByTime(1);
    expect(ring).toHaveBeenCalledOnce();
  });

  it('tells of each tick until it is told no more', () => {
    const tick = vi.fn();
    const cancel = clock.onTick(tick);
    vi.advanceTimersByTime(30_000);
    expect(tick).toHaveBeenCalledTimes(3);
    cancel();
    vi.advanceTimersByTime(30_000);
    expect(tick).toHaveBeenCalledTimes(3);
  });

  it('does no more work for ten thousand alarms that are not due than for one', () => {
    let looks = 0;
    const counted = createSystemClock({
      wallMs: () => {
        looks += 1;
        return Date.now();
      },
      monotonicMs: () => performance.now(),
    });
    for (let server = 0; server < 10_000; server += 1) counted.setAlarm(Date.now() + 3_600_000 + server, () => {});
    expect(vi.getTimerCount()).toBeLessThan(5);
    looks = 0;
    vi.advanceTimersByTime(10 * 60_000);
    expect(looks).toBeLessThan(10 * 60);
    counted.stop();
  });

  it('does nothing any more once stopped', () => {
    const heard = vi.fn();
    clock.onJump(heard);
    clock.setAlarm(clock.now() + 1000, heard);
    clock.stop();
    moved = 3_600_000;
    vi.advanceTimersByTime(60_000);
    expect(heard).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});
