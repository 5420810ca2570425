import type { LogLine } from './built-gatehouse.ts';

/** What the run must show, in its order. The numbers are those of the stories and of the checklist. */
export const ROWS = {
  'sign-in': '2 D1 R2 F6: signed in by clicks, the row says Connected within 1 s',
  keychain: '27: the login lies in the keychain, and the window says so',
  calls: 'O1 12: a call each second for more than three lifetimes, all answered, no 401 at the server',
  refreshes: '12 T2: one refresh for each 75 to 80 % of a life, counted at the authorization server',
  'no-page': 'O3: no page is opened by any renewal',
  'second-engine': '23: a second engine on the same data folder ends with exit code 7 and says why',
  restarted: '27 O1: stopped and started, the first call is answered, no page is opened',
  'taken-over': '13: killed, and the next start works at once',
  killed: 'O1 18: killed, expired meanwhile, started: one refresh, the first call is answered, no page is opened',
  'fifty-reconnects': 'O2: fifty reconnects at once: one flow, one page, and all end with its result',
  'fifty-waiters': 'O2: all who wait log the correlation id of the one flow',
  'invalid-grant': '15: invalid_grant: one refresh, one sign-in asked, no page, no loop, the other server untouched',
  healed: '7: signing in again by a click heals it',
  correlation: 'O2: every line of a flow and of a refresh bears its correlation id',
  secrets: '42 T1: no secret in log, data folder, command lines, environment, window, standard output',
} as const;

export type RowId = keyof typeof ROWS;

export interface Row {
  readonly id: RowId;
  readonly expected: string;
  readonly seen: string;
  readonly ok: boolean;
  /** Lines of the log that prove it. */
  readonly proof: readonly LogLine[];
}

/** Everything that was to be seen, and which part of it differs. */
export function row(
  id: RowId,
  facts: readonly (readonly [expected: string, seen: string, ok: boolean])[],
  proof: readonly LogLine[] = [],
): Row {
  const ok = facts.every(([, , isOk]) => isOk);
  const seen = facts.map(([, text, isOk]) => (isOk ? text : `${text} (!)`)).join(', ');
  return { id, expected: facts.map(([text]) => text).join(', '), seen, ok, proof };
}

/** A fact that is an equal number or word. */
export function same<T extends string | number>(
  what: string,
  expected: T,
  seen: T,
): readonly [string, string, boolean] {
  return [`${expected} ${what}`, `${seen} ${what}`, expected === seen];
}

export function tableOf(rows: readonly Row[]): string {
  const lines = (Object.keys(ROWS) as RowId[]).map((id) => {
    const found = rows.find((candidate) => candidate.id === id);
    return found
      ? [ROWS[id], found.expected, found.seen, found.ok ? 'ok' : 'NOT OK']
      : [ROWS[id], '', 'not reached', 'NOT OK'];
  });
  return lines
    .map(
      ([what, expected, seen, ok]) =>
        `${ok?.padEnd(6)}  ${what}\n          expected  ${expected}\n          seen      ${seen}`,
    )
    .join('\n');
}

export function proofOf(rows: readonly Row[]): string {
  return rows
    .filter(({ proof }) => proof.length > 0)
    .map(({ id, proof }) => [ROWS[id], ...proof.map((line) => `  ${JSON.stringify(line)}`)].join('\n'))
    .join('\n');
}

export function isAllOk(rows: readonly Row[]): boolean {
  return rows.length === Object.keys(ROWS).length && rows.every(({ ok }) => ok);
}
