import type { Experiment } from './experiments.ts';
import type { Cell } from './figures.ts';
import { runTrial } from './run-trial.ts';
import type { SubjectKind } from './subject.ts';

/** Mostly they wait for tokens to expire. */
const AT_ONCE = 12;

/** Every experiment with every subject. Those of one experiment run side by side. */
export async function runAll(
  experiments: readonly Experiment[],
  kinds: readonly SubjectKind[],
  onCell: (cell: Cell) => void,
): Promise<readonly Cell[]> {
  // The long ones first, so that none is left alone at the end.
  const byLength = [...experiments].sort((one, other) => Number(one.lifeS > 600) - Number(other.lifeS > 600));
  const waiting = byLength.flatMap((experiment) => kinds.map((kind) => ({ experiment, kind })));
  const cells: Cell[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const cell = await runTrial(next.experiment, next.kind);
      cells.push(cell);
      onCell(cell);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return cells;
}
