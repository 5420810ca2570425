import { isAbsolute, join } from 'node:path';
import { say } from '../model/sayings.ts';
import { Secret } from '../model/secret.ts';
import type { ProgramConfig } from '../model/server-config.ts';
import { shownCommand } from '../model/shown-command.ts';
import { type Environment, substitute } from './environment.ts';
import type { ProgramEntry } from './schema.ts';
import { type EntryMistake, Mistaken } from './server-entry.ts';

export type ReadProgram =
  | { readonly ok: true; readonly config: ProgramConfig }
  | { readonly ok: false; readonly mistake: EntryMistake };

const VARIABLE = /^[^=\0]+$/;

/** An entry that is started as a program, with its variables put in. */
export function readProgramEntry(name: string, entry: ProgramEntry, env: Environment): ReadProgram {
  const filled = (value: string, ...path: string[]): string => {
    const result = substitute(value, env);
    if (!result.ok) throw new Mistaken(path, say('variable-not-set', result.missing), true);
    if (result.value.includes('\0')) throw new Mistaken(path, say('character-not-given'));
    return result.value;
  };
  const args = entry.args ?? [];
  try {
    const variables = Object.entries(entry.env ?? {}).map(([variable, value]): [string, Secret] => {
      const path = ['env', variable];
      if (!VARIABLE.test(variable)) throw new Mistaken(path, say('variable-name'));
      return [variable, new Secret(filled(value, ...path))];
    });
    const config: ProgramConfig = {
      name,
      enabled: entry.enabled ?? !(entry.disabled ?? false),
      command: fromHome(filled(entry.command, 'command'), env),
      args: args.map((arg, index) => filled(arg, 'args', String(index))),
      env: Object.fromEntries(variables),
      shown: shownCommand([entry.command, ...args]),
      ...(entry.cwd === undefined ? {} : { cwd: folder(fromHome(filled(entry.cwd, 'cwd'), env)) }),
    };
    return { ok: true, config };
  } catch (error) {
    if (error instanceof Mistaken) return { ok: false, mistake: error.mistake };
    throw error;
  }
}

function fromHome(path: string, env: Environment): string {
  const home = env.HOME ?? env.USERPROFILE;
  return home !== undefined && path.startsWith('~/') ? join(home, path.slice(2)) : path;
}

function folder(path: string): string {
  if (!isAbsolute(path)) throw new Mistaken(['cwd'], say('whole-folder'));
  return path;
}
