import { afterEach, describe, expect, test } from 'vitest';
import { openHousehold } from './household.ts';
import { closeEverything, initialize, openAuthorizationServer, openMcpServer, untilDue } from './one-server.ts';

afterEach(closeEverything);

describe('D3 D8 the authorization server has another host name than the server', () => {
  test('D3 D8 T1 signed in, renewed over a restart, revoked: the secrets of each go to that host only', async () => {
    const authorizationServer = await openAuthorizationServer({ hostname: 'localhost' });
    authorizationServer.accessTokensLiveS(3600);
    const mcp = await openMcpServer({ authorizationServer });
    const household = await openHousehold({ servers: { linear: mcp.url } });
    await household.reached('linear', 'login-needed');
    await household.signInTo('linear');
    expect(household.view('linear').login?.issuer).toBe(`http://localhost:${authorizationServer.port}`);
    expect((await initialize(household)).message.result).toBeDefined();

    await household.restart();
    await household.reached('linear', 'ready');
    await untilDue(household);
    await household.until(() => household.view('linear').login?.renewedCount === 1, 'renewed');
    expect((await initialize(household)).message.result).toBeDefined();
    const asked = authorizationServer.log.filter(({ resource }) => resource !== undefined);
    expect(new Set(asked.map(({ kind }) => kind))).toEqual(new Set(['authorization', 'code-exchange', 'refresh']));
    expect(new Set(asked.map(({ resource }) => resource))).toEqual(new Set([mcp.url]));

    await household.engine.logout('linear');
    expect(authorizationServer.counts.revocations).toBe(2);
    expect(mcp.counts.unauthorized, 'the first look, and nothing else').toBe(1);
  });
});
