import { afterEach, describe, expect, test } from 'vitest';
import { closeAll, openHouse } from '../endpoint/house-with-upstream.ts';
import { openGuardedHouse } from '../endpoint/signed-in-house.ts';

afterEach(closeAll);

const WEEKEND_MS = 60 * 3_600_000;

describe('36 a server that is dead for a weekend', () => {
  test('36 is asked fewer than 300 times, at last every 15 min, and the log stays short', async () => {
    const attempts: number[] = [];
    const house = await openHouse();
    const { household, upstream } = house;
    await upstream.die();
    await household.call('notes');
    await household.reached('notes', 'waiting');
    const { clock, logger } = household;
    const end = clock.now() + WEEKEND_MS;
    const linesBefore = logger.lines.length;
    while (clock.now() < end) {
      // The look of before has failed, and the next one is planned.
      await household.until(() => household.state('notes').kind === 'waiting', 'it waits');
      const state = household.state('notes');
      if (state.kind !== 'waiting') continue;
      await clock.advance(Math.max(state.retryAt - clock.now(), 1));
      attempts.push(clock.now());
      await household.until(() => {
        const now = household.state('notes');
        return now.kind === 'waiting' && now.retryAt > clock.now();
      }, 'the look failed');
    }
    expect(attempts.length).toBeGreaterThan(200);
    expect(attempts.length).toBeLessThan(300);
    const gaps = attempts.slice(1).map((at, index) => at - (attempts[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(15 * 60_000);
    // What each look says, and nothing beside.
    expect(logger.lines.length - linesBefore).toBeLessThan(4 * attempts.length);
    await upstream.revive();
    await clock.advance('15 min');
    await household.reached('notes', 'ready');
  });

  test('36 a caller wakes it at most every 30 s; the others are told at once what is the matter', async () => {
    const { household, upstream } = await openHouse();
    await upstream.die();
    await household.call('notes');
    await household.reached('notes', 'waiting');
    // Its own looks are minutes apart by now; they would count as well.
    for (let look = 0; look < 12; look += 1) {
      const state = household.state('notes');
      if (state.kind !== 'waiting') throw new Error('it does not wait');
      await household.clock.advance(Math.max(state.retryAt - household.clock.now(), 1));
      await household.until(() => {
        const now = household.state('notes');
        return now.kind === 'waiting' && now.retryAt > household.clock.now();
      }, 'the look failed');
    }
    await household.call('notes');
    await upstream.revive();
    const { begun } = upstream;
    const { message } = await household.call('notes');
    expect(message.error?.message).toMatch(/^notes: Offline\. .*Trying again at/);
    await household.clock.advance('29 s');
    expect((await household.call('notes')).message.error?.data).toMatchObject({ reason: 'network-unreachable' });
    expect(upstream.begun).toBe(begun);
    await household.clock.advance('1 s');
    expect((await household.call('notes')).message.result).toEqual({});
    await household.reached('notes', 'ready');
    expect((await household.call('notes')).message.result).toEqual({});
  });

  test('36 one that waits for a login sends nothing, whoever calls', async () => {
    const { household, mcp, authorizationServer } = await openGuardedHouse();
    mcp.resetCounts();
    authorizationServer.resetCounts();
    for (let hours = 0; hours < 60; hours += 10) {
      await household.call('linear');
      await household.clock.advance('10 h');
    }
    expect(mcp.counts.requests).toBe(0);
    expect(authorizationServer.log).toEqual([]);
    expect(household.state('linear').kind).toBe('login-needed');
  });
});
