import { describe, expect, it } from 'vitest';
import { FlowRecords } from '../../src-main/engine/login/flow-records.ts';
import { createManualClock } from '../fakes/manual-clock.ts';
import { createTestVault } from '../fakes/memory-vault.ts';
import { createRecordingLogger } from '../fakes/recording-logger.ts';
import { memoryIndex } from '../tokens/logins.ts';
import { flowRecord } from './flow-record-fixture.ts';

const S = 'linear';

/** As the last run left it: a sign-in of `linear` under way. */
async function open() {
  const deps = {
    vault: createTestVault(),
    index: memoryIndex(),
    clock: createManualClock(),
    logger: createRecordingLogger(),
  };
  await new FlowRecords(deps).save(S, flowRecord());
  return { ...deps, records: new FlowRecords(deps) };
}

describe('the records of sign-ins under way', () => {
  it('F7 are found by the next run', async () => {
    const { records } = await open();
    expect([records.isLeft(S), (await records.takeLeft(S))?.flowId]).toEqual([true, flowRecord().flowId]);
    expect(records.isLeft(S)).toBe(false);
  });

  it('F7 one that was begun anew while the old one was read is not gone back from', async () => {
    const { records, vault } = await open();
    const taking = records.takeLeft(S);
    const saving = records.save(S, flowRecord({ flowId: 'newer' }));
    expect(await taking).toBeUndefined();
    await saving;
    expect(vault.values.get(`${S}/sign-in`)).toContain('newer');
  });

  it.each([
    ['torn', '{"version":1,'],
    ['of another shape', '{"version":2}'],
    ['gone', undefined],
  ])('F7 30 one that is %s is none: nothing of it is kept', async (_how, text) => {
    const { records, vault, index } = await open();
    if (text === undefined) vault.values.clear();
    else vault.values.set(`${S}/sign-in`, text);
    expect(await records.takeLeft(S)).toBeUndefined();
    await records.settled();
    expect([records.left, index.flows(), vault.values.size]).toEqual([[], [], 0]);
  });

  it('F7 28 one that a locked vault keeps is noted for when it is unlocked', async () => {
    const { records, vault, index, logger } = await open();
    vault.lock();
    expect([await records.takeLeft(S), records.isHeldByVault]).toEqual([undefined, true]);
    records.erase(S);
    await records.settled();
    expect([index.flows(), index.erasures()]).toEqual([[], [`${S}/sign-in`]]);
    expect(logger.of('vault.erase-failed')).toHaveLength(1);
  });
});
