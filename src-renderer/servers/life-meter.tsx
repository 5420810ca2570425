import type { ServerRow } from '../../src-preload/contract.ts';
import { useNow } from '../ui/now.ts';
import { lifeOf } from './life.ts';

export function LifeMeter({ row }: { readonly row: ServerRow }) {
  const now = useNow();
  const { text, meter } = lifeOf(row, now);
  if (!text && !meter) return <div className="life" />;
  return (
    <div className="life">
      {text ? <span className="life-text">{text}</span> : null}
      {meter ? (
        // The text beside it says the same; the bar is for the eye alone.
        <div className={`meter meter-${meter.kind}`} aria-hidden="true">
          {meter.left > 0 ? <i style={{ width: percent(meter.left) }} /> : null}
          {meter.due === undefined ? null : <u style={{ left: percent(meter.due) }} />}
        </div>
      ) : null}
    </div>
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}
