import { LANGUAGES } from '../src-main/engine/model/window-settings.ts';
import type { Settings } from './contract.ts';

export type Language = Exclude<Settings['language'], 'system'>;

/** What was chosen, or the first language that the person's system prefers and that there is. */
export function languageFor(chosen: Settings['language'], preferred: readonly string[]): Language {
  if (chosen !== 'system') return chosen;
  const known = preferred.map((tag) => LANGUAGES.find((language) => language === tag.split('-')[0]?.toLowerCase()));
  return known.find((language) => language !== undefined && language !== 'system') ?? 'en';
}

/** Times are written as the person's region writes them, with the words of the language in force. */
export function localeFor(language: Language, preferred: readonly string[]): string {
  const own = preferred.find((tag) => tag.split('-')[0]?.toLowerCase() === language);
  if (own !== undefined) return own;
  const region = preferred[0] === undefined ? undefined : new Intl.Locale(preferred[0]).maximize().region;
  return region === undefined ? language : `${language}-${region}`;
}
