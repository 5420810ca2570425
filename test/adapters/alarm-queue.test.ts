import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AlarmQueue } from '../../src-main/adapters/alarm-queue.ts';

describe('the queue of alarms', () => {
  it('gives them in the order of their times, whatever came and went meanwhile', () => {
    const times = fc.array(fc.record({ at: fc.nat(1000), leaves: fc.boolean() }), { maxLength: 80 });
    fc.assert(
      fc.property(times, (wanted) => {
        const queue = new AlarmQueue();
        const removals = wanted.map(({ at, leaves }) => ({ leaves, remove: queue.add({ at, ring: () => {} }) }));
        for (const { leaves, remove } of removals) {
          if (!leaves) continue;
          remove();
          remove();
        }
        const stayed = wanted.filter(({ leaves }) => !leaves).map(({ at }) => at);
        expect(queue.size).toBe(stayed.length);
        const taken: number[] = [];
        for (let next = queue.takeEarliest(); next; next = queue.takeEarliest()) taken.push(next.at);
        expect(taken).toEqual(stayed.sort((a, b) => a - b));
      }),
    );
  });

  it('is empty once cleared, and a removal afterwards changes nothing', () => {
    const queue = new AlarmQueue();
    const remove = queue.add({ at: 1, ring: () => {} });
    queue.clear();
    queue.add({ at: 2, ring: () => {} });
    remove();
    expect(queue.earliest?.at).toBe(2);
  });
});
