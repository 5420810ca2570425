import { describe, expect, it } from 'vitest';
import { EXPERIMENTS } from './experiments.ts';
import type { Cell, Figures } from './figures.ts';
import { lineOf, markdownTable } from './report.ts';
import { verdictOf } from './verdict.ts';

const GOOD: Figures = {
  pages: 0,
  signIns: 0,
  refreshes: 1,
  refreshAttempts: 1,
  calls: 50,
  failed: 0,
  failedNeedlessly: 0,
  unauthorizedSeen: 0,
  worstWaitMs: 900,
  inClearText: 0,
  end: 'works',
};
const NOTHING_ASKED = { signIns: 0 } as const;
const LOGIN_ENDED = { signIns: 1 } as const;

describe('the verdict on a trial', () => {
  it('keeps a login that nobody noticed to be in danger', () => {
    expect(verdictOf(GOOD, NOTHING_ASKED)).toBe('kept');
  });

  // As recorded: the plain SDK after 50 calls at expiry, with strict reuse detection.
  it('calls a login lost that works only after a sign-in, whatever else was seen', () => {
    const bad: Figures = { ...GOOD, pages: 49, refreshAttempts: 50, failed: 49, end: 'needs-a-sign-in' };
    expect(verdictOf(bad, NOTHING_ASKED)).toBe('lost');
    expect(verdictOf({ ...bad, signIns: 1 }, LOGIN_ENDED)).toBe('lost');
  });

  it('calls a login lost that a person had to replace without the fault asking for it', () => {
    expect(verdictOf({ ...GOOD, pages: 1, signIns: 1 }, NOTHING_ASKED)).toBe('lost');
  });

  it('tells a login that needed a new start of the program', () => {
    expect(verdictOf({ ...GOOD, end: 'works-after-a-restart' }, NOTHING_ASKED)).toBe('kept, restart');
  });

  it('allows one page and one sign-in where the server ended the login, and no more', () => {
    expect(verdictOf({ ...GOOD, pages: 1, signIns: 1 }, LOGIN_ENDED)).toBe('kept');
    expect(verdictOf({ ...GOOD, pages: 2, signIns: 1 }, LOGIN_ENDED)).toBe('kept, pages');
    expect(verdictOf({ ...GOOD, pages: 1, signIns: 2 }, LOGIN_ENDED)).toBe('kept, pages');
  });

  // As recorded: an authorization server that was gone for 15 s.
  it('tells pages that nobody needed', () => {
    expect(verdictOf({ ...GOOD, pages: 22 }, NOTHING_ASKED)).toBe('kept, pages');
  });

  it('counts failed calls only where they could have been answered', () => {
    expect(verdictOf({ ...GOOD, failed: 3 }, NOTHING_ASKED)).toBe('kept');
    expect(verdictOf({ ...GOOD, failed: 3, failedNeedlessly: 1 }, NOTHING_ASKED)).toBe('kept, calls failed');
  });
});

describe('the table', () => {
  const [experiment] = EXPERIMENTS;
  if (experiment === undefined) throw new Error('There is no experiment.');
  const kind = {
    id: 'gatehouse',
    title: 'Gatehouse',
    begin: () => Promise.reject(new Error('not begun here')),
  } as const;
  const cell: Cell = { experiment: experiment.id, subject: 'gatehouse', verdict: 'kept', figures: GOOD, seconds: 1 };

  it('shows what was counted beside the verdict', () => {
    expect(lineOf(cell)).toBe('kept: 0 pages, 1/1 refreshes, 0 of 50 calls failed, worst wait 0.9 s');
    expect(lineOf({ ...cell, figures: { ...GOOD, inRetryAfter: 2 } })).toContain('2 requests too early');
  });

  it('has a line for each experiment, also where it was not run', () => {
    const table = markdownTable(EXPERIMENTS, [kind], [cell]);
    for (const { title } of EXPERIMENTS) expect(table).toContain(`| ${title} | **`);
    expect(table).toContain('**not run**');
  });

  it('has no two experiments of one name', () => {
    expect(new Set(EXPERIMENTS.map(({ id }) => id)).size).toBe(EXPERIMENTS.length);
  });
});
