import { expect, it } from 'vitest';
import { Remembered } from '../../src-main/engine/login/remembered.ts';

it('what ended long ago is forgotten first, and what is told again counts once', () => {
  const ended = new Remembered<string, number>(2);
  ended.set('a', 1);
  ended.set('b', 2);
  ended.set('b', 3);
  expect([ended.get('a'), ended.get('b'), ended.get('c')]).toEqual([1, 3, undefined]);
  ended.set('c', 4);
  expect([ended.get('a'), ended.get('b'), ended.get('c')]).toEqual([undefined, 3, 4]);
});
