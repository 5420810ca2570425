import { afterEach, describe, expect, test } from 'vitest';
import { openHousehold } from './household.ts';
import { closeEverything, initialize, openAuthorizationServer, openMcpServer, untilDue } from './one-server.ts';

afterEach(closeEverything);

const NAMES = ['jwt', 'opaque'] as const;

/** Two servers beside each other, signed in: the one gets JWTs, the other tokens that say nothing. */
async function openBoth() {
  const servers = new Map<string, Awaited<ReturnType<typeof openOne>>>();
  for (const name of NAMES) servers.set(name, await openOne(name));
  const of = (name: string) => {
    const found = servers.get(name);
    if (!found) throw new Error(name);
    return found;
  };
  const household = await openHousehold({ servers: Object.fromEntries(NAMES.map((name) => [name, of(name).mcp.url])) });
  for (const name of NAMES) {
    await household.reached(name, 'login-needed');
    await household.signInTo(name);
    of(name).authorizationServer.resetCounts();
    of(name).mcp.resetCounts();
  }
  return { of, household };
}

async function openOne(format: 'jwt' | 'opaque') {
  const authorizationServer = await openAuthorizationServer({ behaviour: { accessTokenFormat: format } });
  return { authorizationServer, mcp: await openMcpServer({ authorizationServer }) };
}

describe('JWT access tokens beside opaque ones', () => {
  test('12 each is what its server gives out, and each is renewed once, in time', async () => {
    const { of, household } = await openBoth();
    for (const name of NAMES) {
      const { authorizationServer, mcp } = of(name);
      const [token] = authorizationServer.issued().filter(({ kind }) => kind === 'accessToken');
      expect(token?.secret.split('.')).toHaveLength(name === 'jwt' ? 3 : 1);
      await untilDue(household, name);
      await household.until(() => household.view(name).login?.renewedCount === 1, `${name} is renewed`);
      expect((await initialize(household, name)).message.result).toBeDefined();
      expect(authorizationServer.counts).toMatchObject({ refreshes: 1, refreshAttempts: 1 });
      expect(mcp.counts.unauthorized).toBe(0);
    }
  });

  test('21 each that its server refuses before its time is renewed once, and the call goes through', async () => {
    const { of, household } = await openBoth();
    for (const name of NAMES) {
      const { authorizationServer, mcp } = of(name);
      mcp.rejectTokens({ times: 1 });
      expect((await initialize(household, name)).message.result).toBeDefined();
      expect(authorizationServer.counts).toMatchObject({ refreshes: 1, refreshAttempts: 1 });
      expect(mcp.counts.unauthorized).toBe(1);
      expect(household.state(name).kind).toBe('ready');
    }
  });

  test('T6 31 each is signed out at once, though a JWT cannot be taken back: its grant is', async () => {
    const { of, household } = await openBoth();
    const refused = { opaque: 0, jwt: 1 };
    for (const name of NAMES) {
      const { authorizationServer } = of(name);
      expect(await household.engine.logout(name)).toMatchObject({
        ok: true,
        value: { state: { kind: 'login-needed' } },
      });
      expect(household.view(name).login).toBeUndefined();
      const told = authorizationServer.log.filter(({ kind }) => kind === 'revocation');
      expect(told).toHaveLength(2);
      expect(told[0]?.ok, 'the refresh token first').toBe(true);
      expect(told.filter(({ ok }) => !ok)).toHaveLength(refused[name]);
    }
    expect([...household.vault.values.values()].join()).not.toContain('accessToken');
  });
});
