import { isServerName, type ServerName } from '../model/ids.ts';
import { type Detail, say } from '../model/sayings.ts';
import type { ServerGroups } from '../model/server-config.ts';
import { nearestName } from './nearest-name.ts';

interface Remark extends Detail {
  readonly path: readonly PropertyKey[];
}

export type ReadGroups =
  | { readonly ok: true; readonly groups: ServerGroups; readonly warnings: readonly Remark[] }
  | { readonly ok: false; readonly mistake: Remark };

/** Groups as they are written. A server that is not there is told and left out: it may come back. */
export function readGroups(
  written: Readonly<Record<string, readonly string[]>>,
  servers: readonly ServerName[],
): ReadGroups {
  const warnings: Remark[] = [];
  const groups = new Map<string, readonly ServerName[]>();
  for (const [group, names] of Object.entries(written)) {
    if (!isServerName(group)) return { ok: false, mistake: { path: ['groups', group], ...say('group-name') } };
    names.forEach((name, index) => {
      if (servers.includes(name)) return;
      const meant = nearestName(name, servers);
      const question = meant === undefined ? '' : ` Did you mean "${meant}"?`;
      warnings.push({ path: ['groups', group, index], detail: `there is no server of this name.${question}` });
    });
    groups.set(group, [...new Set(names)]);
  }
  return { ok: true, groups, warnings };
}
