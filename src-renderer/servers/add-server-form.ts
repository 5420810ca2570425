import { isServerName } from '../../src-main/engine/model/ids.ts';
import type { Problem } from '../../src-main/engine/model/problem.ts';
import type { CallInput } from '../../src-preload/derive.ts';
import type { FormErrors } from '../ui/form-errors.ts';
import { texts } from '../ui/texts.ts';
import { sentenceFor } from '../ui/words.ts';
import { looksLikeAddress, readVariables, splitCommand } from './command-line.ts';
import { looksLikeSnippet, type SnippetServer } from './snippet.ts';
import { parseServerUrl } from './suggest-name.ts';

export const ADD_FIELDS = ['where', 'name', 'clientId', 'clientSecret', 'scopes', 'cwd', 'variables'] as const;
export type AddField = (typeof ADD_FIELDS)[number];
/** `where`: a URL, or a command with its arguments. */
export type AddServerFields = Readonly<Record<AddField, string>>;
export type AddServerErrors = FormErrors<AddField>;

export const NO_FIELDS: AddServerFields = {
  where: '',
  name: '',
  clientId: '',
  clientSecret: '',
  scopes: '',
  cwd: '',
  variables: '',
};

/** What the text is about; undefined where it is neither an address nor a command. */
export function wayIn(where: string): 'address' | 'command' | undefined {
  const text = where.trim();
  if (parseServerUrl(text)) return 'address';
  if (text === '' || looksLikeAddress(text) || looksLikeSnippet(text)) return undefined;
  return (splitCommand(text)?.length ?? 0) > 0 ? 'command' : undefined;
}

export function errorsIn(fields: AddServerFields, taken: readonly string[]): AddServerErrors {
  return {
    ...(wayIn(fields.where) ? {} : { where: whereMistake(fields.where) }),
    ...(isServerName(fields.name) ? {} : { name: texts.add.nameRule }),
    ...(taken.includes(fields.name) ? { name: texts.add.nameTaken(fields.name) } : {}),
    ...(fields.clientSecret && !fields.clientId.trim() ? { clientSecret: texts.add.secretAlone } : {}),
    ...(readVariables(fields.variables) ? {} : { variables: texts.add.variablesMistake }),
  };
}

export function whereMistake(where: string): string {
  if (looksLikeSnippet(where)) return texts.snippet.broken;
  return splitCommand(where) === undefined ? texts.add.quoteOpen : texts.add.whereMissing;
}

/** What is looked at: everything but the name and the secret. */
export function entryFrom(fields: AddServerFields, chosen: SnippetServer | undefined): CallInput<'lookAt'> {
  const where = fields.where.trim();
  if (wayIn(where) === 'command') {
    const [command = '', ...args] = splitCommand(where) ?? [];
    const variables = readVariables(fields.variables) ?? {};
    const cwd = fields.cwd.trim();
    return {
      command,
      ...(args.length > 0 ? { args } : {}),
      ...(Object.keys(variables).length > 0 ? { env: { ...variables } } : {}),
      ...(cwd ? { cwd } : {}),
    };
  }
  const scopes = fields.scopes.split(/[\s,]+/).filter((scope) => scope !== '');
  const clientId = fields.clientId.trim();
  // The headers belong to the snippet's address, and to no other that was written since.
  const headers = chosen && 'url' in chosen && chosen.url === where ? chosen.headerEnv : {};
  return {
    url: where,
    ...(clientId ? { clientId } : {}),
    ...(scopes.length > 0 ? { scopes } : {}),
    ...(Object.keys(headers).length > 0 ? { headerEnv: { ...headers } } : {}),
  };
}

const FIELD_OF: Readonly<Record<string, AddField>> = {
  url: 'where',
  command: 'where',
  args: 'where',
  cwd: 'cwd',
  env: 'variables',
  name: 'name',
  clientId: 'clientId',
  clientSecret: 'clientSecret',
  scopes: 'scopes',
};

/** The engine's refusal, at the field it is about. */
export function errorsFrom(problem: Problem): AddServerErrors {
  const sentence = sentenceFor(problem);
  switch (problem.code) {
    case 'name-taken':
      return { name: sentence };
    case 'unsafe-url':
      return { where: sentence };
    case 'invalid-input': {
      const own = FIELD_OF[problem.field ?? ''];
      if (own) return { [own]: capitalised(sentence) };
      const [, field = '', rest] = /^([a-zA-Z]+)[^:\s]*: (.*)$/s.exec(problem.detail) ?? [];
      const named = FIELD_OF[field];
      return named && rest ? { [named]: rest } : { form: sentence };
    }
    default:
      return { form: sentence };
  }
}

/** The configuration's sentences begin small, after the key. */
export function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
