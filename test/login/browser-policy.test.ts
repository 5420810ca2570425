import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AUTOMATIC_PAGE_EVERY_MS, AWAY_AFTER_MS, mayOpenBrowser } from '../../src-main/engine/login/browser-policy.ts';

const NOW = 1_000_000_000;

const there = 0;

describe('browser policy', () => {
  it.each([
    ['nobody at the computer', AWAY_AFTER_MS, undefined, { open: false, why: 'away' }],
    ['a locked screen', Number.POSITIVE_INFINITY, undefined, { open: false, why: 'away' }],
    ['a locked screen, and a page a moment ago', Number.POSITIVE_INFINITY, NOW, { open: false, why: 'away' }],
    ['somebody who was there a moment ago', AWAY_AFTER_MS - 1, undefined, { open: true }],
    ['a machine that cannot tell: the setting decides', undefined, undefined, { open: true }],
    ['a page of tomorrow: the clock was set back', there, NOW + 86_400_000, { open: true }],
  ] as const)('O3 automatic, under when-needed, %s', (_what, idleMs, lastAutomaticPageAt, verdict) => {
    const input = { setting: 'when-needed', lastAutomaticPageAt, idleMs, now: NOW } as const;
    expect(mayOpenBrowser({ trigger: 'automatic', ...input })).toEqual(verdict);
    expect(mayOpenBrowser({ trigger: 'person', ...input })).toEqual({ open: true });
  });

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
    expect(mayOpenBrowser({ trigger, setting, lastAutomaticPageAt, idleMs: there, now: NOW })).toEqual(verdict);
  });

  it('O3 opens at most one automatic page in any five minutes, whatever comes when, and none while nobody is there', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(400_000), fc.option(fc.nat(600_000), { nil: undefined })), { maxLength: 60 }),
        (needs) => {
          let now = NOW;
          let last: number | undefined;
          const pages: number[] = [];
          for (const [gap, idle] of needs) {
            now += gap;
            const verdict = mayOpenBrowser({
              trigger: 'automatic',
              setting: 'when-needed',
              lastAutomaticPageAt: last,
              idleMs: idle,
              now,
            });
            if (!verdict.open) continue;
            expect(idle ?? 0).toBeLessThan(AWAY_AFTER_MS);
            last = now;
            pages.push(now);
          }
          pages.slice(1).forEach((at, index) => {
            expect(at - (pages[index] ?? 0)).toBeGreaterThanOrEqual(AUTOMATIC_PAGE_EVERY_MS);
          });
        },
      ),
    );
  });
});
