import type { ServerRow } from '../../src-preload/contract.ts';
import type { ServerState } from '../engine/model/server-state.ts';
import { type FormatTime, wordsFor } from '../engine/model/words.ts';

/** The most pressing first; a kind that is not here is one that nobody needs to know of. */
const PRESSING: readonly ServerState['kind'][] = ['locked', 'login-needed', 'stopped', 'logging-in', 'connecting'];

/** More names than this do not fit into a tooltip. */
const NAMES_LIMIT = 3;

/** Everything in one sentence: does it need me? */
export function overallSentence(rows: readonly Pick<ServerRow, 'name' | 'state'>[], time: FormatTime): string {
  if (rows.length === 0) return 'Ready for your first server';
  for (const kind of PRESSING) {
    const [first, ...others] = rows.filter(({ state }) => state.kind === kind);
    if (!first) continue;
    const { word } = wordsFor(first.state, time);
    return kind === 'locked' ? word : `${word}: ${namesOf([first, ...others])}`;
  }
  const asked = rows.filter(({ state }) => state.kind === 'waiting' && state.problem.code === 'token-rejected');
  if (asked.length > 0) return `Token rejected: ${namesOf(asked)}`;
  if (rows.every(({ state }) => state.kind === 'paused' || state.kind === 'disabled')) {
    return rows.some(({ state }) => state.kind === 'paused') ? 'Paused' : 'All servers are off';
  }
  return rows.some(({ state }) => state.kind === 'waiting') ? 'Nobody is needed' : 'All connected';
}

function namesOf(rows: readonly Pick<ServerRow, 'name'>[]): string {
  return rows.length > NAMES_LIMIT ? `${rows.length} servers` : rows.map(({ name }) => name).join(', ');
}
