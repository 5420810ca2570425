/** The words of a command as at a terminal, quotes taken off; undefined where a quote is not closed. */
export function splitCommand(text: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    const next = text.charAt(index + 1);
    // A backslash is also what Windows writes between folders, so it only takes the meaning of quotes and itself.
    const isEscape = character === '\\' && quote !== "'" && (next === '"' || next === "'" || next === '\\');
    if (isEscape && !/^[A-Za-z]:/.test(word ?? '')) {
      word = (word ?? '') + next;
      index += 1;
    } else if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  if (word !== undefined) words.push(word);
  return quote === undefined ? words : undefined;
}

/** The same the other way round: what `splitCommand` reads as these words. */
export function joinCommand(words: readonly string[]): string {
  return words
    .map((word) => (/^[^\s"'\\]+$/.test(word) || /^[A-Za-z]:[^\s"']+$/.test(word) ? word : quoted(word)))
    .join(' ');
}

function quoted(word: string): string {
  return word.includes("'") ? `"${word.replace(/["\\]/g, '\\$&')}"` : `'${word}'`;
}

const VARIABLE = /^([^=\s]+?)(?:=\$?\{?([A-Za-z_]\w*)\}?)?$/;

/**
 * "KEY TOKEN=OURS": variables of a program, each with the name of the environment variable that has its value.
 * Undefined where a word is no such thing.
 */
export function readVariables(text: string): Readonly<Record<string, string>> | undefined {
  const found: Record<string, string> = {};
  for (const word of text.split(/[\s,]+/).filter((part) => part !== '')) {
    const [, own, ours = own] = VARIABLE.exec(word) ?? [];
    if (own === undefined || ours === undefined || !/^[A-Za-z_]\w*$/.test(ours)) return undefined;
    found[own] = ours;
  }
  return found;
}

export function writeVariables(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([own, ours]) => (own === ours ? own : `${own}=${ours}`))
    .join(' ');
}

/** With a scheme, which a drive's one letter is not, or a host alone: "mcp.example.com/mcp" lacks its beginning. */
export function looksLikeAddress(text: string): boolean {
  return /^\s*[a-z][\w+.-]+:/i.test(text) || /^\s*[\w-]+(?:\.[\w-]+)+(?:[:/]\S*)?\s*$/.test(text);
}
