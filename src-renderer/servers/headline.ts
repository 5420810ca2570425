import { wordsFor } from '../../src-main/engine/model/words.ts';
import type { ServerRow } from '../../src-preload/contract.ts';
import type { Link } from '../connection/link.ts';
import type { GateFace } from '../ui/gate-icon.tsx';
import { texts } from '../ui/texts.ts';
import { formatTime } from '../ui/time.ts';
import { groupOf, needsPerson } from './group.ts';

export interface Headline {
  readonly face: GateFace;
  /** Does it need me? */
  readonly sentence: string;
  readonly counts: string;
}

const { headline: words } = texts;

/** The one sentence of the header, the most pressing thing first. */
export function headlineFor(rows: readonly ServerRow[], link: Link, isVaultLocked: boolean): Headline {
  if (link === 'used-up') {
    return { face: 'trouble', sentence: texts.link.usedUpTitle, counts: texts.link.usedUpText };
  }
  const counts = countsOf(rows);
  if (link === 'gone') return { face: 'trouble', sentence: texts.link.goneTitle, counts: texts.link.goneCounts };
  if (rows.length === 0) return { face: 'well', sentence: words.empty, counts: words.emptyCounts };
  const of = (wanted: (row: ServerRow) => boolean): readonly ServerRow[] => rows.filter(wanted);
  if (isVaultLocked || of((row) => row.state.kind === 'locked').length > 0) {
    return { face: 'trouble', sentence: words.keychainLocked, counts };
  }
  const needed = of((row) => row.state.kind === 'login-needed');
  if (needed.length > 0) {
    return { face: 'need', sentence: words.signInNeeded(namesOf(needed)), counts: countsOf(rows, needed) };
  }
  const turn = of((row) => needsPerson(row.state));
  const first = turn[0];
  if (first) {
    const word = wordsFor(first.state, formatTime).word;
    const same = of((row) => needsPerson(row.state) && wordsFor(row.state, formatTime).word === word);
    const isStopped = first.state.kind === 'stopped';
    return {
      face: isStopped ? 'trouble' : 'need',
      sentence: `${word}: ${namesOf(same)}`,
      counts: countsOf(rows, same),
    };
  }
  const signingIn = of((row) => row.state.kind === 'logging-in');
  if (signingIn.length > 0) return { face: 'working', sentence: words.signingIn(namesOf(signingIn)), counts };
  if (rows.every((row) => groupOf(row.state) === 'off')) {
    const isPaused = of((row) => row.state.kind === 'paused').length > 0;
    return { face: 'paused', sentence: isPaused ? words.paused : words.allOff, counts };
  }
  if (of((row) => row.state.kind === 'waiting').length > 0)
    return { face: 'well', sentence: words.backByItself, counts };
  if (of((row) => row.state.kind === 'connecting').length > 0) {
    return { face: 'working', sentence: words.connecting, counts };
  }
  return { face: 'well', sentence: words.allConnected, counts };
}

function namesOf(rows: readonly ServerRow[]): string {
  return rows.length > 3 ? words.servers(rows.length) : rows.map((row) => row.name).join(', ');
}

/** Those that the sentence does not name already. */
function countsOf(rows: readonly ServerRow[], told: readonly ServerRow[] = []): string {
  const count = (wanted: (row: ServerRow) => boolean): number => rows.filter(wanted).length;
  const parts: [number, (count: number) => string][] = [
    [count((row) => needsPerson(row.state) && !told.includes(row)), told.length > 0 ? words.moreNeeded : words.needed],
    [count((row) => groupOf(row.state) === 'connected'), words.connected],
    [count((row) => row.state.kind === 'logging-in'), words.signingInCount],
    [count((row) => row.state.kind === 'locked'), words.waitsForKeychain],
    [count((row) => groupOf(row.state) === 'comes-back'), words.comesBack],
    [count((row) => row.state.kind === 'paused'), words.pausedCount],
    [count((row) => row.state.kind === 'disabled'), words.disabled],
  ];
  return parts
    .filter(([number]) => number > 0)
    .map(([number, say]) => say(number))
    .join(', ');
}
