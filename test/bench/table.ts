import type { Figure } from './figures.ts';
import type { RowFigures } from './rounds.ts';

/** Columns of equal width, numbers to the right. */
export function table(lines: readonly (readonly string[])[]): string {
  const [head = []] = lines;
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const pad = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n');
}

export function withSpread({ median, low, high }: Figure, digits: number): string {
  return `${median.toFixed(digits)} (${low.toFixed(digits)}-${high.toFixed(digits)})`;
}

export function rowsTable(rows: readonly RowFigures[]): string {
  return table([
    ['', 'p50 ms', 'x direct', 'p99 ms', 'x direct', 'calls/s', 'x direct'],
    ...rows.map((row) => [
      row.name,
      withSpread(row.p50Ms, 3),
      withSpread(row.p50Ratio, 2),
      withSpread(row.p99Ms, 2),
      withSpread(row.p99Ratio, 2),
      withSpread(row.callsPerSecond, 0),
      withSpread(row.callsRatio, 2),
    ]),
  ]);
}
