import { type BenchCaller, callFor, throughputFor } from './bench-caller.ts';
import { type Figure, figureOf, quantile, ratioOf } from './figures.ts';
import { LONGER } from './messages.ts';

export interface Row {
  readonly name: string;
  /** Begins a session; the caller may hold so many connections. */
  readonly open: (connections: number) => Promise<BenchCaller>;
}

export interface RoundPlan {
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly latencyMs: number;
  readonly throughputMs: number;
  /** So many calls at a time; each gives a column. */
  readonly concurrent: readonly number[];
  /** Rounds of longer messages and of sessions begun. */
  readonly fewRounds: number;
}

/** Medians of the rounds; `ratio` against the first row, round by round. */
export interface Compared {
  readonly value: Figure;
  readonly ratio: Figure;
}

export interface RowFigures {
  readonly name: string;
  readonly p50Ms: Compared;
  readonly p99Ms: Compared;
  /** Calls a second by how many there are at a time. */
  readonly callsPerSecond: Readonly<Record<string, Compared>>;
  /** p50 of calls with longer messages both ways. */
  readonly longerMs: Readonly<Record<string, Compared>>;
  /** From nothing to the answer of the first call of a new session. */
  readonly connectMs: Compared;
}

/** What was measured of a row, by column, round after round. */
type Measures = Map<string, number[]>;

interface Measured {
  readonly row: Row;
  readonly caller: BenchCaller;
  readonly measures: Measures;
}

/** Row after row, round after round: what else the machine does meanwhile hits all rows alike. */
export async function measureRows(rows: readonly Row[], plan: RoundPlan): Promise<RowFigures[]> {
  const most = Math.max(...plan.concurrent);
  const measured: Measured[] = [];
  for (const row of rows) {
    const caller = await row.open(most);
    await caller.call();
    measured.push({ row, caller, measures: new Map() });
  }
  for (const { caller } of measured) {
    for (const concurrent of plan.concurrent) await throughputFor(caller, plan.warmUpMs / 4, concurrent);
    await callFor(caller, plan.warmUpMs / 4);
  }
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const { caller, measures } of measured) {
      const took = await callFor(caller, plan.latencyMs);
      note(measures, 'p50', quantile(took, 0.5));
      note(measures, 'p99', quantile(took, 0.99));
      for (const concurrent of plan.concurrent) {
        note(measures, callsAt(concurrent), await throughputFor(caller, plan.throughputMs, concurrent));
      }
    }
  }
  for (let round = 0; round < plan.fewRounds; round += 1) {
    for (const { row, caller, measures } of measured) {
      for (const [size, text] of Object.entries(LONGER)) {
        note(measures, size, quantile(await callFor(caller, plan.latencyMs, text), 0.5));
      }
      note(measures, 'connect', await timeConnect(row));
    }
  }
  for (const { caller } of measured) await caller.close();
  return compare(measured, plan);
}

const callsAt = (concurrent: number): string => `calls at ${concurrent}`;

function note(measures: Measures, column: string, value: number): void {
  measures.set(column, [...(measures.get(column) ?? []), value]);
}

async function timeConnect({ open }: Row): Promise<number> {
  const begun = performance.now();
  const caller = await open(1);
  await caller.call();
  const tookMs = performance.now() - begun;
  await caller.close();
  return tookMs;
}

function compare(measured: readonly Measured[], plan: RoundPlan): RowFigures[] {
  const [direct] = measured;
  return measured.map(({ row, measures }) => {
    const of = (column: string): Compared => {
      const values = measures.get(column) ?? [];
      return { value: figureOf(values), ratio: ratioOf(values, direct?.measures.get(column) ?? []) };
    };
    return {
      name: row.name,
      p50Ms: of('p50'),
      p99Ms: of('p99'),
      callsPerSecond: Object.fromEntries(plan.concurrent.map((concurrent) => [concurrent, of(callsAt(concurrent))])),
      longerMs: Object.fromEntries(Object.keys(LONGER).map((size) => [size, of(size)])),
      connectMs: of('connect'),
    };
  });
}
