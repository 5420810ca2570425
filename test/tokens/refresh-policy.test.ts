import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../src-main/engine/model/problem.ts';
import { Secret } from '../../src-main/engine/model/secret.ts';
import type { TokenSet } from '../../src-main/engine/model/token-set.ts';
import {
  dueAfterJump,
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
  const OBTAINED = 1_000_000;
  const tokens = (
    lifeMs: number | undefined,
    refresh: { readonly lifeMs?: number; readonly isFixed?: boolean } | undefined = {},
  ): TokenSet => ({
    accessToken: new Secret('a'),
    obtainedAt: OBTAINED,
    ...(lifeMs === undefined ? {} : { expiresAt: OBTAINED + lifeMs }),
    ...(refresh ? { refreshToken: new Secret('r') } : {}),
    ...(refresh?.lifeMs === undefined ? {} : { refreshExpiresAt: OBTAINED + refresh.lifeMs }),
    ...(refresh?.isFixed ? { refreshEndFixedSince: 0 } : {}),
  });
  const noRefresh = (lifeMs: number): TokenSet => {
    const { refreshToken: _none, ...others } = tokens(lifeMs);
    return others;
  };
  const HOUR_MS = 3_600_000;

  it.each([
    ['an hour, at the earliest', tokens(3_600_000), 0, 1_000_000 + 2_700_000],
    ['an hour, in the middle', tokens(3_600_000), 0.5, 1_000_000 + 2_790_000],
    ['thirty seconds', tokens(30_000), 0, 1_000_000 + 22_500],
    ['one second', tokens(1000), 0, 1_000_000 + 750],
    ['a life that nobody told (T3)', tokens(undefined), 0, undefined],
    ['no refresh token (T4)', noRefresh(3_600_000), 0, undefined],
  ])('12 %s', (_what, set, at, due) => {
    expect(refreshDueAt(set, { now: OBTAINED, fraction: at })).toBe(due);
  });

  const long = 24 * HOUR_MS;
  it.each([
    ['a refresh token that outlives it changes nothing', tokens(HOUR_MS, { lifeMs: long }), 0, 0.75 * HOUR_MS],
    ['nor does one that ends together with it', tokens(HOUR_MS, { lifeMs: HOUR_MS }), 0, 0.75 * HOUR_MS],
    ['one that ends between its 75 % and its end', tokens(HOUR_MS, { lifeMs: 0.9 * HOUR_MS }), 0, 0.675 * HOUR_MS],
    ['one that ends before its 75 %', tokens(long, { lifeMs: HOUR_MS }), 0, 0.75 * HOUR_MS],
    ['also where nobody told how long the token lives', tokens(undefined, { lifeMs: HOUR_MS }), 0, 0.75 * HOUR_MS],
    ['an end that stays: once more', tokens(long, { lifeMs: 7 * HOUR_MS, isFixed: true }), 0, 5.25 * HOUR_MS],
    ['but not for less than a quarter', tokens(long, { lifeMs: 6 * HOUR_MS, isFixed: true }), 0, long],
    ['nor where nobody can tell', tokens(undefined, { lifeMs: HOUR_MS, isFixed: true }), 0, undefined],
    ['one that is over: the token is used to its end', tokens(long, { lifeMs: HOUR_MS }), HOUR_MS, long],
    ['one that was over when it came', tokens(long, { lifeMs: -1 }), 0, long],
    ['one that lives less than a second', tokens(long, { lifeMs: 999 }), 0, long],
    ['both that short: a second after they came', tokens(900, { lifeMs: 100 }), 0, 1000],
  ] as const)('T4 12 %s', (_what, set, afterMs, dueAfterMs) => {
    const due = refreshDueAt(set, { now: OBTAINED + afterMs, fraction: 0 });
    expect(due === undefined ? undefined : due - OBTAINED).toBe(dueAfterMs);
  });

  it('T4 12 a client that signs in for itself goes by its token alone', () => {
    const at = { now: OBTAINED, fraction: 0 };
    expect(refreshDueAt({ ...noRefresh(HOUR_MS), refreshExpiresAt: OBTAINED + 1000 }, at, true)).toBe(
      OBTAINED + 0.75 * HOUR_MS,
    );
  });

  it('12 a life of less than a second is renewed after it, a second after it came: never a hot loop', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000, max: 999 }), fraction, (life, at) => {
        expect(refreshDueAt(tokens(life), { now: OBTAINED, fraction: at })).toBe(1_001_000);
      }),
    );
  });

  it('12 lies at 75 to 80 % of any life', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 10 * 365 * 86_400_000 }), fraction, (life, at) => {
        const spent = (refreshDueAt(tokens(life), { now: OBTAINED, fraction: at }) ?? 0) - OBTAINED;
        expect(spent).toBeGreaterThanOrEqual(Math.floor(life * 0.75));
        expect(spent).toBeLessThanOrEqual(life * 0.8);
      }),
    );
  });

  const life = fc.integer({ min: 1000, max: 10 * 365 * 86_400_000 });

  it('T4 12 lies at 75 to 80 % of the shorter of the two lives, as long as renewals move both', () => {
    fc.assert(
      fc.property(fc.option(life, { nil: undefined }), life, fraction, (lifeMs, refreshLifeMs, at) => {
        const set = tokens(lifeMs, { lifeMs: refreshLifeMs });
        const spent = (refreshDueAt(set, { now: OBTAINED, fraction: at }) ?? 0) - OBTAINED;
        const shorter = Math.min(lifeMs ?? refreshLifeMs, refreshLifeMs);
        expect(spent).toBeGreaterThanOrEqual(Math.floor(shorter * 0.75));
        expect(spent).toBeLessThanOrEqual(shorter * 0.8);
      }),
    );
  });

  it('T4 12 never comes within a second of the answer but for lives of about that, and never after the token', () => {
    const anyLife = fc.integer({ min: -1_000_000, max: 86_400_000 });
    fc.assert(
      fc.property(anyLife, anyLife, fc.boolean(), anyLife, fraction, (lifeMs, refreshLifeMs, isFixed, after, at) => {
        const set = tokens(lifeMs, { lifeMs: refreshLifeMs, isFixed });
        const spent = (refreshDueAt(set, { now: OBTAINED + after, fraction: at }) ?? 0) - OBTAINED;
        expect(spent).toBeGreaterThanOrEqual(750);
        expect(spent).toBeLessThanOrEqual(Math.max(lifeMs, 1000));
      }),
    );
  });

  it('T4 12 an end that no renewal moves costs a handful of renewals more than the token alone, however it falls', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10_000, max: 86_400_000 }),
        fc.integer({ min: 1, max: 86_400_000 }),
        fraction,
        (lifeMs, endMs, at) => {
          let renewals = 0;
          let obtainedAt = OBTAINED;
          for (let now = OBTAINED; now < OBTAINED + endMs; renewals += 1) {
            const set = { ...tokens(lifeMs), obtainedAt, expiresAt: obtainedAt + lifeMs };
            const end = {
              refreshExpiresAt: OBTAINED + endMs,
              ...(renewals > 0 ? { refreshEndFixedSince: OBTAINED } : {}),
            };
            now = refreshDueAt({ ...set, ...end }, { now: obtainedAt, fraction: at }) ?? Number.POSITIVE_INFINITY;
            obtainedAt = now;
          }
          expect(renewals).toBeLessThanOrEqual(Math.ceil(endMs / (lifeMs * 0.75)) + 2);
        },
      ),
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

const HOUR = 3_600_000;

const someProblem: fc.Arbitrary<Problem> = fc.oneof(
  fc.constantFrom(unreachable, lost, broken, late, page, said('invalid_request'), said('')),
  fc
    .record({ retryAfterMs: fc.integer({ min: 0, max: 100 * HOUR }), status: fc.constantFrom(429, 500, 503) })
    .map((answer) => ({ code: 'server-error' as const, host: 'as', ...answer })),
  fc.integer({ min: 0, max: 100 * HOUR }).map((retryAfterMs) => ({ ...said('slow_down'), retryAfterMs }) as Problem),
);

describe('a refresh that fails and fails', () => {
  it('14 15 O1 is never given up, never in a hot loop, and never asked before the time that the server named', () => {
    fc.assert(
      fc.property(
        fc.array(someProblem, { minLength: 5, maxLength: 60 }),
        fc.integer({ min: -HOUR, max: 24 * HOUR }),
        fraction,
        (problems, remainsAtFirst, at) => {
          let remainingMs = remainsAtFirst;
          const sentAt: number[] = [];
          let now = 0;
          problems.forEach((problem, index) => {
            // Whatever it was, it does not end the login.
            expect(judgeRefreshFailure(problem)).toBe('try-again');
            sentAt.push(now);
            // What one flight asks after its first request.
            for (let attempt = 2; ; attempt += 1) {
              const pauseMs = nextAttemptDelayMs(attempt, problem);
              if (pauseMs === undefined) break;
              now += pauseMs;
              sentAt.push(now);
            }
            const delayMs = retryDelayMs({ attempt: index + 1, remainingMs, problem, fraction: at });
            const asked = 'retryAfterMs' in problem ? Math.min(problem.retryAfterMs ?? 0, HOUR) : 0;
            expect(delayMs).toBeGreaterThanOrEqual(Math.max(asked, 1000));
            expect(delayMs).toBeLessThanOrEqual(Math.max(asked, 330_000));
            now += delayMs;
            remainingMs -= delayMs;
          });
          // Three attempts in two seconds, and a second of rest, are the most that any server sees.
          for (const begin of sentAt) {
            expect(sentAt.filter((time) => time >= begin && time < begin + 3000).length).toBeLessThanOrEqual(6);
          }
        },
      ),
    );
  });

  it('19 an answer that was lost is asked for again at once exactly once in a flight', () => {
    const pauses = [2, 3, 4].map((attempt) => nextAttemptDelayMs(attempt, lost));
    expect(pauses.filter((pause) => pause === 0)).toHaveLength(1);
    expect(pauses[0]).toBe(0);
  });
});

describe('32 34 when a planned refresh runs after a jump of the clock, or on the return of the network', () => {
  const now = 10 * HOUR;
  const usual = { now, byMs: 0, obtainedAt: now - HOUR };
  const retry = (at: number, problem: Problem = unreachable) => ({ retry: { at, attempt: 7, problem } });
  it.each([
    ['32 what is due', { dueAt: now - 1 }, usual, now],
    ['32 what is due just now', { dueAt: now }, usual, now],
    ['32 what is not due stays as it was planned', { dueAt: now + 1 }, usual, undefined],
    ['32 what was obtained in the future', { dueAt: now + HOUR }, { ...usual, obtainedAt: now + 1 }, now],
    ['34 what failed for want of a network', retry(now + 300_000), usual, now],
    ['34 what failed otherwise', retry(now + 300_000, broken), usual, now],
    ['34 a retry that is over', retry(now - 1), usual, now],
    ['14 not before the time that the server named', retry(now + 120_000, busy), usual, undefined],
    ['14 but that time is over', retry(now - 1, busy), usual, now],
    [
      '14 the span that the server asked for stays when the clock is set back',
      retry(now + HOUR + 120_000, busy),
      { ...usual, byMs: -HOUR },
      now + 120_000,
    ],
    [
      '14 and when it is set forward the new clock decides',
      retry(now + 120_000, busy),
      { ...usual, byMs: HOUR },
      undefined,
    ],
    ['nothing is planned', {}, usual, undefined],
  ] as const)('%s', (_what, plan, given, at) => {
    expect(dueAfterJump(plan, given)).toBe(at);
  });

  it('32 34 is never in the past and never later than planned', () => {
    const time = fc.integer({ min: now - 48 * HOUR, max: now + 48 * HOUR });
    fc.assert(
      fc.property(time, someProblem, fc.integer({ min: -HOUR, max: 24 * HOUR }), (planned, problem, byMs) => {
        const at = dueAfterJump(retry(planned, problem), { ...usual, byMs }) ?? planned;
        expect(at).toBeGreaterThanOrEqual(now);
        expect(at).toBeLessThanOrEqual(Math.max(planned, now));
      }),
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
