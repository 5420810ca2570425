/** The value below which this share (0 to 1) of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

/** Median of the rounds, and between which values the middle half of them lies. */
export interface Figure {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly rounds: number;
}

export function figureOf(values: readonly number[]): Figure {
  return {
    median: quantile(values, 0.5),
    low: quantile(values, 0.25),
    high: quantile(values, 0.75),
    rounds: values.length,
  };
}

/** Round by round against the direct connection of the same round, so that the machine's moods cancel out. */
export function ratioOf(values: readonly number[], direct: readonly number[]): Figure {
  return figureOf(values.map((value, round) => value / (direct[round] ?? Number.NaN)));
}
