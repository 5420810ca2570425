import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSplitValues, type Items, WINDOWS_ITEM_BYTES } from '../../src-main/adapters/keychain/split-values.ts';

/** Windows' Credential Manager: CredWrite refuses a blob over 2,560 bytes; each call happens whole or not at all. */
class CredentialManager implements Items {
  readonly blobs = new Map<string, string>();
  /** How many calls that change something still happen before the power goes; undefined: all. */
  callsLeft: number | undefined;
  failNextSet = false;

  #spend(): void {
    if (this.callsLeft === undefined) return;
    if (this.callsLeft === 0) throw new Error('the power went');
    this.callsLeft -= 1;
  }

  async get(key: string) {
    const value = this.blobs.get(key);
    return value === undefined ? ({ kind: 'absent' } as const) : ({ kind: 'found', value } as const);
  }

  async set(key: string, value: string) {
    this.#spend();
    if (this.failNextSet || Buffer.byteLength(value) > WINDOWS_ITEM_BYTES) {
      this.failNextSet = false;
      return { kind: 'unavailable', detail: 'The stub received bad data.' } as const;
    }
    this.blobs.set(key, value);
    return { kind: 'done' } as const;
  }

  async delete(key: string) {
    this.#spend();
    this.blobs.delete(key);
    return { kind: 'done' } as const;
  }
}

const split = (manager: CredentialManager): Items => createSplitValues(manager, WINDOWS_ITEM_BYTES);
const repeated = (size: number, character = 'x'): string => character.repeat(size);

describe('values in items of at most 2,560 bytes', () => {
  it('writes a short value as it is, in one call', async () => {
    const manager = new CredentialManager();
    await split(manager).set('k', repeated(2560));
    await split(manager).set('k', 'shorter');
    expect([...manager.blobs]).toEqual([['k', 'shorter']]);
  });

  it.each([2561, 5120, 20_000])('keeps %i bytes whole, and counts bytes, not characters', async (size) => {
    const manager = new CredentialManager();
    for (const character of ['x', 'é', '✓', '😀']) {
      const value = repeated(size, character);
      expect(await split(manager).set('k', value)).toEqual({ kind: 'done' });
      expect(await split(manager).get('k')).toEqual({ kind: 'found', value });
    }
  });

  it('keeps a value that looks like one of its own heads', async () => {
    const manager = new CredentialManager();
    const value = 'gatehouse-split:1:{"generation":1,"parts":1,"sha256":"x"}';
    await split(manager).set('k', value);
    expect(await split(manager).get('k')).toEqual({ kind: 'found', value });
  });

  it('leaves nothing behind, neither of an older generation nor after a deletion', async () => {
    const manager = new CredentialManager();
    const items = split(manager);
    await items.set('k', repeated(20_000));
    await items.set('k', repeated(3_000));
    expect([...manager.blobs.keys()].sort()).toEqual(['k', 'k#2.0', 'k#2.1']);
    await items.set('k', 'short');
    expect([...manager.blobs.keys()]).toEqual(['k']);
    await items.set('k', repeated(9_000));
    await items.delete('k');
    expect(manager.blobs.size).toBe(0);
  });

  it('a part that was refused leaves the old value in force', async () => {
    const manager = new CredentialManager();
    const items = split(manager);
    await items.set('k', repeated(5_000, 'a'));
    manager.failNextSet = true;
    expect(await items.set('k', repeated(5_000, 'b'))).toMatchObject({ kind: 'unavailable' });
    expect(await items.get('k')).toEqual({ kind: 'found', value: repeated(5_000, 'a') });
  });

  it('a part that somebody removed or changed makes the value absent, never half of it', async () => {
    const manager = new CredentialManager();
    const items = split(manager);
    await items.set('k', repeated(5_000));
    manager.blobs.set('k#1.1', 'tampered');
    expect(await items.get('k')).toEqual({ kind: 'absent' });
    manager.blobs.delete('k#1.1');
    expect(await items.get('k')).toEqual({ kind: 'absent' });
  });

  it('30 a crash at any call of any history leaves the old value or the new one, and no litter for good', async () => {
    const step = fc.oneof(
      fc.record({ op: fc.constant('set' as const), size: fc.constantFrom(1, 100, 2560, 2561, 6_000, 12_000) }),
      fc.record({ op: fc.constant('delete' as const), size: fc.constant(0) }),
    );
    const history = fc.array(fc.record({ step, crashAfter: fc.option(fc.nat(14), { nil: undefined }) }), {
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        const manager = new CredentialManager();
        let stored: string | undefined;
        for (const [i, { step: wanted, crashAfter }] of steps.entries()) {
          const next = wanted.op === 'set' ? repeated(wanted.size, String.fromCharCode(97 + i)) : undefined;
          manager.callsLeft = crashAfter;
          const work = next === undefined ? split(manager).delete('k') : split(manager).set('k', next);
          const isWhole = await work.then(
            (answer) => answer.kind === 'done',
            () => false,
          );
          manager.callsLeft = undefined;
          const read = await split(manager).get('k');
          const value = read.kind === 'found' ? read.value : undefined;
          if (isWhole) expect(value).toBe(next);
          else expect([stored, next]).toContain(value);
          stored = value;
        }
        await split(manager).delete('k');
        expect([...manager.blobs.keys()]).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});
