import { Caller, type Target } from './caller.ts';
import { type Figure, figureOf, quantile, ratioOf } from './figures.ts';

export interface Row {
  readonly name: string;
  readonly target: Target;
}

export interface RoundPlan {
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly latencyMs: number;
  readonly throughputMs: number;
  readonly concurrent: number;
}

export interface RowFigures {
  readonly name: string;
  readonly p50Ms: Figure;
  readonly p99Ms: Figure;
  readonly callsPerSecond: Figure;
  /** Against the first row, round by round. */
  readonly p50Ratio: Figure;
  readonly p99Ratio: Figure;
  readonly callsRatio: Figure;
}

interface Measured {
  readonly name: string;
  readonly one: Caller;
  readonly many: Caller;
  readonly p50: number[];
  readonly p99: number[];
  readonly calls: number[];
}

/** Row after row, round after round: what else the machine does meanwhile hits all rows alike. */
export async function measureRows(rows: readonly Row[], plan: RoundPlan): Promise<RowFigures[]> {
  const measured: Measured[] = [];
  for (const { name, target } of rows) {
    const one = new Caller(target, 1);
    const many = new Caller(target, plan.concurrent);
    many.continueSession(await one.initialize());
    await one.call();
    measured.push({ name, one, many, p50: [], p99: [], calls: [] });
  }
  for (const { one, many } of measured) {
    await many.throughputFor(plan.warmUpMs, plan.concurrent);
    await one.callFor(plan.warmUpMs / 4);
  }
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const { one, many, p50, p99, calls } of measured) {
      const took = await one.callFor(plan.latencyMs);
      p50.push(quantile(took, 0.5));
      p99.push(quantile(took, 0.99));
      calls.push(await many.throughputFor(plan.throughputMs, plan.concurrent));
    }
  }
  for (const { one, many } of measured) await Promise.all([one.close(), many.close()]);
  const [direct] = measured;
  if (!direct) return [];
  return measured.map(({ name, p50, p99, calls }) => ({
    name,
    p50Ms: figureOf(p50),
    p99Ms: figureOf(p99),
    callsPerSecond: figureOf(calls),
    p50Ratio: ratioOf(p50, direct.p50),
    p99Ratio: ratioOf(p99, direct.p99),
    callsRatio: ratioOf(calls, direct.calls),
  }));
}
