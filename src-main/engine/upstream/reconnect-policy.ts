const SECOND = 1000;

/** A weekend without a server costs fewer than 300 attempts; nobody waits longer than this for its return. */
const LONGEST_MS = 15 * 60 * SECOND;

/**
 * How long until a server that could not be reached is asked again: 2 s, doubling up to 15 min.
 *
 * @param attempt failed attempts so far, from 1
 * @param fraction at least 0, below 1
 */
export function reconnectDelayMs(attempt: number, fraction: number): number {
  const doubled = Math.min(2 * SECOND * 2 ** Math.min(attempt - 1, 20), LONGEST_MS);
  return Math.round(doubled * (0.9 + 0.1 * fraction));
}

/** A caller that comes meanwhile may wake the server this often. */
export const CALLER_WAKES_EVERY_MS = 30 * SECOND;
