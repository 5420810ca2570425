import { describe, expect, it } from 'vitest';
import { Secret } from '../../src-main/engine/model/secret.ts';
import { serverWords } from '../../src-main/engine/oauth/server-words.ts';

describe('serverWords', () => {
  it.each([
    ['keeps a sentence', 'The token is unknown.', 'The token is unknown.'],
    ['puts lines into one', 'a\r\n\tb\u2028c', 'a b c'],
    ['drops controls and text direction', '\u001b[31mred\u202egpj', '[31mred gpj'],
    ['cuts', 'x'.repeat(1000), `${'x'.repeat(299)}…`],
    ['nothing for blanks', ' \n', undefined],
    ['nothing for what is no text', { a: 1 }, undefined],
  ])('%s', (_title, said, words) => {
    expect(serverWords(said)).toBe(words);
  });

  it('scenario 42: takes an echoed secret out before it cuts', () => {
    const token = new Secret('t0p-secret');
    expect(serverWords('Token t0p-secret (t0p-secret) is expired', [token, undefined])).toBe(
      'Token [secret] ([secret]) is expired',
    );
  });
});
