import './history.css';
import { type KeyboardEvent, memo, type PointerEvent, useMemo, useState } from 'react';
import type { ServerHistory, ServerRow } from '../../src-preload/contract.ts';
import { useMinute } from '../ui/now.ts';
import { texts } from '../ui/texts.ts';
import { formatTimeOfDay } from '../ui/time.ts';
import { sentenceFor, stateWord } from '../ui/words.ts';
import { type Day, dayOf, indexAfter, kindsIn, type Part, partAt } from './day.ts';
import { useHistory } from './use-history.ts';

const { history: words } = texts;

/** Wide enough to be hit with a pointer, in pixels each way. */
const REACH_PX = 4;

/** The last 24 hours of a server. */
export function DayStrip({ row }: { readonly row: ServerRow }) {
  const { history, problem } = useHistory(row);
  if (problem) return <p className="day-none">{sentenceFor(problem)}</p>;
  if (!history) return <div className="day-asking" />;
  if (history.spans.length === 0) return <p className="day-none">{words.nothing}</p>;
  return <Strip name={row.name} history={history} />;
}

const Strip = memo(function Strip({ name, history }: { readonly name: string; readonly history: ServerHistory }) {
  const minute = useMinute();
  const day = useMemo(() => dayOf(history, minute), [history, minute]);
  const [pointed, setPointed] = useState<string>();
  const { parts } = day;
  const found = parts.findIndex((part) => part.key === pointed);
  const part = parts[found];
  // Where nothing was chosen yet the keys begin at the present.
  const index = found < 0 ? parts.length - 1 : found;
  const onKey = (event: KeyboardEvent): void => {
    const next =
      pointed === undefined && event.key === 'ArrowLeft' ? index : indexAfter(event.key, index, parts.length);
    if (event.key === 'Escape' && pointed !== undefined) {
      event.stopPropagation();
      setPointed(undefined);
    }
    if (next === undefined) return;
    event.preventDefault();
    setPointed(parts[next]?.key);
  };
  const onPointer = (event: PointerEvent<HTMLElement>): void => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    setPointed(partAt(day, (event.clientX - left) / width, REACH_PX / width)?.key);
  };
  return (
    <section className="day" aria-label={words.title}>
      <div
        className="day-strip"
        role="slider"
        tabIndex={0}
        aria-label={words.of(name)}
        aria-valuemin={1}
        aria-valuemax={parts.length}
        aria-valuenow={index + 1}
        aria-valuetext={part?.text ?? day.summary}
        onKeyDown={onKey}
        onPointerMove={onPointer}
        onPointerDown={onPointer}
        onPointerLeave={() => setPointed(undefined)}
        onBlur={() => setPointed(undefined)}
      >
        <Parts day={day} />
        {part ? <span className="day-cursor" style={placeOf(part)} /> : null}
      </div>
      <Axis day={day} />
      <p className="day-told">{part?.text ?? day.summary}</p>
      <ul className="day-legend" aria-hidden="true">
        {kindsIn(day).map((kind) => (
          <li key={kind}>
            <span className={`day-span day-${kind}`} />
            {stateWord(kind)}
          </li>
        ))}
        {day.points.some(({ kind }) => kind === 'renewed') ? (
          <li>
            <span className="day-swatch">
              <span className="day-point day-renewed" />
            </span>
            {words.renewedMark}
          </li>
        ) : null}
      </ul>
    </section>
  );
});

const Parts = memo(function Parts({ day: { spans, points } }: { readonly day: Day }) {
  return (
    <>
      {spans.map((span) => (
        <span key={span.key} className={`day-span day-${span.kind}`} style={placeOf(span)} />
      ))}
      {points.map((point) => (
        <span key={point.key} className={`day-point day-${point.kind}`} style={placeOf(point)} />
      ))}
    </>
  );
});

function Axis({ day: { from, until } }: { readonly day: Day }) {
  return (
    <div className="day-axis" aria-hidden="true">
      {[0, 1, 2, 3].map((quarter) => (
        <span key={quarter}>{formatTimeOfDay(from + ((until - from) * quarter) / 4)}</span>
      ))}
      <span>{words.now}</span>
    </div>
  );
}

function placeOf({ left, width }: Part) {
  return { left: `${(left * 100).toFixed(3)}%`, width: `${(width * 100).toFixed(3)}%` };
}
