import { expect, test } from 'vitest';
import { Callers, type StoredCaller } from '../../src-main/engine/endpoint/callers.ts';
import { createManualClock } from '../fakes/manual-clock.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';

test('a removal that could not be written leaves a key as the list shows it; the next one takes it away', async () => {
  let value: readonly StoredCaller[] = [];
  let isFull = false;
  const file = {
    get value() {
      return value;
    },
    async save(next: readonly StoredCaller[]) {
      if (isFull) return { ok: false, problem: { code: 'not-available', detail: 'the disk is full' } } as const;
      value = next;
      return { ok: true, value: undefined } as const;
    },
  };
  const callers = new Callers(file, createManualClock(), createSeededRandom());
  const added = await callers.add('tool', undefined, []);
  if (!added.ok) throw new Error('not added');
  isFull = true;
  expect(await callers.remove('tool')).toMatchObject({ ok: false });
  expect([callers.list().map(({ name }) => name), callers.find(added.value.key)]).toEqual([['tool'], 'tool']);
  isFull = false;
  expect(await callers.remove('tool')).toMatchObject({ ok: true });
  expect([callers.list(), callers.find(added.value.key)]).toEqual([[], undefined]);
});
