import type { Problem } from '../../src-main/engine/model/problem.ts';
import type { HttpSettings } from '../../src-preload/contract.ts';
import type { CallInput } from '../../src-preload/derive.ts';
import type { FormErrors } from '../ui/form-errors.ts';
import { texts } from '../ui/texts.ts';
import { sentenceFor } from '../ui/words.ts';
import { capitalised } from './add-server-form.ts';
import type { ProgramField } from './edit-program-form.ts';
import { parseServerUrl } from './suggest-name.ts';

const HTTP_FIELDS = ['url', 'clientId', 'clientSecret', 'clientMetadataUrl', 'scopes', 'redirectUri'] as const;
export type HttpField = (typeof HTTP_FIELDS)[number];
export type HttpFields = Readonly<Record<HttpField, string>>;
export type EditField = HttpField | ProgramField;

export function fieldsFrom(settings: HttpSettings): HttpFields {
  return {
    url: settings.url,
    clientId: settings.clientId ?? '',
    // It is never shown again.
    clientSecret: '',
    clientMetadataUrl: settings.clientMetadataUrl ?? '',
    scopes: settings.scopes?.join(' ') ?? '',
    redirectUri: settings.redirectUri ?? '',
  };
}

export function errorsIn(fields: HttpFields): FormErrors<HttpField> {
  // A variable may stand for all of it, so the engine judges that.
  const isUrl = fields.url.includes('${') || parseServerUrl(fields.url) !== undefined;
  return {
    ...(isUrl ? {} : { url: texts.add.urlMissing }),
    ...(fields.clientSecret && !fields.clientId.trim() ? { clientSecret: texts.add.secretAlone } : {}),
  };
}

/** Only what was changed: the rest of the entry may be changed by hand meanwhile. */
export function inputFrom(name: string, settings: HttpSettings, fields: HttpFields): CallInput<'editServer'> {
  const before = fieldsFrom(settings);
  const input: CallInput<'editServer'> = { name };
  if (fields.url.trim() !== before.url) input.url = fields.url.trim();
  for (const field of ['clientId', 'clientMetadataUrl', 'redirectUri'] as const) {
    const value = fields[field].trim();
    if (value !== before[field]) input[field] = value || null;
  }
  const scopes = fields.scopes.split(/[\s,]+/).filter((scope) => scope !== '');
  if (scopes.join(' ') !== before.scopes) input.scopes = scopes.length > 0 ? scopes : null;
  if (fields.clientSecret) input.clientSecret = fields.clientSecret;
  // It belonged to the client that was taken out.
  else if (input.clientId === null && settings.clientSecret !== 'absent') input.clientSecret = null;
  return input;
}

/** Keys of the configuration that have a field. */
const FIELD_OF: Readonly<Record<string, EditField>> = {
  ...Object.fromEntries(HTTP_FIELDS.map((field) => [field, field])),
  command: 'command',
  args: 'command',
  cwd: 'cwd',
  env: 'variables',
};

/** The engine's refusal, at the field it is about. */
export function errorsFrom(problem: Problem): FormErrors<EditField> {
  const field = problem.code === 'invalid-input' ? FIELD_OF[problem.field ?? ''] : undefined;
  return { [field ?? 'form']: capitalised(sentenceFor(problem)) };
}
