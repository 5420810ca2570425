import { describe, expect, it } from 'vitest';
import { createManualClock } from './manual-clock.ts';

describe('the manual clock', () => {
  it('rings alarms in order, at their own time, those that an alarm sets within the span included', async () => {
    const clock = createManualClock(0);
    const rung: string[] = [];
    clock.setAlarm(2000, () => rung.push(`b at ${clock.now()}`));
    clock.setAlarm(1000, () => {
      rung.push(`a at ${clock.now()}`);
      void Promise.resolve().then(() => clock.setAlarm(1500, () => rung.push(`c at ${clock.now()}`)));
    });
    const cancel = clock.setAlarm(1200, () => rung.push('never'));
    cancel();
    clock.setAlarm(9000, () => rung.push('later'));

    await clock.advance('3 s');

    expect(rung).toEqual(['a at 1000', 'c at 1500', 'b at 2000']);
    expect(clock.now()).toBe(3000);
    expect(clock.monotonicMs()).toBe(3000);
    expect(clock.pendingAlarms).toEqual([9000]);
  });

  it('jumps without monotonic time going by, tells the listeners first, then rings what is due', async () => {
    const clock = createManualClock(0);
    const seen: string[] = [];
    clock.setAlarm(60_000, () => seen.push(`alarm at ${clock.now()}`));
    clock.onJump((byMs) => seen.push(`jump by ${byMs}`));

    await clock.jump('9 h');

    expect(seen).toEqual(['jump by 32400000', 'alarm at 32400000']);
    expect(clock.monotonicMs()).toBe(0);
  });
});
