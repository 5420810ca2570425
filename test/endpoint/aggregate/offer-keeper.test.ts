import { describe, expect, test } from 'vitest';
import { NO_LISTS } from '../../../src-main/engine/endpoint/aggregate/catalogue.ts';
import { OfferKeeper } from '../../../src-main/engine/endpoint/aggregate/offer-keeper.ts';
import type { KeptOffers } from '../../../src-main/engine/model/kept-offers.ts';
import type { KeptRecord } from '../../../src-main/engine/ports.ts';
import type { Upstream } from '../../../src-main/engine/upstream/upstream.ts';

/** Only what the keeper looks at. */
const at = (name: string, url: string) => ({ name, transport: 'http', url: new URL(url) }) as unknown as Upstream;
const notes = at('notes', 'https://notes.example/mcp?key=hush');
const tool = (name: string, description = '') => ({ name, description, inputSchema: { type: 'object' as const } });
const lists = (description = '') => ({
  ...NO_LISTS,
  tools: [tool('echo', description)],
  resources: [{ uri: 'https://notes.example/private?token=hush', name: 'private' }],
});

function keeper(left: KeptOffers = {}, isConfigured = (_name: string) => true) {
  let read: () => KeptOffers = () => ({});
  const record: KeptRecord<KeptOffers> = {
    left,
    start: (current) => {
      read = current;
    },
    changed: () => {},
    erased: async () => {},
    stop: async () => {},
  };
  return { keeper: new OfferKeeper(record, isConfigured), written: () => read() };
}

describe('what servers offered last', () => {
  test('is there after a restart, for callers of the same kind', () => {
    const before = keeper();
    before.keeper.keep(notes, '{}', lists());
    const after = keeper(before.written());
    expect(after.keeper.lists(notes, '{}')?.tools).toEqual([tool('echo')]);
    expect(after.keeper.lists(notes, '{"sampling":{}}')).toBeUndefined();
  });

  test('is not taken for that of a server at another address', () => {
    const before = keeper();
    before.keeper.keep(notes, '{}', lists());
    expect(keeper(before.written()).keeper.lists(at('notes', 'https://other.example/mcp'), '{}')).toBeUndefined();
  });

  test('42 has no address in it, neither of the server nor of a resource', () => {
    const { keeper: kept, written } = keeper();
    kept.keep(notes, '{}', lists());
    expect(JSON.stringify(written())).not.toContain('hush');
    expect(JSON.stringify(written())).not.toContain('https');
  });

  test('31 is forgotten with its server, also where that was removed while nobody looked', async () => {
    const { keeper: kept, written } = keeper();
    kept.keep(notes, '{}', lists());
    await kept.forget('notes');
    expect(written()).toEqual({});
    const before = keeper();
    before.keeper.keep(notes, '{}', lists());
    expect(keeper(before.written(), () => false).written()).toEqual({});
  });

  test('44 is not kept where it is too much', () => {
    const { keeper: kept, written } = keeper();
    kept.keep(notes, '{}', lists('x'.repeat(300_000)));
    kept.keep(at('small', 'https://small.example'), '{}', lists());
    expect(Object.keys(written())).toEqual(['small']);
    for (let n = 0; n < 20; n += 1) kept.keep(at(`s${n}`, 'https://s.example'), '{}', lists('x'.repeat(200_000)));
    expect(JSON.stringify(written()).length).toBeLessThan(2.2 * 1024 * 1024);
  });
});
