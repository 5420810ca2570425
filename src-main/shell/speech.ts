import type { Settings } from '../../src-preload/contract.ts';
import { languageFor, localeFor } from '../../src-preload/language.ts';
import { german as germanWording } from '../engine/model/german.ts';
import type { EpochMs } from '../engine/model/ids.ts';
import { english as englishWording, type Wording } from '../engine/model/wording.ts';
import type { FormatTime } from '../engine/model/words.ts';
import { english, type ShellTexts } from './texts.ts';
import { german } from './texts-german.ts';
import { createShortTimes } from './times.ts';

/** How tray and notifications talk to this person. */
export interface Speech {
  readonly texts: ShellTexts;
  readonly wording: Wording;
  readonly formatTime: FormatTime;
}

/** @param preferred the languages of the person's system, dearest first */
export function speechFor(chosen: Settings['language'], preferred: readonly string[], now: () => EpochMs): Speech {
  const language = languageFor(chosen, preferred);
  const formatTime = createShortTimes(now, localeFor(language, preferred));
  return language === 'de'
    ? { texts: german, wording: germanWording, formatTime }
    : { texts: english, wording: englishWording, formatTime };
}
