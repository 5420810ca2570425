import './servers.css';
import { useRef } from 'react';
import { groupRows } from '../../src-main/engine/model/group.ts';
import type { ServerRow as Row } from '../../src-preload/contract.ts';
import { useWindow } from '../store.ts';
import { Button } from '../ui/button.tsx';
import { texts } from '../ui/texts.ts';
import { ListTools } from './list-tools.tsx';
import { offersTools, rowsIn, WHOLE_LIST } from './list-view.ts';
import { ServerRow } from './server-row.tsx';
import { useSteadyPlace } from './steady-place.ts';

/**
 * One flat list of keyed headings and rows: a row that changes its group is moved, not made anew, and so keeps what is
 * open in it.
 */
export function ServerList({ rows }: { readonly rows: readonly Row[] }) {
  const list = useRef<HTMLDivElement>(null);
  useSteadyPlace(list);
  const view = useWindow((state) => state.listView);
  const shown = rowsIn(rows, view);
  const rowOf = (row: Row) => <ServerRow key={row.name} row={row} />;
  return (
    <>
      {offersTools(rows, view) ? <ListTools rows={rows} /> : null}
      <div className="list" ref={list}>
        {view.sort === 'problems'
          ? groupRows(shown).flatMap((group) => [
              <h2 key={`group ${group.id}`} className="group" id={`group-${group.id}`}>
                {texts.groups[group.id]}
                <span>{group.rows.length}</span>
              </h2>,
              ...group.rows.map(rowOf),
            ])
          : shown.map(rowOf)}
        {shown.length === 0 ? (
          <p className="none-found" role="status">
            {texts.listTools.noneFound}{' '}
            <Button kind="link" onPress={() => useWindow.getState().changeListView(WHOLE_LIST)}>
              {texts.listTools.showAll}
            </Button>
          </p>
        ) : null}
      </div>
    </>
  );
}
