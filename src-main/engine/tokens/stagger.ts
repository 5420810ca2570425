import type { EpochMs } from '../model/ids.ts';

/** What a wake or the network's return finds due is spread over this time, so that sixty servers do not knock at once. */
const STAGGER_MS = 4000;

/** The turn of the one at `position` of `count`, from 0. */
export function staggeredAt(now: EpochMs, position: number, count: number): EpochMs {
  return now + Math.floor((STAGGER_MS * position) / count);
}
