/** A command for a person to read, as at a terminal: arguments with spaces are seen as one. */
export function shownCommand(words: readonly string[]): string {
  return words.map((word) => (/^[^\s"']+$/.test(word) ? word : JSON.stringify(word))).join(' ');
}
