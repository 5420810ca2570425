import { expect, test } from 'vitest';
import { createTimeFormat } from '../../src-main/cli/times.ts';

const noon = new Date(2026, 5, 1, 12, 0, 0).getTime();
const time = createTimeFormat(() => noon, 'en-GB');

test('writes the time of day as the locale has it', () => {
  expect(time(noon + 45 * 60_000)).toBe('12:45');
  expect(createTimeFormat(() => noon, 'en-US')(noon + 45 * 60_000)).toMatch(/^12:45\sPM$/);
});

test('adds seconds where they matter', () => {
  expect(time(noon + 30_000)).toBe('12:00:30');
});

test('adds the date on another day', () => {
  expect(time(noon + 24 * 3_600_000)).toBe('2 Jun 2026, 12:00');
});
