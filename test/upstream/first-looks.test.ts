import { describe, expect, it } from 'vitest';
import { FirstLooks } from '../../src-main/engine/upstream/first-looks.ts';
import { createManualClock } from '../fakes/manual-clock.ts';

describe('the looks at all servers when the program starts', () => {
  it('begin a moment after the start, so that a caller who waited for it is answered first', async () => {
    const clock = createManualClock();
    const looks = new FirstLooks(clock, 200);
    let looked = 0;
    for (let server = 0; server < 3; server += 1) {
      looks.add(async () => {
        looked += 1;
      });
    }

    await clock.advance(199);
    expect(looked).toBe(0);
    await clock.advance(1);
    expect(looked).toBe(3);
  });

  it('never begin once they are stopped', async () => {
    const clock = createManualClock();
    const looks = new FirstLooks(clock, 200);
    let looked = 0;
    looks.add(async () => {
      looked += 1;
    });
    looks.stop();

    await clock.advance(1000);
    expect(looked).toBe(0);
  });
});
