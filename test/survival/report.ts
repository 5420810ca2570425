import type { Experiment } from './experiments.ts';
import type { Cell } from './figures.ts';
import type { SubjectKind } from './subject.ts';
import { RULE } from './verdict.ts';

/** What one trial showed, in one line. */
export function lineOf({ verdict, figures, trouble }: Cell): string {
  if (figures === undefined) return trouble === undefined ? verdict : `${verdict}: ${trouble.slice(0, 200)}`;
  const { pages, signIns, refreshes, refreshAttempts, failed, calls, worstWaitMs, inRetryAfter } = figures;
  const said = [
    plural(pages, 'page'),
    ...(signIns > 0 ? [plural(signIns, 'sign-in')] : []),
    `${refreshes}/${refreshAttempts} refreshes`,
    `${failed} of ${calls} calls failed`,
    ...(inRetryAfter === undefined ? [] : [`${inRetryAfter} requests too early`]),
    `worst wait ${(worstWaitMs / 1000).toFixed(1)} s`,
    ...(figures.failedNeedlessly > 0 ? [`needless failure "${figures.firstFailure ?? ''}"`] : []),
  ];
  return `${verdict}: ${said.join(', ')}`;
}

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const clearText = (kind: SubjectKind, cells: readonly Cell[]): string => {
  const found = cells.filter(({ subject }) => subject === kind.id).map(({ figures }) => figures?.inClearText ?? 0);
  return found.some((count) => count > 0)
    ? `yes, in ${found.filter((count) => count > 0).length} of ${found.length}`
    : 'none';
};

const sumOf = (kind: SubjectKind, cells: readonly Cell[]): string => {
  const own = cells.filter(({ subject }) => subject === kind.id);
  const count = (fits: (verdict: string) => boolean): number => own.filter(({ verdict }) => fits(verdict)).length;
  return `kept ${count((verdict) => verdict === 'kept')}, kept with trouble ${count((verdict) => verdict.startsWith('kept,'))}, lost ${count((verdict) => verdict === 'lost')}, of ${own.length}`;
};

function rowsOf(experiments: readonly Experiment[], kinds: readonly SubjectKind[], cells: readonly Cell[]) {
  const lines = experiments.map(({ id, title }) => ({
    title,
    seen: kinds.map((kind) => {
      const cell = cells.find(({ experiment, subject }) => experiment === id && subject === kind.id);
      return cell === undefined ? 'not run' : lineOf(cell);
    }),
  }));
  return [
    ...lines,
    { title: '28: tokens or codes in clear text in its folder', seen: kinds.map((kind) => clearText(kind, cells)) },
    { title: 'sum', seen: kinds.map((kind) => sumOf(kind, cells)) },
  ];
}

export function terminalTable(
  experiments: readonly Experiment[],
  kinds: readonly SubjectKind[],
  cells: readonly Cell[],
): string {
  const width = Math.max(...kinds.map(({ title }) => title.length));
  const rows = rowsOf(experiments, kinds, cells).map(({ title, seen }) =>
    [title, ...seen.map((text, index) => `    ${kinds[index]?.title.padEnd(width)}  ${text}`)].join('\n'),
  );
  return [...rows, '', ...RULE].join('\n');
}

export function markdownTable(
  experiments: readonly Experiment[],
  kinds: readonly SubjectKind[],
  cells: readonly Cell[],
): string {
  const bold = (text: string): string => text.replace(/^[^:]+/, (verdict) => `**${verdict}**`);
  const rows = rowsOf(experiments, kinds, cells).map(
    ({ title, seen }) => `| ${title} | ${seen.map(bold).join(' | ')} |`,
  );
  const head = `| fault | ${kinds.map(({ title }) => title).join(' | ')} |`;
  return [head, `|---|${kinds.map(() => '---|').join('')}`, ...rows, '', ...RULE.map((line) => `- ${line}`)].join('\n');
}
