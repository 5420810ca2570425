import { expect, it } from 'vitest';
import { parseConfig } from '../../src-main/engine/config/parse-config.ts';
import { german } from '../../src-main/engine/model/german.ts';
import { GERMAN_SAYINGS } from '../../src-main/engine/model/german-sayings.ts';
import type { Problem } from '../../src-main/engine/model/problem.ts';
import { ENGLISH_SAYINGS, type SayingKey, say, sayingIn } from '../../src-main/engine/model/sayings.ts';
import { sentenceFor } from '../../src-main/engine/model/words.ts';

const FILLED = ['first-part', 'second-part'];
type AnySaying = (...filled: readonly string[]) => string;

it.each(Object.keys(ENGLISH_SAYINGS) as SayingKey[])(
  'says %s in German, with all that is filled in and its end',
  (key) => {
    const english = (ENGLISH_SAYINGS[key] as AnySaying)(...FILLED);
    const translated = (GERMAN_SAYINGS[key] as AnySaying)(...FILLED);
    expect(translated).not.toBe(english);
    expect(FILLED.filter((part) => translated.includes(part))).toEqual(FILLED.filter((part) => english.includes(part)));
    expect(translated.endsWith('.')).toBe(english.endsWith('.'));
  },
);

function problemIn(members: string): Problem {
  const read = parseConfig(`{ "mcpServers": { "a": { "url": "https://a.example", ${members} } } }`, 'config.json', {});
  if (read.ok) throw new Error('there is no mistake in it');
  return read.problem;
}

it.each([
  ['"enabled": "yes"', 'config.json, Zeile 1, "mcpServers.a.enabled": Das muss true oder false sein.'],
  ['"pkce": "never"', 'config.json, Zeile 1, "mcpServers.a.pkce": Möglich ist eines von "required", "off".'],
  ['"scopes": [""]', 'config.json, Zeile 1, "mcpServers.a.scopes.0": Das ist leer.'],
  ['"redirectUri": "x"', expect.stringContaining('Das ist keine ganze Adresse wie http://localhost:8080/callback.')],
  ['"headers": { "Host": "x" }', expect.stringContaining('Diesen Header setzt Gatehouse selbst.')],
  ['"enabled": true "b"', 'config.json, Zeile 1: Davor fehlt ein Komma oder "}".'],
])('tells a mistake in %s in German too', (members, sentence) => {
  expect(german.problem(problemIn(members))).toEqual(sentence);
});

it('keeps the English words of an engine whose saying is not known here, and the words of others', () => {
  const foreign = { detail: 'something new.', saying: ['toString'] } as never;
  expect(sayingIn(GERMAN_SAYINGS, foreign)).toBe('something new.');
  expect(german.problem({ code: 'not-available', detail: 'from elsewhere' })).toBe('from elsewhere');
  const unsafe: Problem = {
    code: 'unsafe-url',
    what: 'issuer',
    url: 'x',
    why: say('url-none').detail,
    saying: ['url-none'],
  };
  expect(sentenceFor(unsafe)).toContain('it is not a URL');
  expect(german.problem(unsafe)).toContain('das ist keine URL');
});
