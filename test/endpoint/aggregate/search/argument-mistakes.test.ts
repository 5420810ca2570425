import { describe, expect, test } from 'vitest';
import { argumentMistake } from '../../../../src-main/engine/endpoint/aggregate/search/argument-mistakes.ts';

const schema = {
  type: 'object' as const,
  properties: {
    title: { type: 'string' },
    count: { type: 'integer' },
    state: { type: 'string', enum: ['open', 'closed'] },
    tags: { type: 'array' },
    free: {},
  },
  required: ['title'],
};

describe('the arguments of a call', () => {
  test.each([[{ title: 'x' }], [{ title: 'x', count: 1, state: 'open', tags: [], free: null, other: 1 }]])(
    'are let through where nothing is certainly wrong: %j',
    (args) => {
      expect(argumentMistake(schema, args)).toBeUndefined();
    },
  );

  test.each([
    [{}, '"title" is missing'],
    [{ title: 1 }, '"title" is of type string'],
    [{ title: 'x', count: 1.5 }, '"count" is of type integer'],
    [{ title: 'x', tags: 'a' }, '"tags" is of type array'],
    [{ title: 'x', state: 'done' }, '"state" is one of "open", "closed"'],
  ])('%j: %s', (args, mistake) => {
    expect(argumentMistake(schema, args)).toBe(mistake);
  });

  test('that the schema has no place for are named, where it says that there are no others', () => {
    expect(argumentMistake({ ...schema, additionalProperties: false }, { title: 'x', titel: 'y' })).toBe(
      'it has no "titel"',
    );
  });
});
