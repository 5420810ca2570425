import { english as englishWording } from '../../src-main/engine/model/wording.ts';
import { LANGUAGES, type Settings } from '../../src-preload/contract.ts';
import { english, putTexts } from './texts.ts';
import { putTimeLocale } from './time.ts';
import { putWording } from './words.ts';

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

let wanted: Language = 'en';

/** Puts a language in force; true where that is done, false where another one was asked for meanwhile or it cannot be had. */
export async function speak(language: Language): Promise<boolean> {
  wanted = language;
  try {
    // English is there anyway; another language is asked for by those who read it.
    const catalogue =
      language === 'en' ? { texts: english, wording: englishWording } : (await import('./texts-german.ts')).german;
    if (wanted !== language) return false;
    putTexts(catalogue.texts);
    putWording(catalogue.wording);
  } catch {
    return false;
  }
  putTimeLocale(localeFor(language, navigator.languages));
  document.documentElement.lang = language;
  return true;
}
