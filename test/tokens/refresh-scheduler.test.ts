import { describe, expect, it } from 'vitest';
import { ok } from '../../src-main/engine/model/result.ts';
import { Secret } from '../../src-main/engine/model/secret.ts';
import type { Login } from '../../src-main/engine/model/token-set.ts';
import type { Http } from '../../src-main/engine/ports.ts';
import { RefreshScheduler } from '../../src-main/engine/tokens/refresh-scheduler.ts';
import { Refresher } from '../../src-main/engine/tokens/refresher.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { loginWith, openStore } from './logins.ts';

const S = 'linear';
const HALF_A_MINUTE = '30 s';

/** A scheduler whose authorization server is broken, and may ask for patience. */
async function open(login: Login, headers: Readonly<Record<string, string>> = {}) {
  const parts = openStore();
  const random = createSeededRandom();
  await parts.store.saveNewGrant(S, login, parts.store.ticket(S));
  const asked: number[] = [];
  const http: Http = {
    send: async ({ url }) => {
      asked.push(parts.clock.now());
      return ok({ status: 503, headers, body: '', url });
    },
  };
  const refresher = new Refresher({ ...parts, http, random });
  const scheduler = new RefreshScheduler({ ...parts, random, refresher, onStart: () => {}, onOutcome: () => {} });
  const failOnce = async (): Promise<void> => {
    const outcome = scheduler.refreshNow(S, 'rejected');
    await parts.clock.advance('3 s');
    expect(await outcome).toMatchObject({ kind: 'failed' });
  };
  return { ...parts, scheduler, asked, failOnce };
}

describe('a failed refresh whose token tells no end', () => {
  it('T3 14 of a life that nobody named is tried again about a second later, then ever more rarely', async () => {
    const { expiresAt: _unknown, ...tokens } = loginWith('1').tokens ?? { accessToken: new Secret('a'), obtainedAt: 0 };
    const { scheduler, clock, asked, failOnce } = await open(loginWith(undefined, { tokens }));
    await failOnce();
    const at = scheduler.retry(S)?.at ?? 0;
    expect(at - clock.now()).toBeGreaterThanOrEqual(1000);
    expect(at - clock.now()).toBeLessThanOrEqual(1100);
    expect(scheduler.life(S)).toMatchObject({ kind: 'refresh-waiting', attempt: 1, retryAt: at });
    await clock.advance(HALF_A_MINUTE);
    const flights = asked.filter((_at, index) => index % 3 === 0);
    const waits = flights.slice(1).map((time, index) => time - (flights[index] ?? 0));
    expect(waits.length).toBeGreaterThanOrEqual(3);
    expect([...waits].sort((one, other) => one - other)).toEqual(waits);
    scheduler.stop();
    expect(clock.pendingAlarms).toEqual([]);
  });

  it('R2 32 of a client that has no token yet is tried again at once after a sleep', async () => {
    const client = { ...loginWith('1').client, clientSecret: new Secret('s'), how: 'configured' as const };
    const { scheduler, clock, asked, failOnce } = await open(loginWith(undefined, { client, clientCredentials: {} }));
    await failOnce();
    const before = asked.length;
    await clock.jump('500 ms');
    expect(asked.length).toBe(before + 1);
    scheduler.stop();
  });
});

describe('the clock is set back', () => {
  it('32 14 a time that the authorization server named stays as far away, and what is not due stays as it was', async () => {
    const { store, scheduler, clock, asked, failOnce } = await open(loginWith('1'), { 'retry-after': '600' });
    await store.saveNewGrant('healthy', loginWith('2'), store.ticket('healthy'));
    scheduler.plan('healthy');
    await failOnce();
    const waits = (scheduler.retry(S)?.at ?? 0) - clock.now();
    const due = scheduler.life('healthy');
    const before = asked.length;
    await clock.jump('1 min');
    expect(scheduler.retry(S)?.at).toBe(clock.now() + waits - 60_000);
    await clock.jump('-1 min');
    expect(scheduler.retry(S)?.at).toBe(clock.now() + waits - 60_000);
    expect([asked.length, scheduler.life('healthy')]).toEqual([before, due]);
    scheduler.stop();
  });
});
