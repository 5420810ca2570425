import type { Exchange } from '../servers/exchange-record.ts';

/** One SIGKILL, and what was known of the program then. */
export interface Kill {
  readonly number: number;
  /** Wall time in ms. */
  readonly at: number;
  /** At any moment of the start; at any moment after it; right after the authorization server answered a refresh. */
  readonly how: 'starting' | 'running' | 'aimed';
}

/** A refresh that the authorization server answered, up to the line that says that the vault has it. */
export interface Saved {
  /** When the request reached the server, by its own log. */
  readonly arrivedAt: number;
  /** When the answer was logged here. */
  readonly answeredAt: number;
  readonly savedAt: number;
}

export interface Loss {
  /** The kill that came after the refresh token's last rotation; undefined: none did. */
  readonly kill: Kill | undefined;
  /** From the rotating request's arrival at the server to the kill, in ms. */
  readonly afterMs: number;
  /** The kill fell into the time in which the server had rotated and the vault could not have it yet. */
  readonly isExplained: boolean;
  /** From the first of the rotations that were lost in a row to the refusal: how late the token came back, in ms. */
  readonly backAfterMs: number;
}

/** Clocks have whole milliseconds, and a killed program's request may arrive a moment after its end. */
const SLACK_MS = 50;

/** The request may have rotated the refresh token: nothing was refused, whether or not the answer got out. */
function mayHaveRotated({ kind, error, status }: Exchange): boolean {
  return kind === 'refresh' && error === undefined && (status === undefined || status < 300);
}

/**
 * Which kill cost a login that the server ended, and whether one may: with strict reuse detection a kill between the
 * server's answer and the vault's write may, no other.
 *
 * @param endedAt when the server refused the refresh token
 * @param windowMs the longest time from a request's arrival to the vault's write that was seen in this run
 * @param savedAt when the log says that the vault took a login
 */
export function lossAt(
  endedAt: number,
  log: readonly Exchange[],
  kills: readonly Kill[],
  windowMs: number,
  savedAt: readonly number[],
): Loss {
  const rotations = log.filter((exchange) => mayHaveRotated(exchange) && exchange.at <= endedAt).map(({ at }) => at);
  const hit = (rotatedAt: number, before: number): Pick<Loss, 'kill' | 'afterMs' | 'isExplained'> => {
    const kill = kills.find(({ at }) => at >= rotatedAt - SLACK_MS && at <= before);
    if (kill === undefined) return { kill, afterMs: Number.NaN, isExplained: false };
    const afterMs = kill.at - rotatedAt;
    const wasSaved = savedAt.some((at) => at >= rotatedAt && at <= kill.at);
    return { kill, afterMs, isExplained: !wasSaved && afterMs <= windowMs + SLACK_MS };
  };
  const last = rotations.pop() ?? Number.NaN;
  let first = last;
  for (let before = rotations.pop(); before !== undefined && hit(before, first).isExplained; before = rotations.pop()) {
    first = before;
  }
  return { ...hit(last, endedAt), backAfterMs: endedAt - first };
}

/** The value that so many of the sorted ones do not exceed; NaN of none. */
export function quantile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? Number.NaN;
}
