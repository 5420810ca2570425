import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineChanges } from '../../src-main/engine/model/line-changes.ts';
import { partBegunBy } from '../../src-main/engine/model/tool-text.ts';

function shown(before: string, after: string): string[] {
  return lineChanges(before, after).map(({ mark, text }) => `${mark}${text}`);
}

describe('the difference of two texts', () => {
  test('tells what was taken away and added, with two lines beside it', () => {
    expect(shown('a\nb\nc\nd\ne\nf\ng', 'a\nb\nc\nX\ne\nf\ng')).toEqual(['~', ' b', ' c', '-d', '+X', ' e', ' f', '~']);
    expect(shown('', 'a')).toEqual(['-', '+a']);
    expect(shown('a', 'a')).toEqual(['~']);
  });

  test('45 tells under which heading a change stands, however far above it is', () => {
    const text = (changed: string) => `title: T\ndescription:\n  1\n  2\n  3\n  4\n  ${changed}\ninput: {}`;
    const lines = lineChanges(text('a'), text('b'), (line) => partBegunBy(line) !== undefined);
    expect(lines.map(({ mark, text: line }) => mark + line)).toEqual([
      '~',
      ' description:',
      '~',
      '   3',
      '   4',
      '-  a',
      '+  b',
      ' input: {}',
    ]);
  });

  test('two long texts that share nothing are told as replaced, quickly', () => {
    const long = (letter: string) => Array.from({ length: 20_000 }, (_, index) => `${letter}${index}`).join('\n');
    const begun = performance.now();
    expect(lineChanges(long('a'), long('b'))).toHaveLength(40_000);
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  test('leaves out nothing that changed', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 30 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const changes = lineChanges(before, after);
        const count = (mark: string) => changes.filter((line) => line.mark === mark).length;
        const [a, b] = [before.split('\n').length, after.split('\n').length];
        expect(count('+') - count('-')).toBe(b - a);
        for (const { mark, text: line } of changes) {
          if (mark === '-' || mark === ' ') expect(before.split('\n')).toContain(line);
          if (mark === '+') expect(after.split('\n')).toContain(line);
        }
      }),
    );
  });
});
