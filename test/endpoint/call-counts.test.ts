import { expect, it } from 'vitest';
import { CallCounts } from '../../src-main/engine/endpoint/call-counts.ts';
import { createManualClock } from '../fakes/manual-clock.ts';

it('tells of calls at most once a second for each server, and of the last one too', async () => {
  const clock = createManualClock();
  const told: string[] = [];
  const counts = new CallCounts(clock, (server) => told.push(`${server} ${counts.of(server)?.calls}`));
  for (let call = 0; call < 25; call += 1) {
    counts.count('linear', 'Cursor');
    if (call === 0) counts.count('github', 'Cursor');
    await clock.advance(100);
  }
  expect(told).toEqual(['linear 10', 'github 1', 'linear 20']);
  const lastCallAt = clock.now() - 100;
  await clock.advance(60_000);
  expect(told).toEqual(['linear 10', 'github 1', 'linear 20', 'linear 25']);
  expect(counts.of('linear')).toEqual({ calls: 25, lastCallAt });
  expect(clock.pendingAlarms).toEqual([]);
});

it('tells who called since the start, the last one first', async () => {
  const clock = createManualClock();
  const counts = new CallCounts(clock, () => {});
  counts.count('linear', 'Cursor');
  await clock.advance(10);
  counts.count('linear', 'Claude Code');
  counts.count('linear', 'Claude Code');
  expect(counts.callersOf('linear').map(({ caller, calls }) => `${caller} ${calls}`)).toEqual([
    'Claude Code 2',
    'Cursor 1',
  ]);
  counts.forget('linear');
  expect(counts.callersOf('linear')).toEqual([]);
  counts.stop();
});

it('tells nothing of a server that went, and nothing after the end', async () => {
  const clock = createManualClock();
  const told: string[] = [];
  const counts = new CallCounts(clock, (server) => told.push(server));
  counts.count('linear', 'Cursor');
  counts.count('github', 'Cursor');
  counts.forget('linear');
  expect(counts.of('linear')).toBeUndefined();
  counts.stop();
  expect(clock.pendingAlarms).toEqual([]);
  await clock.advance(5000);
  expect(told).toEqual([]);
});
