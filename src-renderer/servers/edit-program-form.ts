import type { ProgramSettings } from '../../src-preload/contract.ts';
import type { CallInput } from '../../src-preload/derive.ts';
import type { FormErrors } from '../ui/form-errors.ts';
import { texts } from '../ui/texts.ts';
import { joinCommand, readVariables, splitCommand, writeVariables } from './command-line.ts';
import { parseServerUrl } from './suggest-name.ts';

export type ProgramField = 'command' | 'cwd' | 'variables';
export type ProgramFields = Readonly<Record<ProgramField, string>>;

export function fieldsFrom({ command, args, cwd = '', env }: ProgramSettings): ProgramFields {
  return { command: joinCommand([command, ...args]), cwd, variables: writeVariables(namedIn(env)) };
}

/** Variables whose values the file spells out. They are never shown, so they have no place in the text. */
export function spelledOutIn({ env }: ProgramSettings): readonly string[] {
  return Object.keys(env).filter((name) => env[name] === null);
}

export function errorsIn(fields: ProgramFields): FormErrors<ProgramField> {
  const command = commandMistake(fields.command);
  return {
    ...(command === undefined ? {} : { command }),
    ...(readVariables(fields.variables) ? {} : { variables: texts.add.variablesMistake }),
  };
}

function commandMistake(text: string): string | undefined {
  const words = splitCommand(text);
  if (words === undefined) return texts.add.quoteOpen;
  if (!words[0]) return texts.edit.commandMissing;
  return parseServerUrl(text.trim()) ? texts.edit.commandIsUrl : undefined;
}

/**
 * Only what was changed: the rest of the entry may be changed by hand meanwhile.
 *
 * @param dropped variables with a spelled-out value that are to go
 */
export function inputFrom(
  name: string,
  settings: ProgramSettings,
  fields: ProgramFields,
  dropped: ReadonlySet<string>,
): CallInput<'editServer'> {
  const input: CallInput<'editServer'> = { name };
  const [command = '', ...args] = splitCommand(fields.command) ?? [];
  if (command !== settings.command) input.command = command;
  if (JSON.stringify(args) !== JSON.stringify(settings.args)) input.args = args.length > 0 ? args : null;
  const cwd = fields.cwd.trim();
  if (cwd !== (settings.cwd ?? '')) input.cwd = cwd || null;
  const env = changedVariables(settings.env, readVariables(fields.variables) ?? {}, dropped);
  if (Object.keys(env).length > 0) input.env = env;
  return input;
}

function changedVariables(
  before: ProgramSettings['env'],
  after: Readonly<Record<string, string>>,
  dropped: ReadonlySet<string>,
): Record<string, string | null> {
  const gone = Object.keys(before).filter(
    (name) => !Object.hasOwn(after, name) && (before[name] !== null || dropped.has(name)),
  );
  const set = Object.entries(after).filter(([name, variable]) => before[name] !== variable);
  return Object.fromEntries([...gone.map((name): [string, null] => [name, null]), ...set]);
}

function namedIn(env: ProgramSettings['env']): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([name, ours]) => (ours === null ? [] : [[name, ours]])));
}
