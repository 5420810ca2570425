import type { Problem } from '../model/problem.ts';

/** RFC 8628 3.5: this much more for good, each time that the server says so. */
const SLOW_DOWN_MS = 5000;
/** Trouble doubles the wait up to this; a longer interval of the server's own stays. */
const LONGEST_BACKOFF_MS = 60_000;

/** How often a device flow asks. */
export interface PollPace {
  readonly intervalMs: number;
  /** Questions without an answer of the server's since the last one with. */
  readonly failures: number;
}

export type PollVerdict =
  | { readonly kind: 'again'; readonly pace: PollPace; readonly waitMs: number }
  /** The code is good for nothing any more, and nobody refused it. */
  | { readonly kind: 'expired' }
  | { readonly kind: 'over'; readonly problem: Problem };

/**
 * What an answer without tokens means. Only what the server says in so many words ends it (T5).
 *
 * @see RFC 8628 section 3.5
 */
export function judgePoll(problem: Problem, pace: PollPace): PollVerdict {
  const { intervalMs, failures } = pace;
  if (problem.code !== 'token-endpoint-error' || problem.error === '') {
    const doubled = Math.max(Math.min(intervalMs * 2 ** Math.min(failures + 1, 20), LONGEST_BACKOFF_MS), intervalMs);
    const asked = problem.code === 'server-error' ? (problem.retryAfterMs ?? 0) : 0;
    return { kind: 'again', pace: { intervalMs, failures: failures + 1 }, waitMs: Math.max(doubled, asked) };
  }
  switch (problem.error) {
    case 'authorization_pending':
      return { kind: 'again', pace: { intervalMs, failures: 0 }, waitMs: intervalMs };
    case 'slow_down': {
      const slower = intervalMs + SLOW_DOWN_MS;
      return { kind: 'again', pace: { intervalMs: slower, failures: 0 }, waitMs: slower };
    }
    case 'expired_token':
      return { kind: 'expired' };
    case 'access_denied': {
      const { error, description } = problem;
      const said = description === undefined ? {} : { description };
      return { kind: 'over', problem: { code: 'authorization-refused', error, ...said } };
    }
    default:
      return { kind: 'over', problem };
  }
}
