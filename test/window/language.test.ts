import { afterEach, expect, it } from 'vitest';
import { german as germanWording } from '../../src-main/engine/model/german.ts';
import { english as englishWording } from '../../src-main/engine/model/wording.ts';
import { wordsFor } from '../../src-main/engine/model/words.ts';
import { languageFor, localeFor } from '../../src-preload/language.ts';
import { english, heldLater, putTexts, texts } from '../../src-renderer/ui/texts.ts';
import { german } from '../../src-renderer/ui/texts-german.ts';
import { englishLater, laterTexts } from '../../src-renderer/ui/texts-later.ts';

afterEach(() => putTexts(english));

/** Every text that is no function, under its path. */
function leavesOf(catalogue: object, path = ''): [string, string][] {
  return Object.entries(catalogue).flatMap(([key, value]: [string, unknown]): [string, string][] => {
    const at = `${path}.${key}`;
    if (typeof value === 'string') return [[at, value]];
    return typeof value === 'object' && value !== null ? leavesOf(value, at) : [];
  });
}

/** Names, addresses and words that are the same in both languages. */
const SAME = new Set([
  '.link.usedUpCommand',
  '.tabs.label',
  '.details.name',
  '.details.server',
  '.details.scopes',
  '.add.url',
  '.add.wherePlaceholder',
  '.found.transports.http',
  '.add.name',
  '.add.scopes',
  '.later.callers.namePlaceholder',
  '.later.activity.server',
  '.later.activity.columns.1',
  '.settings.languages.en',
  '.settings.languages.de',
  '.settings.port',
  '.settings.log',
  '.settings.version',
  '.states.offline',
]);

it('says every text of the window and of the model in German', () => {
  const said = new Map(leavesOf({ ...german.texts, later: german.later, ...germanWording }));
  const untranslated = leavesOf({ ...english, later: englishLater, ...englishWording }).filter(
    ([path, text]) => said.get(path) === text && !SAME.has(path),
  );
  expect(untranslated).toEqual([]);
});

it('puts a language in force for whoever holds a part of the catalogue already, and takes it back', () => {
  const { activity } = laterTexts;
  const { settings } = texts;
  putTexts(german.texts, german.later);
  expect([activity.count(1200), settings.vaultHints.locked]).toEqual([
    expect.stringContaining('Aufrufe'),
    german.texts.settings.vaultHints.locked,
  ]);
  expect(activity.columns).toEqual(['Zeit', 'Server', 'Aufrufer', 'Methode', 'Dauer', 'Ausgang']);
  putTexts(english);
  expect(activity.count(1)).toBe('1 call');
  expect(english.settings.theme).toBe('Theme');
});

it.each([
  ['system', ['de-AT', 'en'], 'de'],
  ['system', ['fr-FR', 'de'], 'de'],
  ['system', ['fr-FR'], 'en'],
  ['system', [], 'en'],
  ['en', ['de-DE'], 'en'],
  ['de', ['en-US'], 'de'],
] as const)('speaks, where "%s" is chosen and the system prefers %j, "%s"', (chosen, preferred, language) => {
  expect(languageFor(chosen, preferred)).toBe(language);
});

it.each([
  ['en', ['en-US'], 'en-US'],
  ['de', ['en-US', 'de-CH'], 'de-CH'],
  ['en', ['de-DE'], 'en-DE'],
  ['en', ['de'], 'en-DE'],
  ['de', [], 'de'],
] as const)('writes times of %s for who prefers %j as in %s', (language, preferred, locale) => {
  expect(localeFor(language, preferred)).toBe(locale);
});

it('37 gives a state the same action in every language', () => {
  const state = { kind: 'login-needed', reason: { code: 'login-ended', why: 'invalid-grant' } } as const;
  expect(wordsFor(state, () => '12:00', germanWording)).toEqual({
    word: 'Anmeldung nötig',
    sentence: 'Der Autorisierungsserver hat die Anmeldung beendet.',
    action: 'sign-in',
  });
});

it('has a part that is loaded later in the language that is in force, and in each one that comes after', () => {
  putTexts(german.texts, german.later);
  const held = heldLater(englishLater);
  expect(held.access.nothing).toBe(german.later.access.nothing);
  putTexts(english);
  expect(held.access.nothing).toBe(englishLater.access.nothing);
});
