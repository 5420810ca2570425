import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { POINT_KINDS, SPAN_KINDS, type Span, type Timeline } from '../../src-main/engine/model/timeline.ts';
import {
  addPoint,
  bound,
  EMPTY_TIMELINE,
  enter,
  historyOf,
  insertGap,
  MAX_POINTS,
  MAX_SPANS,
  SHOWN_MS,
  shift,
} from '../../src-main/engine/timeline/record.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOON = Date.UTC(2026, 5, 1, 12);

const kinds = ({ spans }: Pick<Timeline, 'spans'>): string[] => spans.map((span) => span.kind);

function timelineOf(...spans: readonly Span[]): Timeline {
  return spans.reduce(enter, EMPTY_TIMELINE);
}

describe('a timeline', () => {
  it('goes on with the same word, and with its newest reason', () => {
    const timeline = timelineOf(
      { kind: 'trying-again', from: NOON, why: 'server-error' },
      { kind: 'trying-again', from: NOON + HOUR, why: 'timed-out' },
    );
    expect(timeline.spans).toEqual([{ kind: 'trying-again', from: NOON, why: 'timed-out' }]);
  });

  it('has no span for a look that found its answer at once', () => {
    const timeline = timelineOf(
      { kind: 'not-running', from: NOON },
      { kind: 'connecting', from: NOON + HOUR },
      { kind: 'connected', from: NOON + HOUR + 500 },
    );
    expect(timeline.spans).toEqual([
      { kind: 'not-running', from: NOON },
      { kind: 'connected', from: NOON + HOUR },
    ]);
  });

  it('32 tells a sleep as one, whatever seems to have been then, and goes on with the present state', () => {
    const timeline = timelineOf(
      { kind: 'connected', from: NOON },
      { kind: 'offline', from: NOON + 9 * HOUR, why: 'network-unreachable' },
    );
    expect(insertGap(timeline, 'asleep', NOON + HOUR, NOON + 10 * HOUR).spans).toEqual([
      { kind: 'connected', from: NOON },
      { kind: 'asleep', from: NOON + HOUR },
      { kind: 'offline', from: NOON + 10 * HOUR, why: 'network-unreachable' },
    ]);
  });

  it('32 keeps as long ago what was long ago when the clock is set back', () => {
    const timeline = addPoint(timelineOf({ kind: 'connected', from: NOON }), {
      kind: 'renewed',
      at: NOON + MINUTE,
      until: NOON + MINUTE,
      count: 1,
    });
    const shifted = shift(timeline, -HOUR);
    expect(shifted.spans[0]?.from).toBe(NOON - HOUR);
    expect(shifted.points[0]).toMatchObject({ at: NOON + MINUTE - HOUR, until: NOON + MINUTE - HOUR });
  });

  it('counts what it merges of a server that flaps, and keeps the long spans', () => {
    let timeline = timelineOf({ kind: 'sign-in-needed', from: NOON }, { kind: 'connected', from: NOON + HOUR });
    for (let n = 0; n < 1000; n += 1) {
      const at = NOON + 2 * HOUR + n * 20_000;
      timeline = bound(enter(timeline, { kind: 'offline', from: at }), at);
      timeline = bound(enter(timeline, { kind: 'connected', from: at + 10_000 }), at + 10_000);
    }
    expect(timeline.spans.length).toBeLessThanOrEqual(MAX_SPANS);
    expect(timeline.spans.slice(0, 2)).toMatchObject([
      { kind: 'sign-in-needed', from: NOON },
      { kind: 'connected', from: NOON + HOUR },
    ]);
    // What became part of a longer one is still counted: 2,002 spans were entered.
    const counted = timeline.spans.reduce((sum, span) => sum + 1 + (span.brief ?? 0), 0);
    expect(counted).toBeGreaterThan(1000);
  });

  it('keeps a short sleep between longer states, however many those are', () => {
    let timeline = timelineOf({ kind: 'connected', from: NOON });
    timeline = insertGap(timeline, 'asleep', NOON + HOUR, NOON + HOUR + MINUTE / 6);
    for (let n = 0; n < 3 * MAX_SPANS; n += 1) {
      const at = NOON + 2 * HOUR + n * MINUTE;
      timeline = bound(enter(timeline, { kind: n % 2 === 0 ? 'offline' : 'connected', from: at }), at);
    }
    expect(kinds(timeline)).toContain('asleep');
  });

  it('shows only what was in the last 24 hours, cut at both ends', () => {
    const timeline = timelineOf(
      { kind: 'disabled', from: NOON - 3 * SHOWN_MS },
      { kind: 'connected', from: NOON - 2 * SHOWN_MS },
      { kind: 'offline', from: NOON - HOUR },
    );
    expect(historyOf('notes', timeline, NOON)).toEqual({
      name: 'notes',
      from: NOON - SHOWN_MS,
      until: NOON,
      spans: [
        { kind: 'connected', from: NOON - SHOWN_MS, until: NOON - HOUR },
        { kind: 'offline', from: NOON - HOUR, until: NOON },
      ],
      points: [],
    });
  });
});

const step = fc.oneof(
  { weight: 60, arbitrary: fc.record({ do: fc.constant('enter'), kind: fc.constantFrom(...SPAN_KINDS) }) },
  { weight: 10, arbitrary: fc.record({ do: fc.constant('point'), kind: fc.constantFrom(...POINT_KINDS) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sleep'), kind: fc.constant('asleep') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('back'), kind: fc.constant('') }) },
);

// Often within minutes, so that there are more spans and points than are kept.
const wait = fc.oneof(
  { weight: 400, arbitrary: fc.integer({ min: -5000, max: 2 * MINUTE }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 5 * HOUR }) },
);
const steps = fc.array(fc.tuple(step, wait), { minLength: 1, maxLength: 1200, size: 'max' });

describe('any order of events', () => {
  it('leaves a timeline that is ordered, bounded, and says one thing for every moment since it began', () => {
    fc.assert(
      fc.property(steps, (events) => {
        let now = NOON;
        let timeline = EMPTY_TIMELINE;
        let last: string | undefined;
        for (const [event, ms] of events) {
          now += ms;
          if (event.do === 'enter') {
            timeline = enter(timeline, { kind: event.kind as Span['kind'], from: now });
            last = event.kind;
          } else if (event.do === 'point') {
            timeline = addPoint(timeline, {
              kind: event.kind as (typeof POINT_KINDS)[number],
              at: now,
              until: now,
              count: 1,
            });
          } else if (event.do === 'sleep') {
            now += HOUR / 2;
            timeline = insertGap(timeline, 'asleep', now - HOUR / 2, now);
          } else {
            now -= HOUR;
            timeline = shift(timeline, -HOUR);
          }
          timeline = bound(timeline, now);
          // One plain comparison a step: an expectation costs a hundred times as much.
          const isOver = timeline.spans.length > MAX_SPANS || timeline.points.length > MAX_POINTS;
          if (isOver || timeline.spans.some((span, index) => timeline.spans[index + 1]?.kind === span.kind)) {
            expect.fail(
              `${timeline.spans.length} spans, ${timeline.points.length} points: ${kinds(timeline).join(' ')}`,
            );
          }
        }
        // The present state is never merged away.
        expect(timeline.spans.at(-1)?.kind).toBe(last);
        timeline.spans.forEach((span, index) => {
          const next = timeline.spans[index + 1];
          if (!next) return;
          expect(next.from).toBeGreaterThan(span.from);
        });
        timeline.points.forEach((point, index) => {
          expect(point.until).toBeGreaterThanOrEqual(point.at);
          expect(timeline.points[index + 1]?.at ?? point.until).toBeGreaterThanOrEqual(point.until);
        });
        const shown = historyOf('notes', timeline, now);
        shown.spans.forEach((span, index) => {
          expect(span.from).toBeGreaterThanOrEqual(shown.from);
          expect(span.until).toBe(shown.spans[index + 1]?.from ?? shown.until);
        });
        expect(kinds(shown)).toEqual(kinds(bound(timeline, now)));
      }),
      // Shrinking so many events takes minutes and tells little more.
      { numRuns: 25, endOnFailure: true },
    );
  });

  it('loses no renewal of a day when there are more than can be kept', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5 * MINUTE }), { minLength: 200, maxLength: 280, size: 'max' }),
        (waits) => {
          let at = NOON;
          let timeline = EMPTY_TIMELINE;
          for (const ms of waits) {
            at += ms;
            timeline = bound(addPoint(timeline, { kind: 'renewed', at, until: at, count: 1 }), at);
          }
          const since = timeline.points.reduce((sum, { count }) => sum + count, 0);
          expect(since).toBe(waits.length);
        },
      ),
      { numRuns: 40 },
    );
  });
});
