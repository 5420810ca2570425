import type { EpochMs } from '../model/ids.ts';
import type { Problem } from '../model/problem.ts';
import type { TokenSet } from '../model/token-set.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A token that lives shorter than this is renewed after it, not in a hot loop. */
const SHORTEST_LIFE_MS = SECOND;

/** A caller waits for at most this many attempts. */
export const ATTEMPTS_PER_FLIGHT = 3;

/** A person may live with an unwritten vault for this long before the program goes on from memory. */
export const VAULT_WRITE_LIMIT_MS = 5 * SECOND;

/**
 * When a token is renewed: at 75 to 80 % of its life, or of its refresh token's where that one ends first. Undefined
 * where there is nothing to plan: no refresh token, or lives that the server did not tell (T3).
 *
 * @param fraction at least 0, below 1: spreads servers that signed in together
 * @param isRenewable also without a refresh token, where the client signs in for itself
 */
export function refreshDueAt(
  tokens: TokenSet,
  { now, fraction }: { readonly now: EpochMs; readonly fraction: number },
  isRenewable = tokens.refreshToken !== undefined,
): EpochMs | undefined {
  if (!isRenewable) return undefined;
  const { obtainedAt, expiresAt, refreshToken } = tokens;
  const refreshEnd = refreshToken && tokens.refreshExpiresAt;
  if (refreshEnd === undefined || (expiresAt !== undefined && expiresAt <= refreshEnd)) {
    return expiresAt === undefined ? undefined : dueInLife(obtainedAt, expiresAt, fraction);
  }
  const lifeMs = refreshEnd - obtainedAt;
  // An end that renewals do not move: one more that brings much, not one after the other the closer it comes.
  const isLast =
    tokens.refreshEndFixedSince !== undefined && lifeMs * 4 <= (expiresAt ?? Number.POSITIVE_INFINITY) - obtainedAt;
  if (!isLast && lifeMs >= SHORTEST_LIFE_MS && refreshEnd > now) return dueInLife(obtainedAt, refreshEnd, fraction);
  // Asked for only when the access token ends: a refusal now would end one that still works.
  return expiresAt === undefined ? undefined : Math.max(expiresAt, obtainedAt + SHORTEST_LIFE_MS);
}

function dueInLife(from: EpochMs, until: EpochMs, fraction: number): EpochMs {
  const lifeMs = until - from;
  return lifeMs < SHORTEST_LIFE_MS ? from + SHORTEST_LIFE_MS : from + Math.floor(lifeMs * (0.75 + 0.05 * fraction));
}

export interface RefreshRetry {
  readonly at: EpochMs;
  /** Failed flights so far. */
  readonly attempt: number;
  readonly problem: Problem;
}

/**
 * The clock jumped, the machine slept or the network came back: when a planned refresh is to run now. Undefined: as it
 * was planned. Whatever waits for anything but a time that the server named is tried at once.
 *
 * @param byMs how far the wall clock jumped; 0 on the network's return
 */
export function dueAfterJump(
  plan: { readonly dueAt?: EpochMs; readonly retry?: RefreshRetry },
  { now, byMs, obtainedAt }: { readonly now: EpochMs; readonly byMs: number; readonly obtainedAt: EpochMs },
): EpochMs | undefined {
  if (plan.retry) {
    // The span that the server asked for stays the same when the clock is set back.
    const named = retryAfterMsOf(plan.retry.problem) === undefined ? now : plan.retry.at + Math.min(byMs, 0);
    if (named <= now) return now;
    return named === plan.retry.at ? undefined : named;
  }
  // Obtained in the future: the clock was set back, and when the token ends by this clock it has ended long ago.
  if (obtainedAt > now) return now;
  return plan.dueAt !== undefined && plan.dueAt <= now ? now : undefined;
}

/** The wait before attempt `attempt` (2 or 3) of one flight; undefined ends the flight. */
export function nextAttemptDelayMs(attempt: number, problem: Problem): number | undefined {
  if (attempt > ATTEMPTS_PER_FLIGHT) return undefined;
  // An authorization server that names a time is asked again then, not before.
  if (retryAfterMsOf(problem) !== undefined) return undefined;
  // Its answer was lost: it is asked once more at once, before it forgets what it gave out.
  if (attempt === 2 && problem.code === 'network-unreachable' && problem.sent === true) return 0;
  // A time limit has used up a waiting caller's patience already.
  if (problem.code === 'timed-out') return undefined;
  return (attempt - 1) * SECOND;
}

/**
 * How long until the scheduler tries again: a quarter of what remains of the token, between 1 and 10 s, doubling up to
 * 5 min. A Retry-After is honoured, up to an hour.
 *
 * @param attempt failed flights so far, from 1
 */
export function retryDelayMs(input: {
  readonly attempt: number;
  readonly remainingMs: number;
  readonly problem: Problem;
  readonly fraction: number;
}): number {
  const first = Math.min(Math.max(input.remainingMs / 4, SECOND), 10 * SECOND);
  const doubled = Math.min(first * 2 ** Math.min(input.attempt - 1, 20), 5 * MINUTE);
  const jittered = doubled * (0.9 + 0.2 * input.fraction);
  const asked = Math.min(retryAfterMsOf(input.problem) ?? 0, HOUR);
  return Math.round(Math.max(jittered, asked, SECOND));
}

/** The server named the time itself: nobody but a person asks earlier. */
export function isTimeNamed(problem: Problem): boolean {
  return retryAfterMsOf(problem) !== undefined;
}

function retryAfterMsOf(problem: Problem): number | undefined {
  return problem.code === 'server-error' || problem.code === 'token-endpoint-error' ? problem.retryAfterMs : undefined;
}

export type RefreshVerdict = 'grant-ended' | 'client-unknown' | 'try-again';

/** What a failed refresh means. Everything but two named errors heals by itself (T5). @see RFC 6749 section 5.2 */
export function judgeRefreshFailure(problem: Problem): RefreshVerdict {
  if (problem.code !== 'token-endpoint-error') return 'try-again';
  if (problem.error === 'invalid_grant') return 'grant-ended';
  if (problem.error === 'invalid_client' || problem.error === 'unauthorized_client') return 'client-unknown';
  return 'try-again';
}
