import { describe, expect, test } from 'vitest';
import { visibleText } from '../../src-main/engine/model/visible-text.ts';

describe('a text with what cannot be seen written out', () => {
  test.each([
    ['right-to-left override', 'safe\u202Egpj.exe', 'safe[U+202E]gpj.exe'],
    ['isolates', '\u2066a\u2069', '[U+2066]a[U+2069]'],
    ['marks', 'a\u200E\u200F\u061Cb', 'a[U+200E][U+200F][U+061C]b'],
    ['zero width', 'a\u200Bb\u200Cc\u200Dd\u2060e\uFEFF', 'a[U+200B]b[U+200C]c[U+200D]d[U+2060]e[U+FEFF]'],
    ['tags, which spell a text that nobody sees', 'x\u{E0041}\u{E0042}', 'x[U+E0041][U+E0042]'],
    ['variation selectors behind letters', 'a\uFE0Fb\u{E0100}', 'a[U+FE0F]b[U+E0100]'],
    ['soft hyphen, fillers, joiner', '\u00AD\u3164\u115F\u034F', '[U+00AD][U+3164][U+115F][U+034F]'],
    ['controls', 'a\u0000\u001B[31m\u007F\u009B\r', 'a[U+0000][U+001B][31m[U+007F][U+009B][U+000D]'],
    ['separators', 'a\u2028b\u2029', 'a[U+2028]b[U+2029]'],
    ['private use and lone surrogates', '\uE000\uD800', '[U+E000][U+D800]'],
  ])('%s', (_what, text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });

  test.each(['Adds two numbers.\n\tThen says so.', 'Größe, 大きさ, גודל, حجم', '⚠️ careful', '👨‍👩‍👧 👍🏽 🏳️‍🌈', 'a b'])(
    '%j stays as it is',
    (text) => {
      expect(visibleText(text)).toBe(text);
    },
  );

  test('an emoji hides no more than its own selector', () => {
    expect(visibleText('⚠\uFE0F\uFE0F')).toBe('⚠\uFE0F[U+FE0F]');
    expect(visibleText('👍\u200D\u200Dx')).toContain('[U+200D]');
  });
});
