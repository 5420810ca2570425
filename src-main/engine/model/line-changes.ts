/** One line of a difference: taken away, added, unchanged beside one of these, or a gap in what is unchanged. */
export interface ChangedLine {
  readonly mark: '-' | '+' | ' ' | '~';
  readonly text: string;
}

/** Unchanged lines that are shown beside a change. */
const BESIDE = 2;

/** Past this product of lengths a text counts as replaced: nobody reads such a difference line by line. */
const COMPARED_AT_MOST = 1_000_000;

/**
 * What became of a text, line by line (longest common subsequence).
 *
 * @param isHeading a line under which others stand: the one above a change is shown too
 */
export function lineChanges(
  before: string,
  after: string,
  isHeading: (line: string) => boolean = () => false,
): readonly ChangedLine[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let same = 0;
  while (same < a.length - start && same < b.length - start && a.at(-1 - same) === b.at(-1 - same)) same += 1;
  const unchanged = (lines: readonly string[]) => lines.map((text): ChangedLine => ({ mark: ' ', text }));
  const all = [
    ...unchanged(a.slice(0, start)),
    ...compared(a.slice(start, a.length - same), b.slice(start, b.length - same)),
    ...unchanged(a.slice(a.length - same)),
  ];
  return withoutFarLines(all, isHeading);
}

function compared(a: readonly string[], b: readonly string[]): readonly ChangedLine[] {
  const marked = (mark: '-' | '+', lines: readonly string[]) => lines.map((text): ChangedLine => ({ mark, text }));
  if (a.length * b.length > COMPARED_AT_MOST) return [...marked('-', a), ...marked('+', b)];
  // Length of the longest common subsequence of what is left from here on.
  const lengths = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    const row = lengths[i] ?? [];
    for (let j = b.length - 1; j >= 0; j -= 1) {
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: ChangedLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const text = a[i] ?? '';
    if (text === b[j]) {
      lines.push({ mark: ' ', text });
      i += 1;
      j += 1;
    } else if (at(i + 1, j) >= at(i, j + 1)) {
      lines.push({ mark: '-', text });
      i += 1;
    } else {
      lines.push({ mark: '+', text: b[j] ?? '' });
      j += 1;
    }
  }
  return [...lines, ...marked('-', a.slice(i)), ...marked('+', b.slice(j))];
}

function withoutFarLines(lines: readonly ChangedLine[], isHeading: (line: string) => boolean): readonly ChangedLine[] {
  const near = new Set<number>();
  let heading: number | undefined;
  lines.forEach(({ mark, text }, index) => {
    if (isHeading(text)) heading = index;
    if (mark === ' ') return;
    for (let by = -BESIDE; by <= BESIDE; by += 1) near.add(index + by);
    if (heading !== undefined) near.add(heading);
  });
  return lines.flatMap((line, index) => {
    if (near.has(index)) return [line];
    return near.has(index - 1) || index === 0 ? [{ mark: '~' as const, text: '' }] : [];
  });
}
