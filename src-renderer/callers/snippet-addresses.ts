import { accessUnder, type CallerLimit } from '../../src-main/engine/model/caller-limit.ts';
import type { GroupRow } from '../../src-preload/contract.ts';
import { laterTexts } from '../ui/texts-later.ts';
import type { SnippetServer } from './snippets.ts';

/** What a tool may be given: one address for all, that of a group, or one for each server. */
export interface SnippetAddress {
  readonly id: string;
  readonly label: string;
  readonly servers: readonly SnippetServer[];
}

/** Only what a key with this limit reaches. */
export function snippetAddresses(
  endpoint: string,
  limit: CallerLimit | undefined,
  groups: readonly GroupRow[],
  servers: readonly Pick<SnippetServer, 'name' | 'endpoint'>[],
): readonly SnippetAddress[] {
  const { callers: words } = laterTexts;
  const access = accessUnder(limit);
  const isReached = (name: string): boolean => access.of(name) !== 'nothing';
  const each = servers
    .filter(({ name }) => isReached(name))
    .map(({ name, endpoint: itsOwn }) => ({ name, endpoint: itsOwn, bridge: name }));
  return [
    { id: 'all', label: words.allAsOne, servers: [{ name: 'gatehouse', endpoint }] },
    ...groups
      .filter((group) => group.servers.some(isReached))
      .map(({ name, endpoint: itsOwn }) => {
        const bridge = `g/${name}`;
        return { id: bridge, label: words.group(name), servers: [{ name, endpoint: itsOwn, bridge }] };
      }),
    ...(each.length > 0 ? [{ id: 'each', label: words.each, servers: each }] : []),
  ];
}
