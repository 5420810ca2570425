import { afterEach, describe, expect, test } from 'vitest';
import { startAuthorizationServer } from '../servers/authorization-server.ts';
import { startGuardedMcpServer } from '../servers/guarded-mcp-server.ts';
import { closeHouseholds, openHousehold } from './household.ts';

afterEach(closeHouseholds);

async function signedInHousehold() {
  const authorizationServer = await startAuthorizationServer();
  const mcp = await startGuardedMcpServer({ authorizationServer });
  authorizationServer.accessTokensLiveS(30);
  const household = await openHousehold({ servers: { linear: mcp.url } });
  await household.reached('linear', 'login-needed');
  await household.signInTo('linear');
  return { authorizationServer, mcp, household };
}

describe('O1 the persisted refresh token is used before any browser', () => {
  test('O1 after a restart past the expiry, one refresh and no page', async () => {
    const { authorizationServer, household } = await signedInHousehold();
    expect((await household.call('linear', { method: 'ping' })).status).not.toBe(403);
    await household.restart();
    await household.sleep('2 h');
    await household.reached('linear', 'ready');
    await household.until(() => authorizationServer.counts.refreshes >= 1, 'a refresh');
    expect(household.browser.pages).toEqual([]);
    expect(authorizationServer.counts.authorizations).toBe(1);
  });
});
