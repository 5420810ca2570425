import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AUTOMATIC_PAGE_EVERY_MS, mayOpenBrowser } from '../../src-main/engine/login/browser-policy.ts';

const NOW = 1_000_000_000;

describe('browser policy', () => {
  it.each([
    ['a person, under ask', 'person', 'ask', undefined, { open: true }],
    ['a person, under when-needed', 'person', 'when-needed', undefined, { open: true }],
    ['a person, right after an automatic page', 'person', 'when-needed', NOW, { open: true }],
    ['automatic, under ask', 'automatic', 'ask', undefined, { open: false, why: 'setting' }],
    ['automatic, under when-needed', 'automatic', 'when-needed', undefined, { open: true }],
    [
      'automatic, 4 min 59.999 s after the last',
      'automatic',
      'when-needed',
      NOW - 299_999,
      { open: false, why: 'recently-opened', nextAt: NOW + 1 },
    ],
    ['automatic, five minutes after the last', 'automatic', 'when-needed', NOW - 300_000, { open: true }],
  ] as const)('O3 %s', (_what, trigger, setting, lastAutomaticPageAt, verdict) => {
    expect(mayOpenBrowser({ trigger, setting, lastAutomaticPageAt, now: NOW })).toEqual(verdict);
  });

  it('O3 opens at most one automatic page in any five minutes, whatever comes when', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(400_000), { maxLength: 60 }), (gaps) => {
        let now = NOW;
        let last: number | undefined;
        const pages: number[] = [];
        for (const gap of gaps) {
          now += gap;
          const verdict = mayOpenBrowser({
            trigger: 'automatic',
            setting: 'when-needed',
            lastAutomaticPageAt: last,
            now,
          });
          if (!verdict.open) continue;
          last = now;
          pages.push(now);
        }
        pages.slice(1).forEach((at, index) => {
          expect(at - (pages[index] ?? 0)).toBeGreaterThanOrEqual(AUTOMATIC_PAGE_EVERY_MS);
        });
      }),
    );
  });
});
