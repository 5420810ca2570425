import './servers.css';
import { useRef } from 'react';
import { groupRows } from '../../src-main/engine/model/group.ts';
import type { ServerRow as Row } from '../../src-preload/contract.ts';
import { texts } from '../ui/texts.ts';
import { ServerRow } from './server-row.tsx';
import { useSteadyPlace } from './steady-place.ts';

/**
 * One flat list of keyed headings and rows: a row that changes its group is moved, not made anew, and so keeps what is
 * open in it.
 */
export function ServerList({ rows }: { readonly rows: readonly Row[] }) {
  const list = useRef<HTMLDivElement>(null);
  useSteadyPlace(list);
  return (
    <div className="list" ref={list}>
      {groupRows(rows).flatMap((group) => [
        <h2 key={`group ${group.id}`} className="group" id={`group-${group.id}`}>
          {texts.groups[group.id]}
          <span>{group.rows.length}</span>
        </h2>,
        ...group.rows.map((row) => <ServerRow key={row.name} row={row} />),
      ])}
    </div>
  );
}
