import { afterEach, describe, expect, test } from 'vitest';
import { createManualClock } from '../fakes/manual-clock.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { closeHouseholds, type Household, openHousehold } from './household.ts';
import { type LightServers, startLightServers } from './light-servers.ts';
import { editConfig } from './one-server.ts';

let servers: LightServers;

afterEach(async () => {
  await closeHouseholds();
  await servers.close();
});

async function open(publishesMetadata: false | 'of-itself' = false): Promise<Household> {
  const clock = createManualClock(Date.now());
  servers = await startLightServers({
    now: () => clock.now(),
    random: createSeededRandom(6),
    lifeS: 3600,
    publishesMetadata,
  });
  const household = await openHousehold({ clock, servers: { old: { url: servers.url('old') } } });
  await household.reached('old', 'login-needed');
  return household;
}

describe('D6 a server of revision 2025-03-26, which publishes nothing', () => {
  test('D6 D8 is signed in to and renewed at the fixed paths of its origin, over a restart', async () => {
    const household = await open();
    await household.signInTo('old');
    expect((await household.call('old')).message.result).toEqual({ tools: [] });
    expect(household.view('old').login?.issuer).toBe(new URL(servers.url('old')).origin);
    await household.engine.stop();
    await household.clock.advance('2 h');
    await household.restart();
    await household.reached('old', 'ready');
    expect(servers.refreshes).toMatchObject([{ server: 'old', outcome: 'issued' }]);
    expect(servers.authorizations).toBe(1);
  });

  test('D6 D4 its authorization server tells of itself at its origin: used as it says', async () => {
    const household = await open('of-itself');
    await household.signInTo('old');
    expect((await household.call('old')).message.result).toEqual({ tools: [] });
    const record: unknown = JSON.parse([...household.vault.values.values()][0] ?? '{}');
    expect(record).toMatchObject({ authorizationServer: { guessed: false } });
  });

  test('D6 D9 an issuer that is configured is the one that its login is kept under', async () => {
    const household = await open();
    const url = servers.url('old');
    const issuer = 'https://login.example.com';
    await editConfig(household, { old: { url, issuer } });
    await household.reached('old', 'login-needed');
    await household.signInTo('old');
    expect(household.view('old').login?.issuer).toBe(issuer);
  });
});
