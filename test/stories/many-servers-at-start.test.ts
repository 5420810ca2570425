import { afterEach, expect, test } from 'vitest';
import { createManualClock } from '../fakes/manual-clock.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { closeHouseholds, type Household, openHousehold } from './household.ts';
import { type LightServers, startLightServers } from './light-servers.ts';

let servers: LightServers;

afterEach(async () => {
  await closeHouseholds();
  await servers.close();
});

/** So many servers, "s1" and so on, all signed in. */
async function openSignedInServers(count: number): Promise<{ household: Household; names: readonly string[] }> {
  const clock = createManualClock(Date.now());
  servers = await startLightServers({ now: () => clock.now(), random: createSeededRandom(7), lifeS: 3600 });
  const names = Array.from({ length: count }, (_, index) => `s${index + 1}`);
  const household = await openHousehold({
    clock,
    servers: Object.fromEntries(names.map((name) => [name, servers.url(name)])),
  });
  for (const name of names) {
    await household.reached(name, 'login-needed');
    await household.signInTo(name);
  }
  return { household, names };
}

test('27 O1 a start with 60 logins that expired meanwhile: 60 refreshes, at most 8 requests at once, no page, all connected', async () => {
  const { household, names } = await openSignedInServers(60);
  await household.engine.stop();
  await household.clock.advance('2 h');
  servers.resetCounts();
  const release = servers.holdTokens();
  await household.restart();
  await household.until(() => servers.underWay === 8, 'eight requests');
  release();
  await household.until(() => names.every((name) => household.state(name).kind === 'ready'), 'all connected');
  expect(servers.refreshes.map(({ server }) => server).sort()).toEqual([...names].sort());
  expect(servers.refreshes.every(({ outcome }) => outcome === 'issued')).toBe(true);
  expect(servers.mostUnderWay).toBe(8);
  expect(servers.authorizations).toBe(0);
}, 60_000);

test('27 a start with 8 servers that hang: a caller of another one is let in at once, and the rest has its turn after a second', async () => {
  const { household } = await openSignedInServers(11);
  servers.hang('s1', 's2', 's3', 's4', 's5', 's6', 's7', 's8');
  servers.resetCounts();
  await household.restart();
  await household.until(() => servers.underWay === 8, 'eight looks');
  expect((await household.call('s9')).message.result).toEqual({ tools: [] });
  expect(household.state('s9').kind).toBe('ready');
  expect(household.state('s10').kind).toBe('connecting');
  await household.clock.advance('1 s');
  await household.reached('s10', 'ready');
  await household.reached('s11', 'ready');
  expect(household.state('s1').kind).toBe('connecting');
}, 30_000);
