import { useMemo } from 'react';
import type { ServerRow } from '../src-preload/contract.ts';
import { useWindow } from './store.ts';

/** The servers in the configuration's order, without those that were removed and may come back. */
export function useRows(): readonly ServerRow[] {
  const rows = useWindow((state) => state.rows);
  const order = useWindow((state) => state.order);
  return useMemo(
    () => order.flatMap((name) => rows[name] ?? []).filter((row) => row.removedAt === undefined),
    [rows, order],
  );
}

/** Whether one of those rows has a state like this. */
export function someRow(
  { rows, order }: Pick<ReturnType<typeof useWindow.getState>, 'rows' | 'order'>,
  isWanted: (state: ServerRow['state']) => boolean,
): boolean {
  return order.some((name) => {
    const row = rows[name];
    return row !== undefined && row.removedAt === undefined && isWanted(row.state);
  });
}
