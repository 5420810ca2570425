import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgePoll, type PollPace } from '../../src-main/engine/login/device-poll-policy.ts';
import type { Problem } from '../../src-main/engine/model/problem.ts';

const refusal = (error: string, description?: string): Problem => ({
  code: 'token-endpoint-error',
  error,
  status: 400,
  ...(description === undefined ? {} : { description }),
});

const PACE: PollPace = { intervalMs: 5000, failures: 0 };
const LOST: Problem = { code: 'network-unreachable', host: 'login.example' };

describe('10 when a device asks again (RFC 8628 3.5)', () => {
  test('an answer that says "not yet" is followed at the interval, also after trouble', () => {
    expect(judgePoll(refusal('authorization_pending'), { intervalMs: 5000, failures: 3 })).toEqual({
      kind: 'again',
      pace: PACE,
      waitMs: 5000,
    });
  });

  test('"slow_down" adds five seconds, each time', () => {
    const first = judgePoll(refusal('slow_down'), PACE);
    expect(first).toMatchObject({ pace: { intervalMs: 10_000 }, waitMs: 10_000 });
    if (first.kind !== 'again') throw new Error('over');
    expect(judgePoll(refusal('slow_down'), first.pace)).toMatchObject({ pace: { intervalMs: 15_000 } });
  });

  test.each<Problem>([
    LOST,
    { code: 'timed-out', host: 'login.example', afterMs: 15_000 },
    { code: 'bad-answer', host: 'login.example', status: 200, detail: 'a web page' },
    { code: 'server-error', host: 'login.example', status: 503 },
    // A page with a 4xx status, as a proxy sends it: no OAuth error.
    { code: 'token-endpoint-error', error: '', status: 407 },
  ])('trouble doubles the wait up to a minute and ends nothing: $code', (problem) => {
    const waits: number[] = [];
    let pace = PACE;
    for (let round = 0; round < 6; round += 1) {
      const verdict = judgePoll(problem, pace);
      if (verdict.kind !== 'again') throw new Error('over');
      waits.push(verdict.waitMs);
      ({ pace } = verdict);
    }
    expect(waits).toEqual([10_000, 20_000, 40_000, 60_000, 60_000, 60_000]);
  });

  test('a Retry-After is honoured, and an interval longer than a minute stays', () => {
    const busy: Problem = { code: 'server-error', host: 'login.example', status: 429, retryAfterMs: 90_000 };
    expect(judgePoll(busy, PACE)).toMatchObject({ waitMs: 90_000 });
    expect(judgePoll(LOST, { intervalMs: 120_000, failures: 0 })).toMatchObject({ waitMs: 120_000 });
  });

  test('what the server says in so many words ends it', () => {
    expect(judgePoll(refusal('expired_token'), PACE)).toEqual({ kind: 'expired' });
    expect(judgePoll(refusal('access_denied', 'The person refused'), PACE)).toEqual({
      kind: 'over',
      problem: { code: 'authorization-refused', error: 'access_denied', description: 'The person refused' },
    });
    expect(judgePoll(refusal('access_denied'), PACE)).toEqual({
      kind: 'over',
      problem: { code: 'authorization-refused', error: 'access_denied' },
    });
    const problem = refusal('invalid_client');
    expect(judgePoll(problem, PACE)).toEqual({ kind: 'over', problem });
  });

  test('whatever comes, it never asks more often than the server allows', () => {
    const anything = fc.oneof(
      fc.constantFrom('authorization_pending', 'slow_down', '').map((error) => refusal(error)),
      fc.constant(LOST),
    );
    fc.assert(
      fc.property(
        fc.array(anything, { maxLength: 60 }),
        fc.integer({ min: 1000, max: 200_000 }),
        (answers, intervalMs) => {
          let pace: PollPace = { intervalMs, failures: 0 };
          for (const answer of answers) {
            const verdict = judgePoll(answer, pace);
            if (verdict.kind !== 'again') return false;
            if (verdict.waitMs < verdict.pace.intervalMs || verdict.pace.intervalMs < pace.intervalMs) return false;
            ({ pace } = verdict);
          }
          return true;
        },
      ),
    );
  });
});
