import { groupOf, needsPerson } from './group.ts';
import type { ServerName } from './ids.ts';
import type { ServerState } from './server-state.ts';
import { ENGLISH_STATES, type FormatTime, type StateWording, wordsFor } from './words.ts';

/** What is said of everything at once, in one language. */
export interface OverallWording {
  readonly noServer: string;
  /** "Sign in needed: github, notion" */
  namely(word: string, names: string): string;
  servers(count: number): string;
  readonly allOff: string;
  readonly nobodyNeeded: string;
  readonly allConnected: string;
}

export const ENGLISH_OVERALL: OverallWording = {
  noServer: 'Ready for your first server',
  namely: (word, names) => `${word}: ${names}`,
  servers: (count) => `${count} servers`,
  allOff: 'All servers are off',
  nobodyNeeded: 'Nobody is needed',
  allConnected: 'All connected',
};

/** The five faces of the gate, in the tray and in the window. */
export type Face = 'well' | 'working' | 'need' | 'trouble' | 'paused';

export interface Overall<Row> {
  readonly face: Face;
  /** Does it need me? */
  readonly sentence: string;
  /** The rows that the sentence names. */
  readonly told: readonly Row[];
}

interface Named {
  readonly name: ServerName;
  readonly state: ServerState;
}

/** More names than this do not fit into a headline or a tooltip. */
const NAMES_LIMIT = 3;

/** Everything in one sentence, the most pressing thing first: the same in tray and window. */
export function overallOf<Row extends Named>(
  rows: readonly Row[],
  time: FormatTime,
  isVaultLocked = false,
  wording: OverallWording & StateWording = { ...ENGLISH_STATES, ...ENGLISH_OVERALL },
): Overall<Row> {
  const say = (face: Face, sentence: string, told: readonly Row[] = []): Overall<Row> => ({ face, sentence, told });
  const of = (kind: ServerState['kind']): readonly Row[] => rows.filter((row) => row.state.kind === kind);
  const wordOf = (row: Row): string => wordsFor(row.state, time, wording).word;
  const { states } = wording;
  const namely = (word: string, named: readonly Row[]): string => wording.namely(word, namesOf(named, wording));

  if (rows.length === 0) return say('well', wording.noServer);
  if (isVaultLocked || of('locked').length > 0) return say('trouble', states.locked);
  const turn = rows.filter((row) => needsPerson(row.state));
  const first = of('login-needed')[0] ?? turn[0];
  if (first) {
    const same = turn.filter((row) => wordOf(row) === wordOf(first));
    return say(first.state.kind === 'stopped' ? 'trouble' : 'need', namely(wordOf(first), same), same);
  }
  const signingIn = of('logging-in');
  if (signingIn.length > 0) return say('working', namely(states['signing-in'], signingIn));
  if (rows.every((row) => groupOf(row.state) === 'off')) {
    return say('paused', of('paused').length > 0 ? states.paused : wording.allOff);
  }
  if (of('waiting').length > 0) return say('well', wording.nobodyNeeded);
  if (of('connecting').length > 0) return say('working', states.connecting);
  return say('well', wording.allConnected);
}

function namesOf(rows: readonly Named[], { servers }: OverallWording): string {
  return rows.length > NAMES_LIMIT ? servers(rows.length) : rows.map((row) => row.name).join(', ');
}
