import type { ChangeLine } from './change-parts.ts';

export interface Piece {
  readonly text: string;
  /** `changed`: of a line that was changed, what is other. `unseen`: a character that shows nothing, written out. */
  readonly kind: 'plain' | 'changed' | 'unseen';
}

export interface PiecedLine {
  readonly mark: ChangeLine['mark'];
  readonly pieces: readonly Piece[];
}

const UNSEEN = /(\[U\+[0-9A-F]{4,6}\])/;
const WORDS = /\[U\+[0-9A-F]{4,6}\]|[\p{L}\p{N}_]+|./gsu;

/** Lines with what is other in them marked, where one was changed and not replaced. */
export function piecesOf(lines: readonly ChangeLine[]): readonly PiecedLine[] {
  const others = counterparts(lines);
  return lines.map(({ mark, text }, index) => {
    const other = others.get(index);
    return { mark, pieces: (other === undefined ? [plain(text)] : changedPieces(text, other)).flatMap(withUnseen) };
  });
}

/** What a line was before, or became: lines that went and as many that came in their place stand for each other. */
function counterparts(lines: readonly ChangeLine[]): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  const endOf = (mark: ChangeLine['mark'], from: number): number => {
    let end = from;
    while (lines[end]?.mark === mark) end += 1;
    return end;
  };
  for (let gone = 0, end = 0; gone < lines.length; gone = Math.max(end, gone + 1)) {
    const come = endOf('-', gone);
    end = endOf('+', come);
    if (end - come !== come - gone) continue;
    for (let by = 0; by < come - gone; by += 1) {
      found.set(gone + by, lines[come + by]?.text ?? '');
      found.set(come + by, lines[gone + by]?.text ?? '');
    }
  }
  return found;
}

function changedPieces(text: string, other: string): readonly Piece[] {
  const [own, theirs] = [text.match(WORDS) ?? [], other.match(WORDS) ?? []];
  const shorter = Math.min(own.length, theirs.length);
  let start = 0;
  while (start < shorter && own[start] === theirs[start]) start += 1;
  let end = 0;
  while (end < shorter - start && own.at(-1 - end) === theirs.at(-1 - end)) end += 1;
  const same = own.slice(0, start).join('').length + own.slice(own.length - end).join('').length;
  // Of two sentences that share a word, one was not made from the other.
  if (same * 3 < Math.min(text.length, other.length)) return [plain(text)];
  return [
    plain(own.slice(0, start).join('')),
    { text: own.slice(start, own.length - end).join(''), kind: 'changed' as const },
    plain(own.slice(own.length - end).join('')),
  ].filter((piece) => piece.text !== '');
}

function withUnseen({ text, kind }: Piece): readonly Piece[] {
  return text
    .split(UNSEEN)
    .map((part, index): Piece => ({ text: part, kind: index % 2 === 1 ? 'unseen' : kind }))
    .filter((piece) => piece.text !== '');
}

function plain(text: string): Piece {
  return { text, kind: 'plain' };
}
