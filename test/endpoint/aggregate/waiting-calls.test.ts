import { expect, test } from 'vitest';
import { WaitingCalls } from '../../../src-main/engine/endpoint/aggregate/waiting-calls.ts';
import type { Upstream } from '../../../src-main/engine/upstream/upstream.ts';
import { createManualClock } from '../../fakes/manual-clock.ts';

test('22 a call whose caller has gone already waits for no sign-in, and nothing is left of it', async () => {
  const clock = createManualClock();
  const waiting = new WaitingCalls(clock);
  const server = { name: 'linear', state: { kind: 'login-needed' } } as unknown as Upstream;
  expect(await waiting.wait(server, AbortSignal.abort())).toBe(false);
  expect(clock.pendingAlarms).toEqual([]);
});
