import { expect, it } from 'vitest';
import { VaultAlarm } from '../../src-main/engine/tokens/vault-alarm.ts';
import { createManualClock } from '../fakes/manual-clock.ts';
import { createTestVault } from '../fakes/memory-vault.ts';

it('28 a look that ends after the program stopped plans no other', async () => {
  const clock = createManualClock();
  const vault = createTestVault();
  vault.lock();
  let answer: () => void = () => {};
  const looked = new Promise<void>((resolve) => {
    answer = resolve;
  });
  let looks = 0;
  const alarm = new VaultAlarm(
    {
      ...vault,
      retryQuietly: async () => {
        looks += 1;
        await looked;
        return vault.health();
      },
    },
    clock,
  );
  alarm.start();
  await clock.advance('30 s');
  expect(looks).toBe(1);
  alarm.stop();
  answer();
  await clock.advance('10 min');
  expect([looks, clock.pendingAlarms, clock.jumpListeners]).toEqual([1, [], 0]);
});
