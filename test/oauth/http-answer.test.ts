import { describe, expect, it } from 'vitest';
import { retryAfterMs } from '../../src-main/engine/oauth/http-answer.ts';

const NOW = Date.parse('2026-11-24T10:00:00Z');

describe('retryAfterMs', () => {
  it.each([
    ['seconds', { 'retry-after': '120' }, 120_000],
    ['zero', { 'retry-after': '0' }, 0],
    ['a date', { 'retry-after': 'Tue, 24 Nov 2026 10:00:30 GMT' }, 30_000],
    [
      "a date, by the answer's own clock",
      { 'retry-after': 'Tue, 24 Nov 2026 12:00:30 GMT', date: 'Tue, 24 Nov 2026 12:00:00 GMT' },
      30_000,
    ],
    ['a date that has passed', { 'retry-after': 'Tue, 24 Nov 2026 09:00:00 GMT' }, 0],
    ['at most a day', { 'retry-after': '99999999999999999999' }, 86_400_000],
    ['nothing for nonsense', { 'retry-after': 'soon' }, undefined],
    ['nothing for a negative number', { 'retry-after': '-x' }, undefined],
    ['nothing where there is none', {}, undefined],
  ])('scenario 14: understands %s', (_title, headers, expected) => {
    expect(retryAfterMs({ status: 503, headers, body: '', url: 'https://as.example/' }, NOW)).toBe(expected);
  });
});
