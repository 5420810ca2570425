import { groupOf, needsPerson } from '../../src-main/engine/model/group.ts';
import type { Face } from '../../src-main/engine/model/overall.ts';
import type { ServerRow } from '../../src-preload/contract.ts';
import type { Link } from '../connection/link.ts';
import { texts } from '../ui/texts.ts';
import { formatTime } from '../ui/time.ts';
import { overallOf } from '../ui/words.ts';

export interface Headline {
  readonly face: Face;
  /** Does it need me? */
  readonly sentence: string;
  readonly counts: string;
}

const { headline: words } = texts;

/** The one sentence of the header, or what became of the link to the engine. */
export function headlineFor(rows: readonly ServerRow[], link: Link, isVaultLocked: boolean): Headline {
  if (link === 'used-up') {
    return { face: 'trouble', sentence: texts.link.usedUpTitle, counts: texts.link.usedUpText };
  }
  if (link === 'gone') return { face: 'trouble', sentence: texts.link.goneTitle, counts: texts.link.goneCounts };
  const { face, sentence, told } = overallOf(rows, formatTime, isVaultLocked);
  return { face, sentence, counts: rows.length === 0 ? words.emptyCounts : countsOf(rows, told) };
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
