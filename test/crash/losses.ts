import type { Exchange } from '../servers/exchange-record.ts';
import { type JournalLine, type Phase, phaseAtEnd } from './journal.ts';

/** One SIGKILL, and what was known of the program then. */
export interface Kill {
  readonly number: number;
  readonly pid: number;
  /** Wall time in ms. */
  readonly at: number;
  /** At any moment of the start; at any moment after it; right after the authorization server answered a refresh. */
  readonly how: 'starting' | 'running' | 'aimed';
}

export interface Loss {
  /** The kill after which the vault had the older refresh token; undefined: none did that. */
  readonly kill: Kill | undefined;
  readonly phase: Phase | undefined;
  /** From the rotation that never reached the vault to the kill, in ms. */
  readonly afterMs: number;
  /**
   * The program was killed between sending the request and handing the login to the keychain worker: by its own journal,
   * not by the length of a time.
   */
  readonly isExplained: boolean;
  /** From the first rotation that never reached the vault to the refusal: how late the token came back, in ms. */
  readonly backAfterMs: number;
}

/** The request may have rotated the refresh token: nothing was refused, whether or not the answer got out. */
function mayHaveRotated({ kind, error, status }: Exchange): boolean {
  return kind === 'refresh' && error === undefined && (status === undefined || status < 300);
}

/**
 * Which kill cost a login that the server ended, and whether one may: with strict reuse detection a kill between the
 * server's answer and the vault's write may, no other.
 *
 * @param endedAt when the server refused the refresh token
 */
export function lossAt(
  endedAt: number,
  exchanges: readonly Exchange[],
  kills: readonly Kill[],
  journal: readonly JournalLine[],
): Loss {
  const handedAt = journal.findLast(({ what, at }) => what === 'handed' && at < endedAt)?.at ?? 0;
  const rotated =
    exchanges.find((one) => mayHaveRotated(one) && one.at > handedAt && one.at < endedAt)?.at ?? Number.NaN;
  const kill = kills.find(({ pid }) => {
    const last = journal.findLast((line) => line.pid === pid);
    return last !== undefined && last.at > handedAt && last.at < endedAt && isOnTheWay(phaseAtEnd(journal, pid));
  });
  return {
    kill,
    phase: kill && phaseAtEnd(journal, kill.pid),
    afterMs: kill === undefined ? Number.NaN : kill.at - rotated,
    isExplained: kill !== undefined,
    backAfterMs: endedAt - rotated,
  };
}

function isOnTheWay(phase: Phase): boolean {
  return phase === 'asked' || phase === 'answered';
}

/** The value that so many of the sorted ones do not exceed; NaN of none. */
export function quantile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? Number.NaN;
}
