import type { Catalogue } from '../catalogue.ts';
import type { View } from '../view.ts';

/** What a caller asked for by its address; undefined: what the settings say. */
export type ToolListing = 'search' | 'all' | undefined;

export interface Listed {
  readonly listing: ToolListing;
  readonly view: View;
}

/** `/mcp?tools=search`, `/mcp?tools=all` */
export function listingAsked(url: string | undefined): ToolListing {
  const query = url?.split('?')[1];
  if (query === undefined) return undefined;
  const asked = new URLSearchParams(query).get('tools');
  return asked === 'search' || asked === 'all' ? asked : undefined;
}

/** Who asked for a list of all, or comes to one server's own address, meets no search. */
export function meetsSearch({ listing, view }: Listed): boolean {
  return listing === 'search' || (listing === undefined && !view.isOneServer);
}

/** @param above more tools than this are found by search; false: never */
export function isSearched({ listing, view }: Listed, { tools }: Catalogue, above: number | false): boolean {
  if (listing !== undefined) return listing === 'search';
  return !view.isOneServer && above !== false && tools.length > above;
}
