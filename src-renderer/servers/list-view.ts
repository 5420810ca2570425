import { type GroupId, groupOf } from '../../src-main/engine/model/group.ts';
import type { ServerRow } from '../../src-preload/contract.ts';
import { compareNames } from '../ui/time.ts';

export const SORTS = ['problems', 'name', 'last-call'] as const;

export type Sort = (typeof SORTS)[number];

/** What a person chose to see of the list. */
export interface ListView {
  readonly search: string;
  readonly group: GroupId | 'all';
  readonly sort: Sort;
}

export const WHOLE_LIST: ListView = { search: '', group: 'all', sort: 'problems' };

/** Fewer are seen at one glance. */
const TOOLS_FROM = 8;

/** What was chosen must be seen, and be undone, also when servers went. */
export function offersTools(rows: readonly ServerRow[], view: ListView): boolean {
  return rows.length >= TOOLS_FROM || view.search !== '' || view.group !== 'all' || view.sort !== 'problems';
}

export function rowsIn(rows: readonly ServerRow[], { search, group, sort }: ListView): readonly ServerRow[] {
  const parts = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = rows.filter((row) => {
    if (group !== 'all' && groupOf(row.state) !== group) return false;
    const text = [row.name, row.command ?? row.url, row.login?.account, row.login?.issuer].join(' ').toLowerCase();
    return parts.every((part) => text.includes(part));
  });
  switch (sort) {
    case 'problems':
      return found;
    case 'name':
      return found.sort((a, b) => compareNames(a.name, b.name));
    case 'last-call':
      return found.sort((a, b) => (b.lastCallAt ?? 0) - (a.lastCallAt ?? 0));
  }
}

/** The groups that have servers, and how many. */
export function groupSizes(rows: readonly ServerRow[]): ReadonlyMap<GroupId, number> {
  const sizes = new Map<GroupId, number>();
  for (const { state } of rows) sizes.set(groupOf(state), (sizes.get(groupOf(state)) ?? 0) + 1);
  return sizes;
}
