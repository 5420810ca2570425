/** An emoji, with its selector or colour and what is joined to it. */
const EMOJI = String.raw`\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?`;

/**
 * Characters that show nothing or turn the direction of writing around, so that people read something else than models
 * do: controls, format characters (zero width, bidirectional, tags), variation selectors, fillers, line and paragraph
 * separators, lone surrogates, private use.
 *
 * @see Unicode Technical Report 36, section 2, and Unicode Standard Annex 9, section 2
 */
const UNSEEN = String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]`;

const EMOJI_OR_UNSEEN = new RegExp(`${EMOJI}(?:\\u200D${EMOJI})*|${UNSEEN}`, 'gu');
const ONE_UNSEEN = new RegExp(`^${UNSEEN}$`, 'u');

/** A text as it is, with what cannot be seen written out: `[U+202E]`. Line breaks and tabs stay. */
export function visibleText(text: string): string {
  return text.replace(EMOJI_OR_UNSEEN, (found) => {
    if (found === '\n' || found === '\t' || !ONE_UNSEEN.test(found)) return found;
    return `[U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;
  });
}
