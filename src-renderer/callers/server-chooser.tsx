import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { texts } from '../ui/texts.ts';
import { laterTexts } from '../ui/texts-later.ts';
import { compareNames } from '../ui/time.ts';

const { chooser: words } = laterTexts;

/** A list that is longer than a glance can be searched. */
const SEARCHED_FROM = 8;

interface ServerChooserProps {
  readonly label: string;
  /** That are there now. */
  readonly servers: readonly string[];
  /** May name servers that are not there. */
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
  readonly error?: string | undefined;
}

/** Some of the servers: one stop for the keyboard, arrows inside. */
export function ServerChooser({ label, servers, chosen, onChange, error }: ServerChooserProps) {
  const [search, setSearch] = useState('');
  // One that is not there can be taken back after it was left out.
  const [before] = useState(chosen);
  const errorId = useId();
  const all = [...new Set([...servers, ...before, ...chosen])].sort(compareNames);
  const shown = all.filter((name) => name.toLowerCase().includes(search.trim().toLowerCase()));
  const add = (names: readonly string[]) =>
    onChange(all.filter((name) => chosen.includes(name) || names.includes(name)));
  const list = useRef<HTMLDivElement>(null);
  const [last, setStop] = useState<string>();
  const stop = shown.find((name) => name === last) ?? shown[0];
  const moveFocus = (event: KeyboardEvent) => {
    const boxes = [...(list.current?.querySelectorAll('input') ?? [])];
    const next = placeAfter(
      event.key,
      boxes.findIndex((box) => box.matches(':focus')),
      boxes.length,
    );
    if (next === undefined) return;
    event.preventDefault();
    boxes[next]?.focus();
  };
  return (
    <div className="chooser">
      <div className="chooser-head">
        <span>{words.chosen(chosen.length, all.length)}</span>
        <Button kind="link" onPress={() => add(shown)}>
          {words.all(shown.length)}
        </Button>
        <Button kind="link" onPress={() => onChange(chosen.filter((name) => !shown.includes(name)))}>
          {words.none}
        </Button>
      </div>
      {all.length >= SEARCHED_FROM ? (
        <input
          className="input"
          type="search"
          aria-label={texts.listTools.search}
          placeholder={texts.listTools.search}
          spellCheck="false"
          autoComplete="off"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          onKeyDown={(event) => {
            // Neither the form is sent nor the dialog closed by somebody who searches.
            if (event.key === 'Enter') event.preventDefault();
            if (event.key !== 'Escape' || search === '') return;
            event.stopPropagation();
            setSearch('');
          }}
        />
      ) : null}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is no list that scrolls */}
      <div
        className="chooser-list"
        role="group"
        aria-label={label}
        {...(error === undefined ? {} : { 'aria-describedby': errorId })}
        ref={list}
        onKeyDown={moveFocus}
      >
        {shown.map((name) => (
          <label key={name} className="access-choice">
            <input
              type="checkbox"
              tabIndex={name === stop ? 0 : -1}
              checked={chosen.includes(name)}
              onFocus={() => setStop(name)}
              onChange={({ target }) => {
                if (target.checked) add([name]);
                else onChange(chosen.filter((other) => other !== name));
              }}
            />
            <span>{name}</span>
            {servers.includes(name) ? null : <small>{words.notThere}</small>}
          </label>
        ))}
        {shown.length === 0 ? <p role="status">{texts.listTools.noneFound}</p> : null}
      </div>
      {error === undefined ? null : (
        <span className="field-error" id={errorId} role="alert">
          {error}
        </span>
      )}
    </div>
  );
}

function placeAfter(key: string, place: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return Math.min(place + 1, count - 1);
    case 'ArrowUp':
      return Math.max(place - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
