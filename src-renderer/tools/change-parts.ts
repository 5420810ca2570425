import { partBegunBy, type ToolPart } from '../../src-main/engine/model/tool-text.ts';
import type { ToolChanges } from '../../src-preload/contract.ts';

export type ToolChange = ToolChanges['changes'][number];
export type ChangeLine = ToolChange['lines'][number];

export interface ChangedPart {
  readonly part: ToolPart;
  readonly lines: readonly ChangeLine[];
}

/** The difference of a tool, taken apart: its description, its input and so on, without those that stayed. */
export function changedParts(lines: readonly ChangeLine[]): readonly ChangedPart[] {
  const parts = new Map<ToolPart, ChangeLine[]>();
  let part: ToolPart = 'title';
  for (const line of lines) {
    part = (line.mark === '~' ? undefined : partBegunBy(line.text)) ?? part;
    const known = parts.get(part) ?? [];
    const own = withoutName(line, part);
    if (own) known.push(own);
    parts.set(part, known);
  }
  return [...parts]
    .map(([name, own]) => ({ part: name, lines: withoutOuterGaps(own) }))
    .filter(({ lines: own }) => own.some(({ mark }) => mark === '-' || mark === '+'));
}

/** The name of the part stands above it in the person's language; a description's lines are indented below it. */
function withoutName({ mark, text }: ChangeLine, part: ToolPart): ChangeLine | undefined {
  if (part === 'description') return text === 'description:' ? undefined : { mark, text: text.replace(/^ {2}/, '') };
  return { mark, text: text.startsWith(`${part}: `) ? text.slice(part.length + 2) : text };
}

/** A gap tells of lines between others. */
function withoutOuterGaps(lines: readonly ChangeLine[]): readonly ChangeLine[] {
  const isShown = ({ mark }: ChangeLine): boolean => mark !== '~';
  return lines.slice(lines.findIndex(isShown), lines.findLastIndex(isShown) + 1);
}
