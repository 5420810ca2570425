import type { Growth } from './growth.ts';

interface Series {
  readonly label: string;
  readonly mark: 'first' | 'second';
  readonly points: readonly (readonly [count: number, value: number])[];
}

interface Panel {
  readonly title: string;
  readonly under: string;
  readonly series: readonly Series[];
}

const PANEL = { width: 240, height: 170, left: 46, top: 40, right: 14, bottom: 44 } as const;

/** Small charts side by side, the count on a scale of tens; readable on light and dark pages. */
export function drawGrowth(growth: Growth): string {
  const panels = panelsOf(growth);
  const width = PANEL.width * panels.length;
  const drawn = panels.map((panel, n) => drawPanel(panel, n * PANEL.width)).join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${PANEL.height}" width="${width}" height="${PANEL.height}" role="img" aria-label="Start, memory and time of a call by the number of servers and callers">
<style>
text { font: 11px system-ui, sans-serif; fill: #57606a } .title { font-weight: 600 }
.axis { stroke: #8c959f; fill: none } .first { stroke: #0969da; fill: #0969da } .second { stroke: #bc4c00; fill: #bc4c00 }
path.first, path.second { fill: none; stroke-width: 1.5 } text.first, text.second { stroke: none }
@media (prefers-color-scheme: dark) { text { fill: #9198a1 } .first { stroke: #4493f8; fill: #4493f8 } .second { stroke: #db6d28; fill: #db6d28 } }
</style>
${drawn}</svg>
`;
}

function panelsOf({ servers, callers }: Growth): readonly Panel[] {
  const of = <T extends { readonly count: number }>(
    rows: readonly T[],
    value: (row: T) => number | undefined,
  ): Series['points'] =>
    rows.flatMap((row) => {
      const at = value(row);
      return at === undefined ? [] : [[row.count, at] as const];
    });
  return [
    {
      title: 'Start, ms',
      under: 'servers',
      series: [
        { label: 'first call', mark: 'first', points: of(servers, (row) => row.startMs) },
        { label: 'all connected', mark: 'second', points: of(servers, (row) => row.allReadyMs) },
      ],
    },
    {
      title: 'Memory, MiB',
      under: 'servers',
      series: [{ label: 'engine', mark: 'first', points: of(servers, (row) => row.memoryMiB) }],
    },
    {
      title: 'p50 of a call, ms',
      under: 'servers',
      series: [
        { label: 'lane', mark: 'first', points: of(servers, (row) => row.laneMs) },
        { label: '/mcp', mark: 'second', points: of(servers, (row) => row.allServersMs) },
      ],
    },
    {
      title: 'Calls a second',
      under: 'callers at once',
      series: [
        { label: 'lane', mark: 'first', points: of(callers, (row) => row.lanePerSecond) },
        { label: '/mcp', mark: 'second', points: of(callers, (row) => row.allServersPerSecond) },
      ],
    },
  ];
}

function drawPanel({ title, under, series }: Panel, x: number): string {
  const { width, height, left, top, right, bottom } = PANEL;
  const counts = [...new Set(series.flatMap(({ points }) => points.map(([count]) => count)))].sort((a, b) => a - b);
  const most = Math.max(...series.flatMap(({ points }) => points.map(([, value]) => value)));
  const ceiling = niceCeiling(most);
  const last = Math.log10(counts.at(-1) ?? 10) || 1;
  const toX = (count: number): number => round(x + left + (Math.log10(count) / last) * (width - left - right));
  const toY = (value: number): number => round(height - bottom - (value / ceiling) * (height - top - bottom));
  const floor = toY(0);
  const lines = series.map(({ mark, points }) => {
    const path = points.map(([count, value], n) => `${n === 0 ? 'M' : 'L'}${toX(count)} ${toY(value)}`).join(' ');
    const dots = points.map(
      ([count, value]) => `<circle class="${mark}" cx="${toX(count)}" cy="${toY(value)}" r="2"/>`,
    );
    return `<path class="${mark}" d="${path}"/>${dots.join('')}`;
  });
  const legend = series.map(
    ({ label, mark }, n) => `<text class="${mark}" x="${x + left + n * 84}" y="${top - 8}">${label}</text>`,
  );
  return `<text class="title" x="${x + left}" y="16">${title}</text>${legend.join('')}
<path class="axis" d="M${x + left} ${top} V${floor} H${x + width - right}"/>
<text x="${x + left - 4}" y="${top + 4}" text-anchor="end">${ceiling}</text><text x="${x + left - 4}" y="${floor}" text-anchor="end">0</text>
${counts.map((count) => `<text x="${toX(count)}" y="${floor + 14}" text-anchor="middle">${count}</text>`).join('')}
<text x="${x + left}" y="${height - 10}">${under}</text>
${lines.join('')}
`;
}

function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value) ?? value;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
