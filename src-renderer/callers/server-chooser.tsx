import { useId, useState } from 'react';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Button } from '../ui/button.tsx';
import { texts } from '../ui/texts.ts';
import { compareNames } from '../ui/time.ts';

const { chooser: words } = texts;

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

/** Some of the servers: one stop for the keyboard, arrows and letters inside. */
export function ServerChooser({ label, servers, chosen, onChange, error }: ServerChooserProps) {
  const [search, setSearch] = useState('');
  // One that is not there can be taken back after it was left out.
  const [before] = useState(chosen);
  const errorId = useId();
  const all = [...new Set([...servers, ...before, ...chosen])].sort(compareNames);
  const shown = all.filter((name) => name.toLowerCase().includes(search.trim().toLowerCase()));
  const add = (names: readonly string[]) =>
    onChange(all.filter((name) => chosen.includes(name) || names.includes(name)));
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
      <ListBox
        className="chooser-list"
        aria-label={label}
        {...(error === undefined ? {} : { 'aria-describedby': errorId })}
        selectionMode="multiple"
        escapeKeyBehavior="none"
        selectedKeys={chosen}
        onSelectionChange={(keys) => {
          const names = keys === 'all' ? [...new Set([...chosen, ...shown])] : [...keys].map(String);
          onChange(all.filter((name) => names.includes(name)));
        }}
        renderEmptyState={() => texts.listTools.noneFound}
      >
        {shown.map((name) => (
          <ListBoxItem key={name} id={name} textValue={name} className="chooser-item">
            <span className="chooser-box">
              <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
                <path d="m2.5 6.2 2.4 2.4 4.6-5.2" />
              </svg>
            </span>
            <span>{name}</span>
            {servers.includes(name) ? null : <small>{words.notThere}</small>}
          </ListBoxItem>
        ))}
      </ListBox>
      {error === undefined ? null : (
        <span className="field-error" id={errorId} role="alert">
          {error}
        </span>
      )}
    </div>
  );
}
