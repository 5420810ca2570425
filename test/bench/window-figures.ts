import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { manyServers, snapshotOf } from '../window/pictures.ts';
import { openStage, type ShownWindow, type WindowStage } from '../window/shown-window.ts';
import { type Figure, figureOf } from './figures.ts';

const SERVERS = 60;
const EVENTS_A_SECOND = 50;
const FRAME_MS = 1000 / 60;

export interface WindowFigures {
  /** From the request for the page to a list of 60 servers whose buttons work, in ms. */
  readonly usableMs: Figure;
  readonly bestMs: number;
  /** Gzipped, in KB: what the first picture needs, and everything. */
  readonly firstKB: number;
  readonly allKB: number;
  /** Work of the page's main thread in each 60th of a second while 50 events a second come, traced by Chromium, in ms. */
  readonly frames: { readonly count: number; readonly p50: number; readonly p99: number; readonly longest: number };
}

/** What the window costs: the built page behind the real window server, in a real Chromium. */
export async function measureWindow({ times, traceMs }: { times: number; traceMs: number }): Promise<WindowFigures> {
  const stage = await openStage();
  try {
    const usableMs: number[] = [];
    for (let n = 0; n < times; n += 1) usableMs.push(await measureOpening(stage));
    const { firstKB, allKB } = await measureBundle(stage);
    return {
      usableMs: figureOf(usableMs),
      bestMs: Math.min(...usableMs),
      firstKB,
      allKB,
      frames: await measureFrames(stage, traceMs),
    };
  } finally {
    await stage.close();
  }
}

async function measureOpening(stage: WindowStage): Promise<number> {
  const shown = await stage.show(snapshotOf(manyServers(Date.now(), SERVERS)));
  try {
    await shown.page.locator(`[data-server="server-${SERVERS}"]`).waitFor();
    // The page's own clock: it begins when the page is asked for.
    return await shown.page.evaluate(
      () => performance.getEntriesByName('gatehouse-usable')[0]?.startTime ?? Number.NaN,
    );
  } finally {
    await shown.close();
  }
}

/** What the page itself names is asked for at once; everything else comes later. */
async function measureBundle({ rendererDir }: WindowStage): Promise<Pick<WindowFigures, 'firstKB' | 'allKB'>> {
  const page = await readFile(join(rendererDir, 'index.html'), 'utf8');
  const first = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
  const assets = join(rendererDir, 'assets');
  let firstKB = 0;
  let allKB = 0;
  for (const name of await readdir(assets)) {
    const size = gzipSync(await readFile(join(assets, name)), { level: 9 }).length / 1000;
    allKB += size;
    if (first.some((path) => path.endsWith(`/${name}`))) firstKB += size;
  }
  return { firstKB, allKB };
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly dur?: number;
  /** Of the processor, where the system tells it. */
  readonly tdur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly args?: { readonly name?: string };
}

async function measureFrames(stage: WindowStage, traceMs: number): Promise<WindowFigures['frames']> {
  const shown = await stage.show(snapshotOf(manyServers(Date.now(), SERVERS)));
  try {
    await shown.page.getByRole('button', { name: 'server-01, details', exact: true }).click();
    await shown.page.getByRole('slider').waitFor();
    const events = await traced(shown, traceMs);
    return framesIn(events);
  } finally {
    await shown.close();
  }
}

async function traced({ page, engine }: ShownWindow, traceMs: number): Promise<readonly TraceEvent[]> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  const complete = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'disabled-by-default-devtools.timeline', '__metadata'] },
  });
  let event = 0;
  const timer = setInterval(() => {
    const name = `server-${String((event % SERVERS) + 1).padStart(2, '0')}`;
    event += 1;
    engine.shows({ ...engine.row(name), calls: event, lastCallAt: Date.now() });
  }, 1000 / EVENTS_A_SECOND);
  await new Promise((resolve) => setTimeout(resolve, traceMs));
  clearInterval(timer);
  await session.send('Tracing.end');
  await complete;
  return events;
}

/** The busiest renderer's main thread is the page's; its tasks are laid into windows of one frame each. */
function framesIn(events: readonly TraceEvent[]): WindowFigures['frames'] {
  const mains = events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain');
  const perThread = mains.map(({ pid, tid }) =>
    events.filter(
      (event) =>
        event.pid === pid &&
        event.tid === tid &&
        event.ph === 'X' &&
        (event.name === 'RunTask' || event.name === 'ThreadControllerImpl::RunTask'),
    ),
  );
  const tasks = perThread.sort((a, b) => totalOf(b) - totalOf(a))[0] ?? [];
  const from = Math.min(...tasks.map(({ ts }) => ts));
  const work = new Map<number, number>();
  for (const { ts, dur = 0, tdur = dur } of tasks) {
    const frame = Math.floor((ts - from) / 1000 / FRAME_MS);
    // The processor's time: what other programs take of it is no work of the page.
    work.set(frame, (work.get(frame) ?? 0) + tdur / 1000);
  }
  const sorted = [...work.values()].sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), longest: at(1) };
}

function totalOf(tasks: readonly TraceEvent[]): number {
  return tasks.reduce((sum, { dur = 0 }) => sum + dur, 0);
}

export function tellWindow({ usableMs, bestMs, firstKB, allKB, frames }: WindowFigures): string {
  return [
    'The window with 60 servers, in Chromium',
    `  usable after ${usableMs.median.toFixed(0)} ms, at best ${bestMs.toFixed(0)} (target 300)`,
    `  ${firstKB.toFixed(0)} KB gzipped for the first picture (target 200), ${allKB.toFixed(0)} KB with everything that comes later`,
    `  ${EVENTS_A_SECOND} events a second, the day of a server open: ${frames.p50.toFixed(1)} ms of work a frame, p99 ${frames.p99.toFixed(1)}, longest ${frames.longest.toFixed(1)} (${frames.count} frames; target 16)`,
  ].join('\n');
}
