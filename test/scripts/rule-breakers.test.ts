import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { RULE_BREAKERS } from '../../scripts/rule-breakers.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

describe('the breakages of `npm run rules`', () => {
  test('break each of the seven rules', () => {
    expect(new Set(RULE_BREAKERS.map(({ rule }) => rule))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7]));
  });

  const breakages = RULE_BREAKERS.flatMap((breaker) => [breaker, ...(breaker.also ? [breaker.also] : [])]);
  test.each(breakages)('"$find" fits one place of $file', async ({ file, find }) => {
    const text = await readFile(path.join(ROOT, file), 'utf8');
    expect(text.split(find)).toHaveLength(2);
  });

  test.each(RULE_BREAKERS)('the tests that are to notice "$name" are there', async ({ tests }) => {
    for (const name of tests) await readFile(path.join(ROOT, name)).catch(isFolder);
  });
});

function isFolder(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EISDIR') throw error;
}
