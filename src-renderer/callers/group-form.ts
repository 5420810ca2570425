import { isServerName } from '../../src-main/engine/model/ids.ts';
import type { FormErrors } from '../ui/form-errors.ts';
import { texts } from '../ui/texts.ts';
import { laterTexts } from '../ui/texts-later.ts';

export type GroupField = 'name' | 'servers';

/** @param others names of the groups that are there; a group of the same name would be replaced unseen */
export function errorsIn(name: string, servers: readonly string[], others: readonly string[]): FormErrors<GroupField> {
  const words = laterTexts.serverGroups;
  return {
    ...(isServerName(name) ? {} : { name: texts.add.nameRule }),
    ...(others.includes(name) ? { name: words.nameTaken(name) } : {}),
    ...(servers.length === 0 ? { servers: words.serversMissing } : {}),
  };
}
