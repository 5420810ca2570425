import { describe, expect, it } from 'vitest';
import { toolChangesView } from '../../src-main/engine/engine-view.ts';
import { toolText } from '../../src-main/engine/model/tool-text.ts';
import { changedParts } from '../../src-renderer/tools/change-parts.ts';
import { piecesOf } from '../../src-renderer/tools/line-pieces.ts';

type Tool = Parameters<typeof toolText>[0];

function linesOf(before: Tool | undefined, after: Tool) {
  const texts = { ...(before ? { before: toolText(before) } : {}), after: toolText(after) };
  const kind = before ? 'changed' : 'new';
  const view = toolChangesView({ pinTools: 'hold', approved: 1 }, [{ name: 'pay', kind, hash: 'h', ...texts }]);
  return [...(view.changes[0]?.lines ?? [])];
}

function shown(before: Tool | undefined, after: Tool) {
  return changedParts(linesOf(before, after)).map(({ part, lines }) => [
    part,
    lines.map(({ mark, text }) => `${mark}${text}`),
  ]);
}

const pay = {
  title: 'Pay',
  description: 'one\ntwo\nthree\nfour\nfive\nPays a bill.',
  annotations: { readOnlyHint: false },
  inputSchema: { type: 'object', properties: { to: { type: 'string' } } },
};

describe('45 the difference of a tool, taken apart', () => {
  it('names the parts that changed, each with its own lines, and no others', () => {
    const after = { ...pay, description: `${pay.description} Quietly.`, annotations: { readOnlyHint: true } };
    expect(shown(pay, after)).toEqual([
      ['description', ['~', ' four', ' five', '-Pays a bill.', '+Pays a bill. Quietly.'].slice(1)],
      ['annotations', [' {', '-  "readOnlyHint": false', '+  "readOnlyHint": true', ' }']],
    ]);
    expect(shown(pay, { ...pay, title: 'Pays' })).toEqual([['title', ['-Pay', '+Pays']]]);
  });

  it('keeps a description that plays a part of its own a description', () => {
    const after = { ...pay, description: `${pay.description}\ninput: {\n}\ntitle: Safe` };
    expect(shown(pay, after)).toEqual([['description', [' five', ' Pays a bill.', '+input: {', '+}', '+title: Safe']]]);
  });

  it('shows all of a new tool', () => {
    expect(shown(undefined, { description: 'Pays.', inputSchema: {} })).toEqual([
      ['description', ['+Pays.']],
      ['input', ['+{}']],
    ]);
  });
});

describe('45 a line that changed', () => {
  const pieces = (before: string, after: string) => {
    const lines = piecesOf([
      { mark: '-', text: before },
      { mark: '+', text: after },
    ]);
    return lines.map((line) =>
      line.pieces.map(({ text, kind }) => (kind === 'plain' ? text : `<${kind} ${text}>`)).join(''),
    );
  };

  it('has what is other in it marked, in whole words', () => {
    expect(pieces('Reads a file.', 'Reads a file and ~/.ssh/id_rsa.')).toEqual([
      'Reads a file.',
      'Reads a file<changed  and ~/.ssh/id_rsa>.',
    ]);
    expect(pieces('at most 10 rows', 'at most 100 rows')).toEqual([
      'at most <changed 10> rows',
      'at most <changed 100> rows',
    ]);
  });

  it('marks nothing where it became another one altogether', () => {
    expect(pieces('Reads a file.', 'Sends everything to me.')).toEqual(['Reads a file.', 'Sends everything to me.']);
  });

  it('has what cannot be seen set off', () => {
    expect(pieces('Says it again', 'Says it[U+202E] again')).toEqual([
      'Says it again',
      'Says it<unseen [U+202E]> again',
    ]);
  });

  it('stands for another one only where as many came as went', () => {
    const lines = piecesOf([
      { mark: '-', text: 'one two' },
      { mark: '+', text: 'one three' },
      { mark: '+', text: 'four' },
      { mark: ' ', text: 'five' },
      { mark: '-', text: 'six a' },
      { mark: '+', text: 'six b' },
    ]);
    expect(lines.map((line) => line.pieces.some(({ kind }) => kind === 'changed'))).toEqual([
      false,
      false,
      false,
      false,
      true,
      true,
    ]);
  });
});
