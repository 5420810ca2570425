import { groupOf, needsPerson } from './group.ts';
import type { ServerName } from './ids.ts';
import type { ServerState } from './server-state.ts';
import { type FormatTime, wordsFor } from './words.ts';

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
): Overall<Row> {
  const say = (face: Face, sentence: string, told: readonly Row[] = []): Overall<Row> => ({ face, sentence, told });
  const of = (kind: ServerState['kind']): readonly Row[] => rows.filter((row) => row.state.kind === kind);
  const wordOf = (row: Row): string => wordsFor(row.state, time).word;

  if (rows.length === 0) return say('well', 'Ready for your first server');
  if (isVaultLocked || of('locked').length > 0) return say('trouble', 'Keychain locked');
  const turn = rows.filter((row) => needsPerson(row.state));
  const first = of('login-needed')[0] ?? turn[0];
  if (first) {
    const same = turn.filter((row) => wordOf(row) === wordOf(first));
    return say(first.state.kind === 'stopped' ? 'trouble' : 'need', `${wordOf(first)}: ${namesOf(same)}`, same);
  }
  const signingIn = of('logging-in');
  if (signingIn.length > 0) return say('working', `Signing in: ${namesOf(signingIn)}`);
  if (rows.every((row) => groupOf(row.state) === 'off')) {
    return say('paused', of('paused').length > 0 ? 'Paused' : 'All servers are off');
  }
  if (of('waiting').length > 0) return say('well', 'Nobody is needed');
  if (of('connecting').length > 0) return say('working', 'Connecting');
  return say('well', 'All connected');
}

function namesOf(rows: readonly Named[]): string {
  return rows.length > NAMES_LIMIT ? `${rows.length} servers` : rows.map((row) => row.name).join(', ');
}
