import { afterEach, expect, it } from 'vitest';
import { ActivityRing } from '../../src-main/engine/endpoint/activity.ts';
import { outcomeWords } from '../../src-main/engine/model/outcome-words.ts';
import { createManualClock } from '../fakes/manual-clock.ts';
import { closeAll, openHouse, rpc } from './house-with-upstream.ts';
import { send } from './raw-request.ts';

const request = (ms: number) => ({ server: 'linear', caller: 'cursor', method: 'tools/call', ms, outcome: '200' });

afterEach(closeAll);

it('tells of each request that came to its end: which server, who called, how long, how it ended', async () => {
  const { endpoint, headers, household } = await openHouse();
  await send(endpoint, { method: 'POST', headers, body: rpc('tools/list') });
  await send(endpoint, { method: 'POST', headers, body: rpc('tools/call', { name: 'x' }) });
  await expect.poll(() => household.engine.activity(0).length).toBe(2);
  const [listed, called] = household.engine.activity(0);
  expect(listed).toMatchObject({ number: 1, method: 'tools/list', outcome: '200' });
  expect(called).toMatchObject({ number: 2, method: 'tools/call', server: household.engine.view().servers[0]?.name });
  expect(called?.caller).toBe(household.engine.listCallers()[0]?.name);
  expect(JSON.stringify(household.engine.activity(0))).not.toContain(household.key);
});

it('keeps the last requests, oldest first, and counts on past what it forgets', async () => {
  const clock = createManualClock();
  const ring = new ActivityRing(clock, 3);
  expect(ring.after(0)).toEqual([]);
  for (let ms = 1; ms <= 5; ms += 1) {
    ring.add(request(ms));
    await clock.advance(1000);
  }
  expect(ring.after(0).map(({ number, ms }) => [number, ms])).toEqual([
    [3, 3],
    [4, 4],
    [5, 5],
  ]);
  expect(ring.after(4)).toEqual([{ ...request(5), number: 5, at: clock.now() - 1000 }]);
  expect(ring.after(5)).toEqual([]);
  expect(ring.after(99)).toEqual([]);
});

it.each([
  ['200', 'Answered', false],
  ['404', 'Refused (404)', true],
  ['503', 'Failed (503)', true],
  ['caller-gone', 'The caller went away', false],
  ['broken-off', 'The answer broke off', true],
  ['login-ended', 'Not sent on: the login ended', true],
  ['vault-locked', 'Not sent on: the keychain is locked', true],
  ['a-new-code', 'Not sent on (a-new-code)', true],
])('says of the outcome %s: %s', (outcome, text, isError) => {
  expect(outcomeWords(outcome)).toEqual({ text, isError });
});
