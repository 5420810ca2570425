import * as outcomes from '../../src-main/engine/model/outcome-words.ts';
import * as all from '../../src-main/engine/model/overall.ts';
import type { Problem } from '../../src-main/engine/model/problem.ts';
import type { ServerState } from '../../src-main/engine/model/server-state.ts';
import type { SpanKind } from '../../src-main/engine/model/timeline.ts';
import * as timeline from '../../src-main/engine/model/timeline-words.ts';
import { english, type Wording } from '../../src-main/engine/model/wording.ts';
import * as states from '../../src-main/engine/model/words.ts';

/** The model's words in the language in force. Nothing else of the window takes words from the model. */
let wording: Wording = english;

export function putWording(next: Wording): void {
  wording = next;
}

export const actionLabel = (action: states.Action): string => wording.actions[action];
export const stateWord = (kind: SpanKind): string => wording.states[kind];
export const sentenceFor = (problem: Problem): string => wording.problem(problem);

export function wordsFor(state: ServerState, time: states.FormatTime): states.Words {
  return states.wordsFor(state, time, wording);
}

export function spanWords(span: Parameters<typeof timeline.spanWords>[0]): string {
  return timeline.spanWords(span, wording);
}

export function pointWords(point: Parameters<typeof timeline.pointWords>[0]): string {
  return timeline.pointWords(point, wording);
}

export function outcomeWords(outcome: string): outcomes.OutcomeWords {
  return outcomes.outcomeWords(outcome, wording);
}

export function overallOf<Row extends Parameters<typeof all.overallOf>[0][number]>(
  rows: readonly Row[],
  time: states.FormatTime,
  isVaultLocked: boolean,
): all.Overall<Row> {
  return all.overallOf(rows, time, isVaultLocked, wording);
}
