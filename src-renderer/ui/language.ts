import { english as englishWording } from '../../src-main/engine/model/wording.ts';
import { type Language, localeFor } from '../../src-preload/language.ts';
import { english, putTexts } from './texts.ts';
import { putTimeLocale } from './time.ts';
import { putWording } from './words.ts';

let wanted: Language = 'en';

/** Puts a language in force; true where that is done, false where another one was asked for meanwhile or it cannot be had. */
export async function speak(language: Language): Promise<boolean> {
  wanted = language;
  try {
    // English is there anyway; another language is asked for by those who read it.
    const catalogue =
      language === 'en'
        ? { texts: english, later: undefined, wording: englishWording }
        : (await import('./texts-german.ts')).german;
    if (wanted !== language) return false;
    putTexts(catalogue.texts, catalogue.later);
    putWording(catalogue.wording);
  } catch {
    return false;
  }
  putTimeLocale(localeFor(language, navigator.languages));
  document.documentElement.lang = language;
  return true;
}
