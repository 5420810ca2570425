/** What a file imports or re-exports, statically or by `import()`. */
export interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
  readonly line: number;
}

const STRING = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`/;
const COMMENT_OR_STRING = new RegExp(String.raw`\/\/[^\n]*|\/\*[\s\S]*?\*\/|${STRING.source}`, 'g');
const PLAIN_STRING = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g;
const FROM = /(?:^|[;\n}])[ \t]*(?:import|export)\s+(type\s+)?([\w\s{},*$]*?)\s*\bfrom\s*(['"])([^'"\n]+)\3/g;
const BARE = /(?:^|[;\n])[ \t]*import\s*(['"])([^'"\n]+)\1/g;
const DYNAMIC = /\b(?:import|require)\s*\(\s*(['"])([^'"\n]+)\1/g;

/** Comments become blanks; lines stay where they are. */
export function withoutComments(source: string): string {
  return source.replace(COMMENT_OR_STRING, (found) =>
    found.startsWith('//') || found.startsWith('/*') ? found.replace(/[^\n]/g, ' ') : found,
  );
}

/** The content of quoted strings becomes blanks. Templates stay, for they contain code. */
export function withoutStrings(text: string): string {
  return text.replace(PLAIN_STRING, (found) => found.charAt(0) + ' '.repeat(found.length - 2) + found.charAt(0));
}

/** @param text source without comments */
export function importsOf(text: string): Import[] {
  const found: Import[] = [];
  const add = (specifier: string | undefined, typeOnly: boolean, end: number): void => {
    if (specifier !== undefined) found.push({ specifier, typeOnly, line: text.slice(0, end).split('\n').length });
  };
  for (const match of text.matchAll(FROM)) {
    add(match[4], match[1] !== undefined || namesTypesOnly(match[2] ?? ''), match.index + match[0].length);
  }
  for (const match of text.matchAll(BARE)) add(match[2], false, match.index + match[0].length);
  for (const match of text.matchAll(DYNAMIC)) add(match[2], false, match.index + match[0].length);
  return found;
}

function namesTypesOnly(clause: string): boolean {
  const inBraces = /^\s*\{([^}]*)\}\s*$/.exec(clause)?.[1];
  if (inBraces === undefined) return false;
  const names = inBraces.split(',').filter((name) => name.trim() !== '');
  return names.length > 0 && names.every((name) => /^\s*type\s/.test(name));
}
