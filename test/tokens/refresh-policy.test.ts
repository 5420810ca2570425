import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../src-main/engine/model/problem.ts';
import { Secret } from '../../src-main/engine/model/secret.ts';
import {
  judgeRefreshFailure,
  nextAttemptDelayMs,
  refreshDueAt,
  retryDelayMs,
} from '../../src-main/engine/tokens/refresh-policy.ts';

const unreachable: Problem = { code: 'network-unreachable', host: 'as' };
const lost: Problem = { code: 'network-unreachable', host: 'as', sent: true };
const broken: Problem = { code: 'server-error', host: 'as', status: 500 };
const busy: Problem = { code: 'server-error', host: 'as', status: 429, retryAfterMs: 120_000 };
const late: Problem = { code: 'timed-out', host: 'as', afterMs: 15_000 };
const page: Problem = { code: 'bad-answer', host: 'as', status: 200, detail: 'a page' };
const said = (error: string): Problem => ({ code: 'token-endpoint-error', status: 400, error });

const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('when a token is renewed', () => {
  const tokens = (lifeMs: number | undefined, refreshable = true) => ({
    accessToken: new Secret('a'),
    obtainedAt: 1_000_000,
    ...(lifeMs === undefined ? {} : { expiresAt: 1_000_000 + lifeMs }),
    ...(refreshable ? { refreshToken: new Secret('r') } : {}),
  });

  it.each([
    ['an hour, at the earliest', tokens(3_600_000), 0, 1_000_000 + 2_700_000],
    ['an hour, in the middle', tokens(3_600_000), 0.5, 1_000_000 + 2_790_000],
    ['thirty seconds', tokens(30_000), 0, 1_000_000 + 22_500],
    ['one second', tokens(1000), 0, 1_000_000 + 750],
    ['a life that nobody told (T3)', tokens(undefined), 0, undefined],
    ['no refresh token (T4)', tokens(3_600_000, false), 0, undefined],
  ])('12 %s', (_what, set, at, due) => {
    expect(refreshDueAt(set, at)).toBe(due);
  });

  it('12 lies at 75 to 80 % of any life', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 * 365 * 86_400_000 }), fraction, (life, at) => {
        const spent = (refreshDueAt(tokens(life), at) ?? 0) - 1_000_000;
        expect(spent).toBeGreaterThanOrEqual(Math.floor(life * 0.75));
        expect(spent).toBeLessThanOrEqual(life * 0.8);
      }),
    );
  });
});

describe('the attempts of one flight', () => {
  it.each([
    ['O1 the second comes after 1 s', 2, broken, 1000],
    ['O1 the third after 2 s', 3, broken, 2000],
    ['O1 there is no fourth', 4, broken, undefined],
    ['O1 a host out of reach is like a broken one', 2, unreachable, 1000],
    ['19 a lost answer is asked for again at once', 2, lost, 0],
    ['19 but only once at once', 3, lost, 2000],
    ['14 a server that names a time is left alone', 2, busy, undefined],
    ['14 a time limit has used up a patience', 2, late, undefined],
    ['14 a page is tried again', 2, page, 1000],
  ] as const)('%s', (_what, attempt, problem, delay) => {
    expect(nextAttemptDelayMs(attempt, problem)).toBe(delay);
  });
});

describe('the retries of the scheduler', () => {
  it.each([
    ['a quarter of what remains', { attempt: 1, remainingMs: 8000, problem: broken }, 2000],
    ['at least a second', { attempt: 1, remainingMs: 10, problem: broken }, 1000],
    ['at least a second when it is over', { attempt: 1, remainingMs: -5000, problem: broken }, 1000],
    ['at most ten at first', { attempt: 1, remainingMs: 900_000, problem: broken }, 10_000],
    ['then doubling', { attempt: 4, remainingMs: 900_000, problem: broken }, 80_000],
    ['up to five minutes', { attempt: 9, remainingMs: 900_000, problem: broken }, 300_000],
    ['for days', { attempt: 2000, remainingMs: -1e9, problem: broken }, 300_000],
    ['not before a Retry-After', { attempt: 1, remainingMs: 900_000, problem: busy }, 120_000],
    [
      'a Retry-After of a day counts as an hour',
      { attempt: 1, remainingMs: 0, problem: { ...busy, retryAfterMs: 86_400_000 } },
      3_600_000,
    ],
  ] as const)('14 %s', (_what, input, delay) => {
    expect(retryDelayMs({ ...input, fraction: 0.5 })).toBe(delay);
  });

  it('14 always lie between a second and an hour, spread by 10 % to either side, and never shrink', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: -1e9, max: 1e9 }),
        fraction,
        (attempt, remainingMs, at) => {
          const delay = retryDelayMs({ attempt, remainingMs, problem: broken, fraction: at });
          const plain = retryDelayMs({ attempt, remainingMs, problem: broken, fraction: 0.5 });
          expect(Number.isSafeInteger(delay)).toBe(true);
          expect(delay).toBeGreaterThanOrEqual(Math.max(1000, Math.floor(plain * 0.9)));
          expect(delay).toBeLessThanOrEqual(Math.ceil(plain * 1.1));
          const next = retryDelayMs({ attempt: attempt + 1, remainingMs, problem: broken, fraction: 0.5 });
          expect(next).toBeGreaterThanOrEqual(plain);
        },
      ),
    );
  });
});

describe('what a failed refresh means', () => {
  it.each([
    [said('invalid_grant'), 'grant-ended'],
    [said('invalid_client'), 'client-unknown'],
    [said('unauthorized_client'), 'client-unknown'],
    [said('invalid_request'), 'try-again'],
    [said('invalid_target'), 'try-again'],
    [said(''), 'try-again'],
    [unreachable, 'try-again'],
    [lost, 'try-again'],
    [broken, 'try-again'],
    [busy, 'try-again'],
    [late, 'try-again'],
    [page, 'try-again'],
    [{ code: 'unsafe-url', what: 'token_endpoint', url: 'x', why: 'y' }, 'try-again'],
  ] as const)('T5 %j: %s', (problem, verdict) => {
    expect(judgeRefreshFailure(problem)).toBe(verdict);
  });
});
