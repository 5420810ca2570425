import type { Problem } from '../../src-main/engine/model/problem.ts';
import type { CallInput, CallOutput } from '../../src-preload/derive.ts';
import type { FormErrors } from '../ui/form-errors.ts';
import { texts } from '../ui/texts.ts';
import { sentenceFor } from '../ui/words.ts';
import { parseServerUrl } from './suggest-name.ts';

type Settings = CallOutput<'serverSettings'>;

export const EDIT_FIELDS = ['url', 'clientId', 'clientSecret', 'clientMetadataUrl', 'scopes', 'redirectUri'] as const;
export type EditField = (typeof EDIT_FIELDS)[number];
export type EditFields = Readonly<Record<EditField, string>>;
export type EditErrors = FormErrors<EditField>;

export function fieldsFrom(settings: Settings): EditFields {
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

export function errorsIn(fields: EditFields): EditErrors {
  // A variable may stand for all of it, so the engine judges that.
  const isUrl = fields.url.includes('${') || parseServerUrl(fields.url) !== undefined;
  return {
    ...(isUrl ? {} : { url: texts.add.urlMissing }),
    ...(fields.clientSecret && !fields.clientId.trim() ? { clientSecret: texts.add.secretAlone } : {}),
  };
}

/** Only what was changed: the rest of the entry may be changed by hand meanwhile. */
export function inputFrom(name: string, settings: Settings, fields: EditFields): CallInput<'editServer'> {
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

/** The engine's refusal, at the field it is about. */
export function errorsFrom(problem: Problem): EditErrors {
  const field = problem.code === 'invalid-input' ? EDIT_FIELDS.find((known) => known === problem.field) : undefined;
  return { [field ?? 'form']: sentenceAt(problem) };
}

/** The configuration's sentences begin small, after the key. */
function sentenceAt(problem: Problem): string {
  const sentence = sentenceFor(problem);
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
