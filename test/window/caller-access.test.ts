import { afterEach, describe, expect, it } from 'vitest';
import type { CallerLimit } from '../../src-main/engine/model/caller-limit.ts';
import { errorsIn, fieldsFrom, limitFrom, remarkOn, UNLIMITED_FIELDS } from '../../src-renderer/callers/access-form.ts';
import { accessWords } from '../../src-renderer/callers/access-words.ts';
import { english, putTexts } from '../../src-renderer/ui/texts.ts';
import { german } from '../../src-renderer/ui/texts-german.ts';
import { putTimeLocale } from '../../src-renderer/ui/time.ts';

const HERE = ['files', 'github', 'linear', 'notion', 'wiki'];

function limit(parts: Partial<CallerLimit>): CallerLimit {
  return { allow: [], deny: [], readOnly: false, ...parts };
}

afterEach(() => {
  putTexts(english);
  putTimeLocale('en');
});

describe('what a caller key may use, in words', () => {
  it.each([
    [undefined, 'Every server, also those added later'],
    [limit({}), 'Nothing'],
    [limit({ allow: ['linear'], deny: ['linear'] }), 'Nothing'],
    [limit({ allow: ['github', 'linear'], readOnly: true }), 'github and linear, reading only'],
    [limit({ allow: ['github', 'linear'], deny: ['linear', '*/delete_*'] }), 'github, except */delete_*'],
    [limit({ allow: ['linear/get_*', 'linear/list_*'] }), 'Of linear only get_* and list_*'],
    [limit({ allow: ['github', 'github/get_*', 'wiki/read'] }), 'github, of wiki only read'],
    [limit({ allow: HERE }), 'All 5 servers of now'],
    [limit({ allow: [...HERE.slice(1), 'gone'] }), 'github, linear, notion, and 2 more'],
    [
      limit({ allow: HERE.map((name) => `${name}/a`) }),
      expect.stringMatching(/^Of files only a, .*and tools of 2 servers more$/),
    ],
  ])('%j: %s', (given, words) => {
    putTimeLocale('en');
    expect(accessWords(given, HERE)).toEqual(words);
  });

  it('says it in German', () => {
    putTexts(german.texts, german.later);
    putTimeLocale('de');
    expect(accessWords(limit({ allow: ['github', 'linear'], readOnly: true }), HERE)).toBe(
      'github und linear, nur lesend',
    );
  });
});

describe('the form of what a caller key may use', () => {
  it('gives a limit back as it was, and nothing for a key without one', () => {
    const given = limit({ allow: ['github', 'linear/get_*'], deny: ['*/delete_*', 'github/x'], readOnly: true });
    expect(limitFrom(fieldsFrom(given))).toEqual(given);
    expect(limitFrom(fieldsFrom(undefined))).toBeUndefined();
    // What was filled in before the person changed their mind limits nothing.
    expect(limitFrom({ ...fieldsFrom(given), isLimited: false })).toBeUndefined();
  });

  it('takes patterns apart by blanks, commas and lines, each once', () => {
    const fields = {
      ...UNLIMITED_FIELDS,
      isLimited: true,
      servers: ['wiki'],
      tools: 'a/x, a/y\n a/x wiki',
      never: ' b/* ',
    };
    expect(limitFrom(fields)).toEqual({ allow: ['wiki', 'a/x', 'a/y'], deny: ['b/*'], readOnly: false });
  });

  it('names the pattern that is none at its field, and says nothing of fields that are out of force', () => {
    const fields = { ...UNLIMITED_FIELDS, isLimited: true, tools: 'github/get_* https://x', never: '/x' };
    expect(errorsIn(fields)).toEqual({
      tools: 'https://x: this is no server and no server/tool.',
      never: '/x: this is no server and no server/tool.',
    });
    expect(errorsIn({ ...fields, isLimited: false })).toEqual({});
  });

  it('remarks on patterns that name no server that is there', () => {
    expect(remarkOn('github/get_* githbu/x */y', HERE)).toBe(
      'No server is there for githbu/x. It is kept for one that may come.',
    );
    expect(remarkOn('github', HERE)).toBeUndefined();
  });
});
