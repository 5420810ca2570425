import type { EpochMs } from '../../src-main/engine/model/ids.ts';
import type { PointKind, SpanKind } from '../../src-main/engine/model/timeline.ts';
import type { ServerHistory } from '../../src-preload/contract.ts';
import { texts } from '../ui/texts.ts';
import { formatSpan, formatTime, formatTimeOfDay } from '../ui/time.ts';
import { pointWords, spanWords, stateWord } from '../ui/words.ts';

const DAY_MS = 24 * 3_600_000;

const { history: words } = texts;

/** A part of the day that can be pointed at: a span, or something that happened. */
export interface Part {
  readonly key: string;
  readonly kind: SpanKind | PointKind;
  readonly from: EpochMs;
  readonly until: EpochMs;
  /** Times and words of it, as one line. */
  readonly text: string;
  /** Shares of the day, 0 to 1. */
  readonly left: number;
  readonly width: number;
}

export interface Day {
  readonly from: EpochMs;
  readonly until: EpochMs;
  readonly spans: readonly Part[];
  readonly points: readonly Part[];
  /** Both, as they happened. */
  readonly parts: readonly Part[];
  /** How long what, and how often renewed. */
  readonly summary: string;
}

/** The 24 hours until `now`. What was the case when the engine was asked goes on until then. */
export function dayOf(history: ServerHistory, now: EpochMs): Day {
  const until = Math.max(now, history.until);
  const from = until - DAY_MS;
  const place = (part: Omit<Part, 'left' | 'width'>): Part => {
    const begin = Math.max(part.from, from);
    return { ...part, left: (begin - from) / DAY_MS, width: Math.max(0, part.until - begin) / DAY_MS };
  };
  const spans = history.spans
    .map((span, index) => {
      const end = index === history.spans.length - 1 ? until : span.until;
      const begin = Math.max(span.from, from);
      const times = words.between(formatTime(begin, until), endTime(begin, end, until), formatSpan(end - begin));
      const text = words.part(times, spanWords(span));
      return place({ key: `span ${span.from}`, kind: span.kind, from: span.from, until: end, text });
    })
    .filter((span) => span.until > from);
  const points = history.points
    .filter((point) => point.until >= from)
    .map((point, index) => {
      const at = formatTime(point.at, until);
      const times = point.count === 1 ? at : words.fromTo(at, endTime(point.at, point.until, until));
      const text = words.part(times, pointWords(point));
      return place({ key: `point ${point.at} ${index}`, kind: point.kind, from: point.at, until: point.until, text });
    });
  const parts = [...spans, ...points].sort((a, b) => a.from - b.from);
  return { from, until, spans, points, parts, summary: summaryOf(spans, history, from) };
}

/** The day is said once where both ends have the same. */
function endTime(from: EpochMs, until: EpochMs, now: EpochMs): string {
  const isSameDay = new Date(from).toDateString() === new Date(until).toDateString();
  return isSameDay ? formatTimeOfDay(until) : formatTime(until, now);
}

function summaryOf(spans: readonly Part[], { points }: ServerHistory, from: EpochMs): string {
  const lengths = new Map<string, number>();
  for (const span of spans) {
    const word = stateWord(span.kind as SpanKind);
    lengths.set(word, (lengths.get(word) ?? 0) + span.until - Math.max(span.from, from));
  }
  const renewed = points.reduce((sum, { kind, count }) => (kind === 'renewed' ? sum + count : sum), 0);
  return [
    ...[...lengths].sort((a, b) => b[1] - a[1]).map(([word, ms]) => words.forSoLong(word, formatSpan(ms))),
    ...(renewed > 0 ? [words.renewed(renewed)] : []),
  ].join(', ');
}

/** What is at this share of the day: what happened within `reach` of it goes before the span that it lies in. */
export function partAt({ spans, points }: Day, share: number, reach: number): Part | undefined {
  const distance = (point: Part): number => Math.max(point.left - share, share - point.left - point.width);
  const nearest = points.reduce<Part | undefined>(
    (best, point) => (!best || distance(point) < distance(best) ? point : best),
    undefined,
  );
  if (nearest && distance(nearest) <= reach) return nearest;
  return spans.find(({ left, width }) => share >= left && share <= left + width);
}

/** The kinds of spans that there are, in the order in which they came first. */
export function kindsIn({ spans }: Day): readonly SpanKind[] {
  return [...new Set(spans.map(({ kind }) => kind as SpanKind))];
}

/** What the keys say of a strip that stands at `index`; undefined for keys that say nothing. */
export function indexAfter(key: string, index: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return Math.max(0, index - 1);
    case 'ArrowRight':
    case 'ArrowUp':
      return Math.min(count - 1, index + 1);
    case 'PageDown':
      return Math.max(0, index - 10);
    case 'PageUp':
      return Math.min(count - 1, index + 10);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
