import type { ServerName } from '../model/ids.ts';
import type { Problem } from '../model/problem.ts';
import { say } from '../model/sayings.ts';
import type { ServerChanges } from './edit-config.ts';
import type { ParsedConfig } from './parse-config.ts';
import { PROGRAM_KEYS, SERVER_KEYS } from './schema.ts';
import { asInput } from './written-settings.ts';

interface Edit {
  readonly name: ServerName;
  readonly changes: ServerChanges;
}

/**
 * What a file may say and an edit may not: a setting that this kind of server does not have, and a variable that is not
 * set where the edit itself names it. What was written by hand before holds up no other setting's change.
 */
export function refusalOf({ name, changes }: Edit, after: ParsedConfig): Problem | undefined {
  const isProgram = after.programEntries.has(name);
  const known = isProgram ? PROGRAM_KEYS : SERVER_KEYS;
  const edited = Object.entries(changes).filter(([, value]) => value !== undefined);
  const foreign = edited.find(([key]) => !known.includes(key));
  if (foreign) {
    return { code: 'invalid-input', field: foreign[0], ...say(isProgram ? 'not-of-program' : 'only-of-program') };
  }
  const problem = after.serverProblems.find((server) => server.name === name)?.problem;
  if (problem?.code !== 'config-invalid') return undefined;
  const places = edited.flatMap(([key, value]) =>
    key === 'headers' || key === 'env' ? Object.keys(value as object).map((own) => `${key}.${own}`) : [key],
  );
  const isNamed = places.some((place) => `${problem.key}.`.startsWith(`mcpServers.${name}.${place}.`));
  return isNamed ? asInput(problem, name) : undefined;
}
