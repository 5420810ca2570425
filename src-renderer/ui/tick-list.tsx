import './tick-list.css';
import { useId } from 'react';

interface TickListProps {
  readonly label: string;
  readonly hint: string;
  readonly items: readonly string[];
  /** Those whose tick was taken out. */
  readonly cleared: ReadonlySet<string>;
  readonly onChange: (cleared: ReadonlySet<string>) => void;
}

/** What is there, each with a tick that can be taken out and put back until the form is sent. */
export function TickList({ label, hint, items, cleared, onChange }: TickListProps) {
  const hintId = useId();
  if (items.length === 0) return null;
  return (
    <fieldset className="tick-list" aria-describedby={hintId}>
      <legend>{label}</legend>
      {items.map((item) => (
        <label key={item} className="mono">
          <input
            type="checkbox"
            checked={!cleared.has(item)}
            onChange={({ target }) => {
              const others = [...cleared].filter((other) => other !== item);
              onChange(new Set(target.checked ? others : [...others, item]));
            }}
          />
          {item}
        </label>
      ))}
      <p className="hint" id={hintId}>
        {hint}
      </p>
    </fieldset>
  );
}
