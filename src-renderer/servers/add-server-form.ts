import { isServerName } from '../../src-main/engine/model/ids.ts';
import type { Problem } from '../../src-main/engine/model/problem.ts';
import type { CallInput } from '../../src-preload/derive.ts';
import { texts } from '../ui/texts.ts';
import { sentenceFor } from '../ui/words.ts';
import { parseServerUrl } from './suggest-name.ts';

export interface AddServerFields {
  readonly url: string;
  readonly name: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: string;
}

/** A sentence for each field that has one; `form` for what belongs to none. */
export type AddServerErrors = Partial<Record<keyof AddServerFields | 'form', string>>;

export function errorsIn(fields: AddServerFields, taken: readonly string[]): AddServerErrors {
  return {
    ...(parseServerUrl(fields.url) ? {} : { url: texts.add.urlMissing }),
    ...(isServerName(fields.name) ? {} : { name: texts.add.nameRule }),
    ...(taken.includes(fields.name) ? { name: texts.add.nameTaken(fields.name) } : {}),
    ...(fields.clientSecret && !fields.clientId.trim() ? { clientSecret: texts.add.secretAlone } : {}),
  };
}

export function inputFrom(fields: AddServerFields): CallInput<'addServer'> {
  const scopes = fields.scopes.split(/[\s,]+/).filter((scope) => scope !== '');
  const clientId = fields.clientId.trim();
  return {
    name: fields.name,
    url: fields.url.trim(),
    ...(clientId ? { clientId } : {}),
    ...(fields.clientSecret ? { clientSecret: fields.clientSecret } : {}),
    ...(scopes.length > 0 ? { scopes } : {}),
  };
}

/** The engine's refusal, at the field it is about. */
export function errorsFrom(problem: Problem): AddServerErrors {
  const sentence = sentenceFor(problem);
  switch (problem.code) {
    case 'name-taken':
      return { name: sentence };
    case 'unsafe-url':
      return { url: sentence };
    case 'invalid-input': {
      const [, field, rest] = /^(url|name|clientId|clientSecret|scopes)[^:]*: (.*)$/s.exec(problem.detail) ?? [];
      return field && rest ? { [field]: rest } : { form: sentence };
    }
    case 'config-invalid': {
      const [, field] = /\.(url|clientId|clientSecret|scopes)(?:\.\d+)?$/.exec(problem.key ?? '') ?? [];
      return field ? { [field]: problem.detail } : { form: sentence };
    }
    default:
      return { form: sentence };
  }
}
