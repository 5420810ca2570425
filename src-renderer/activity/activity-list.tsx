import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { ActivityRow } from '../../src-preload/contract.ts';
import { Button } from '../ui/button.tsx';
import { laterTexts } from '../ui/texts-later.ts';
import { formatMoment, formatTook } from '../ui/time.ts';
import { outcomeWords } from '../ui/words.ts';

const { activity: words } = laterTexts;

const ROW_PX = 28;
const NARROW_ROW_PX = 46;

/** Of ten thousand rows those that are seen. Who has scrolled down keeps what is seen; what came meanwhile is offered. */
export function ActivityList({ rows }: { readonly rows: readonly ActivityRow[] }) {
  const scroller = useRef<HTMLDivElement>(null);
  const [held, setHeld] = useState<number>();
  const hidden = held === undefined ? 0 : rows.findIndex((row) => row.number <= held);
  const shown = hidden > 0 ? rows.slice(hidden) : rows;
  const isNarrow = useIsNarrow();
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (isNarrow ? NARROW_ROW_PX : ROW_PX),
    overscan: 12,
    getItemKey: (index) => shown[index]?.number ?? index,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another width is another height of rows
  useEffect(() => virtual.measure(), [isNarrow, virtual]);
  const toTop = (): void => {
    setHeld(undefined);
    scroller.current?.scrollTo({ top: 0 });
    scroller.current?.focus();
  };
  return (
    <div className="activity">
      {hidden > 0 ? (
        <div className="activity-new">
          <Button onPress={toTop}>{words.newOnes(hidden)}</Button>
        </div>
      ) : null}
      <div className="activity-head" aria-hidden="true">
        {words.columns.map((column) => (
          <span key={column}>{column}</span>
        ))}
      </div>
      <section
        className="activity-scroll"
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={words.title}
        onScroll={(event) => setHeld(event.currentTarget.scrollTop > 0 ? (held ?? rows[0]?.number) : undefined)}
      >
        <ul className="activity-rows" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = shown[item.index];
            return row ? (
              <Row
                key={item.key}
                row={row}
                top={item.start}
                height={item.size}
                place={item.index + 1}
                of={shown.length}
              />
            ) : null;
          })}
        </ul>
      </section>
    </div>
  );
}

const narrow = matchMedia('(max-width: 720px)');

function useIsNarrow(): boolean {
  return useSyncExternalStore(
    (onChange) => {
      narrow.addEventListener('change', onChange);
      return () => narrow.removeEventListener('change', onChange);
    },
    () => narrow.matches,
  );
}

interface RowProps {
  readonly row: ActivityRow;
  readonly top: number;
  readonly height: number;
  readonly place: number;
  readonly of: number;
}

const Row = memo(function Row({ row, top, height, place, of }: RowProps) {
  const { text, isError } = outcomeWords(row.outcome);
  return (
    <li
      className={isError ? 'activity-row activity-error' : 'activity-row'}
      aria-posinset={place}
      aria-setsize={of}
      style={{ height, transform: `translateY(${top}px)` }}
    >
      <span>{formatMoment(row.at)}</span>
      <b>{row.server ?? words.all}</b>
      <span>{row.caller}</span>
      <span className="mono">{row.method}</span>
      <span className="activity-took">{formatTook(row.ms)}</span>
      <span className="activity-outcome">{text}</span>
    </li>
  );
});
