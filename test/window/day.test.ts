import { describe, expect, it } from 'vitest';
import { dayOf, indexAfter, partAt } from '../../src-renderer/history/day.ts';
import { historyOf } from './pictures.ts';

const now = new Date('2026-11-24T14:00:00').getTime();
const HOUR = 3_600_000;

describe('the picture of the last 24 hours', () => {
  it('goes on with the last state while nothing new is told', () => {
    const later = dayOf(historyOf('a', now), now + 6 * HOUR);
    expect(later.until).toBe(now + 6 * HOUR);
    expect(later.spans.at(-1)).toMatchObject({
      kind: 'connected',
      until: now + 6 * HOUR,
      left: 16 / 24,
      width: 8 / 24,
    });
    expect(later.spans[0]).toMatchObject({ kind: 'connected', left: 0 });
    expect(later.spans[0]?.width).toBeCloseTo(0.5 / 24);
    expect(later.points.every(({ left }) => left >= 0)).toBe(true);
    expect(dayOf(historyOf('a', now), now + 25 * HOUR).spans).toHaveLength(1);
  });

  it('names the day once where both ends are on it', () => {
    const texts = dayOf(historyOf('a', now), now).spans.map(({ text }) => text);
    expect(texts[0]).toMatch(/23.* to \D*\d\d:\d\d\D*, 6 h 30 min: Connected$/);
    expect(texts[5]).not.toMatch(/2[34]/);
  });

  it('finds what happened before the span around it, and the span elsewhere', () => {
    const day = dayOf(historyOf('a', now), now);
    expect(partAt(day, 22.9 / 24, 0.002)?.kind).toBe('renewed');
    expect(partAt(day, 22.5 / 24, 0.002)?.kind).toBe('connected');
    expect(partAt(day, 12 / 24, 0.002)?.kind).toBe('asleep');
    expect(partAt({ ...day, spans: [] }, 12 / 24, 0.002)).toBeUndefined();
  });

  it('never steps beyond its ends', () => {
    expect(indexAfter('ArrowLeft', 0, 5)).toBe(0);
    expect(indexAfter('ArrowRight', 4, 5)).toBe(4);
    expect(indexAfter('PageUp', 1, 5)).toBe(4);
    expect(indexAfter('End', 0, 5)).toBe(4);
    expect(indexAfter('a', 2, 5)).toBeUndefined();
  });
});
