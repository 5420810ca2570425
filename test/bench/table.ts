import type { Figure } from './figures.ts';
import type { Compared, RowFigures } from './rounds.ts';

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

const ratioOf = ({ ratio }: Compared): string => withSpread(ratio, 2);
const medianOf = ({ value }: Compared, digits: number): string => value.median.toFixed(digits);

/** How long a call takes, and how many there are a second, each beside its ratio to the first row. */
export function rowsTable(rows: readonly RowFigures[]): string {
  const concurrent = Object.keys(rows[0]?.callsPerSecond ?? {});
  return table([
    [
      '',
      'p50 ms',
      'x direct',
      'p99 ms',
      'x direct',
      ...concurrent.flatMap((n) => [`calls/s, ${n} at once`, 'x direct']),
    ],
    ...rows.map(({ name, p50Ms, p99Ms, callsPerSecond }) => [
      name,
      medianOf(p50Ms, 3),
      ratioOf(p50Ms),
      medianOf(p99Ms, 2),
      ratioOf(p99Ms),
      ...Object.values(callsPerSecond).flatMap((calls) => [medianOf(calls, 0), ratioOf(calls)]),
    ]),
  ]);
}

/** Longer messages, and how long a new session takes to its first answer. */
export function sessionsTable(rows: readonly RowFigures[]): string {
  const sizes = Object.keys(rows[0]?.longerMs ?? {});
  return table([
    ['', ...sizes.flatMap((size) => [`p50 ms, ${size}`, 'x direct']), 'connect ms', 'x direct'],
    ...rows.map(({ name, longerMs, connectMs }) => [
      name,
      ...Object.values(longerMs).flatMap((figure) => [medianOf(figure, 2), ratioOf(figure)]),
      medianOf(connectMs, 1),
      ratioOf(connectMs),
    ]),
  ]);
}
