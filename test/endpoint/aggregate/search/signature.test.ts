import { describe, expect, test } from 'vitest';
import { firstSentence, signatureOf } from '../../../../src-main/engine/endpoint/aggregate/search/signature.ts';

type Tool = Parameters<typeof signatureOf>[0];

function tool(properties: NonNullable<Tool['inputSchema']['properties']>, more: object = {}, description = ''): Tool {
  return { name: 'notes__write', description, inputSchema: { type: 'object', properties, ...more } };
}

describe('a tool in one line', () => {
  test('names what must be given first, and marks what may be left out', () => {
    const properties = { tags: { type: 'array', items: { type: 'string' } }, title: { type: 'string' } };
    expect(signatureOf(tool(properties, { required: ['title'] }, 'Writes a note. It is kept for ever.'))).toBe(
      'notes__write(title: string, tags?: string[]): Writes a note.',
    );
  });

  test.each([
    [{ enum: ['a', 'b', 1] }, '"a" | "b" | 1'],
    [{ enum: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] }, '"a" | "b" | "c" | "d" | "e" | "f" | ...'],
    [{ const: 'x' }, '"x"'],
    [{ type: ['string', 'null'] }, 'string'],
    [{ anyOf: [{ type: 'string' }, { type: 'integer' }] }, 'string | integer'],
    [{ type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'integer' }] } }, '(string | integer)[]'],
    [
      { type: 'object', properties: { a: { type: 'string' }, b: { type: 'number' } }, required: ['a'] },
      '{a: string, b?: number}',
    ],
    [{ $ref: '#/$defs/level' }, '"low" | "high"'],
    [{ $ref: 'https://example.com/schema' }, 'any'],
    [{ $ref: '#/$defs/loop' }, 'any[][]'],
    [{}, 'any'],
  ])('writes %j as %s', (schema, type) => {
    const $defs = { level: { enum: ['low', 'high'] }, loop: { type: 'array', items: { $ref: '#/$defs/loop' } } };
    expect(signatureOf(tool({ x: schema }, { $defs }))).toContain(`(x?: ${type}`);
  });

  test('44 stays one line of bounded length, whatever the server says', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`parameter${n}`, { type: 'string' }]));
    const signature = signatureOf(tool(many, {}, 'word\n'.repeat(10_000)));
    expect(signature.length).toBeLessThan(560);
    expect(signature).toMatch(/\.\.\. \d+ more\): word word/);
    expect(signature).not.toContain('\n');
  });

  test('says its first sentence, in which an abbreviation is no end', () => {
    expect(firstSentence('Links a thing, e.g. to a page. Then more.')).toBe('Links a thing, e.g. to a page.');
    expect(firstSentence('No end')).toBe('No end');
  });
});
