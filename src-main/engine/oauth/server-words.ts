import type { Secret } from '../model/secret.ts';

const MAX_LENGTH = 300;
// Control, format (bidirectional overrides, zero width), surrogate and separator characters could forge a log line or
// turn a sentence around.
const NOT_SHOWN = /[\s\p{C}\p{Zl}\p{Zp}]+/gu;

/**
 * What a server said, fit to be shown and logged: one line of at most 300 characters, without the secrets that were
 * sent to it (some servers echo the token or code they refuse).
 *
 * @returns undefined where nothing readable is left
 */
export function serverWords(said: unknown, sent: readonly (Secret | undefined)[] = []): string | undefined {
  if (typeof said !== 'string') return undefined;
  let words = said;
  for (const secret of sent) {
    const value = secret?.reveal();
    if (value) words = words.replaceAll(value, '[secret]');
  }
  words = words.replace(NOT_SHOWN, ' ').trim();
  if (words.length > MAX_LENGTH) words = `${words.slice(0, MAX_LENGTH - 1)}…`;
  return words === '' ? undefined : words;
}
