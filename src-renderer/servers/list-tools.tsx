import { useEffect, useRef } from 'react';
import { GROUPS } from '../../src-main/engine/model/group.ts';
import type { ServerRow } from '../../src-preload/contract.ts';
import { useWindow } from '../store.ts';
import { Choice } from '../ui/choice.tsx';
import { texts } from '../ui/texts.ts';
import { groupSizes, SORTS } from './list-view.ts';

const { listTools: words } = texts;

/** Search, filter and order of a list that is longer than a glance. */
export function ListTools({ rows }: { readonly rows: readonly ServerRow[] }) {
  const view = useWindow((state) => state.listView);
  const change = useWindow((state) => state.changeListView);
  const search = useRef<HTMLInputElement>(null);
  useSlash(search);
  const sizes = groupSizes(rows);
  const groups = GROUPS.filter((group) => sizes.has(group) || group === view.group);
  return (
    <search className="list-tools">
      <input
        ref={search}
        className="input"
        type="search"
        aria-label={words.search}
        aria-keyshortcuts="/"
        placeholder={words.searchPlaceholder}
        spellCheck="false"
        autoComplete="off"
        value={view.search}
        onChange={(event) => change({ search: event.target.value })}
        onKeyDown={(event) => {
          if (event.key === 'Escape') change({ search: '' });
        }}
      />
      <Choice
        label={words.show}
        value={view.group}
        options={[
          { id: 'all', label: words.all(rows.length) },
          ...groups.map((id) => ({ id, label: words.group(texts.groups[id], sizes.get(id) ?? 0) })),
        ]}
        onChange={(group) => change({ group })}
      />
      <Choice
        label={words.sort}
        value={view.sort}
        options={SORTS.map((id) => ({ id, label: words.sorts[id] }))}
        onChange={(sort) => change({ sort })}
      />
    </search>
  );
}

/** "/" leads to the search, unless somebody writes or a dialog is open. */
function useSlash(search: React.RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
      const { target } = event;
      const isWriting =
        target instanceof Element && target.closest('input, textarea, select, [role="dialog"]') !== null;
      if (isWriting || search.current?.closest('[inert], [aria-hidden="true"]')) return;
      event.preventDefault();
      search.current?.focus();
      search.current?.select();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [search]);
}
