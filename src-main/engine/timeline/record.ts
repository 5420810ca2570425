import type { EpochMs, ServerName } from '../model/ids.ts';
import type { History, Point, Span, Timeline } from '../model/timeline.ts';

export const SHOWN_MS = 24 * 3_600_000;
/** More than anybody reads, and few enough that sixty flapping servers stay below 2 MB. */
export const MAX_SPANS = 200;
export const MAX_POINTS = 200;
/** A look that found its answer within this time is not worth a span of its own. */
const BRIEF_LOOK_MS = 2000;

export const EMPTY_TIMELINE: Timeline = { spans: [], points: [] };

/** The state changed. A time before the last one (the clock was slewed) counts as the last one. */
export function enter(timeline: Timeline, entered: Span): Timeline {
  const last = timeline.spans.at(-1);
  if (!last) return { ...timeline, spans: [entered] };
  const before = timeline.spans.slice(0, -1);
  const span = { ...entered, from: Math.max(entered.from, last.from) };
  if (last.kind === span.kind) {
    // The same word goes on; its newest reason counts.
    if (last.why === span.why) return timeline;
    const { why: _old, ...rest } = last;
    return { ...timeline, spans: [...before, span.why === undefined ? rest : { ...rest, why: span.why }] };
  }
  const wasBrief = span.from === last.from || (last.kind === 'connecting' && span.from - last.from < BRIEF_LOOK_MS);
  if (wasBrief) return enter({ ...timeline, spans: before }, { ...span, from: last.from });
  return { ...timeline, spans: [...timeline.spans, span] };
}

export function addPoint(timeline: Timeline, point: Point): Timeline {
  const earliest = timeline.points.at(-1)?.until ?? point.at;
  const at = Math.max(point.at, earliest);
  return { ...timeline, points: [...timeline.points, { ...point, at, until: Math.max(point.until, at) }] };
}

/** Nobody looked between the two times: whatever seems to have been then is a gap, and the present state goes on after. */
export function insertGap(timeline: Timeline, kind: 'asleep' | 'not-running', from: EpochMs, until: EpochMs): Timeline {
  const present = timeline.spans.at(-1);
  if (!present || until <= from) return timeline;
  const before = timeline.spans.filter((span) => span.from < from);
  const first = timeline.spans[0]?.from ?? from;
  if (first >= until) return timeline;
  const { brief: _counted, ...state } = present;
  const withGap = enter({ ...timeline, spans: before }, { kind, from: Math.max(from, first) });
  return enter(withGap, { ...state, from: Math.max(until, before.at(-1)?.from ?? until) });
}

/** The wall clock was set: what is as long ago as before stays as long ago. */
export function shift(timeline: Timeline, byMs: number): Timeline {
  return {
    spans: timeline.spans.map((span) => ({ ...span, from: span.from + byMs })),
    points: timeline.points.map((point) => ({ ...point, at: point.at + byMs, until: point.until + byMs })),
  };
}

/** Forgets what is older than 24 hours, and merges what is more than the limits. */
export function bound(timeline: Timeline, now: EpochMs): Timeline {
  const since = now - SHOWN_MS;
  const isOver = ({ from }: Span): boolean => from <= since;
  let spans = timeline.spans.filter((_, index) => {
    const next = timeline.spans[index + 1];
    return !next || !isOver(next);
  });
  let points = timeline.points.filter((point) => point.until >= since);
  while (spans.length > MAX_SPANS) spans = withoutShortest(spans);
  while (points.length > MAX_POINTS) points = withNearestMerged(points);
  return { spans, points };
}

/** What is shown of it: the last 24 hours, each span with its end. */
export function historyOf(name: ServerName, timeline: Timeline, now: EpochMs): History {
  const from = now - SHOWN_MS;
  const spans = bound(timeline, now).spans.map((span, index, all) => ({
    ...span,
    from: Math.max(Math.min(span.from, now), from),
    until: Math.max(Math.min(all[index + 1]?.from ?? now, now), from),
  }));
  const points = timeline.points.filter((point) => point.until >= from && point.at <= now);
  return { name, from, until: now, spans, points };
}

/** The shortest span that has ended goes into the one before it; gaps only when there is nothing else. */
function withoutShortest(spans: readonly Span[]): Span[] {
  let shortest = 0;
  let shortestMs = Number.POSITIVE_INFINITY;
  spans.forEach((span, index) => {
    const next = spans[index + 1];
    if (!next) return;
    const ms = next.from - span.from + (isGap(span) ? SHOWN_MS : 0);
    if (ms >= shortestMs) return;
    shortest = index;
    shortestMs = ms;
  });
  const gone = spans[shortest];
  const host = spans[shortest - 1];
  const next = spans[shortest + 1];
  if (!gone || !next) return [...spans];
  const counted = (gone.brief ?? 0) + 1;
  if (!host) {
    return [{ ...next, from: gone.from, brief: (next.brief ?? 0) + counted }, ...spans.slice(2)];
  }
  const goesOn = host.kind === next.kind;
  const brief = (host.brief ?? 0) + counted + (goesOn ? (next.brief ?? 0) : 0);
  return [...spans.slice(0, shortest - 1), { ...host, brief }, ...spans.slice(shortest + (goesOn ? 2 : 1))];
}

function isGap({ kind }: Span): boolean {
  return kind === 'asleep' || kind === 'not-running';
}

/** The two neighbours of one kind that are nearest to each other become one; without any, the oldest goes. */
function withNearestMerged(points: readonly Point[]): Point[] {
  let nearest = -1;
  let nearestMs = Number.POSITIVE_INFINITY;
  points.forEach((point, index) => {
    const next = points[index + 1];
    if (!next || next.kind !== point.kind || next.at - point.until >= nearestMs) return;
    nearest = index;
    nearestMs = next.at - point.until;
  });
  const first = points[nearest];
  const second = points[nearest + 1];
  if (!first || !second) return points.slice(1);
  const merged = { ...first, until: second.until, count: first.count + second.count };
  return [...points.slice(0, nearest), merged, ...points.slice(nearest + 2)];
}
