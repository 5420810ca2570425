import { describe, expect, it } from 'vitest';
import { figureOf, quantile, ratioOf } from './figures.ts';

describe('the figures of the bench', () => {
  it('finds the median and the tail between two values', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([1, 2, 3, 4, 5], 0.99)).toBeCloseTo(4.96);
    expect(quantile([7], 0.99)).toBe(7);
  });

  it('tells the middle half of the rounds beside the median', () => {
    expect(figureOf([1, 2, 3, 4, 100])).toEqual({ median: 3, low: 2, high: 4, rounds: 5 });
  });

  it('compares with the direct connection of the same round', () => {
    const slowMachineInTheMiddle = { lane: [12, 120, 13], direct: [10, 100, 10] };
    expect(ratioOf(slowMachineInTheMiddle.lane, slowMachineInTheMiddle.direct).median).toBeCloseTo(1.2);
  });
});
