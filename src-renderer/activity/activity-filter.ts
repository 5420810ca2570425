import type { ActivityRow } from '../../src-preload/contract.ts';
import { compareNames } from '../ui/time.ts';
import { outcomeWords } from '../ui/words.ts';

export interface ActivityFilter {
  readonly server: string;
  readonly caller: string;
  readonly outcome: 'all' | 'errors';
}

/** The empty name is everybody. */
export const EVERYTHING: ActivityFilter = { server: '', caller: '', outcome: 'all' };

export function isIn({ server, caller, outcome }: ActivityFilter): (row: ActivityRow) => boolean {
  return (row) =>
    (server === '' || row.server === server) &&
    (caller === '' || row.caller === caller) &&
    (outcome === 'all' || outcomeWords(row.outcome).isError);
}

/** The servers and callers that there are something of, and what is chosen. */
export function namesIn(rows: readonly ActivityRow[], of: 'server' | 'caller', chosen: string): readonly string[] {
  const names = new Set(rows.flatMap((row) => row[of] ?? []));
  if (chosen !== '') names.add(chosen);
  return [...names].sort(compareNames);
}
