import { afterEach, describe, expect, test } from 'vitest';
import { signIn } from '../servers/sign-in.ts';
import type { Household } from './household.ts';
import { openHousehold } from './household.ts';
import {
  closeEverything,
  editConfig,
  initialize,
  openAuthorizationServer,
  openMcpServer,
  openOneServer,
} from './one-server.ts';

afterEach(closeEverything);

function told(household: Household): readonly unknown[] {
  return household.logger.of('config.switch').map(({ fields }) => fields.detail);
}

async function authorizationUrl(household: Household): Promise<URL> {
  const started = await household.engine.startLogin('linear', { openBrowser: false, startOver: false });
  if (!started.ok) throw new Error(JSON.stringify(started.problem));
  return new URL(started.value.authorizationUrl);
}

describe('D9 switches for what providers do differently', () => {
  test('D9 without one nothing is said, and the resource is sent', async () => {
    const { mcp, household } = await openOneServer();
    expect((await authorizationUrl(household)).searchParams.get('resource')).toBe(mcp.url);
    expect(told(household)).toEqual([]);
    household.engine.cancelLogin('linear');
  });

  test('D9 "resource": false sends none, at the page, the exchange and the refresh, and the log says so', async () => {
    const { authorizationServer, mcp, household } = await openOneServer({ entry: { resource: false } });
    mcp.checkAudience(false);
    authorizationServer.accessTokensLiveS(60);
    const url = await authorizationUrl(household);
    expect(url.searchParams.has('resource')).toBe(false);
    expect(told(household)).toEqual(['"resource" is false: none is sent']);
    await signIn(url.href);
    await household.reached('linear', 'ready');
    expect((await initialize(household)).message.result).toBeDefined();
    const renewed = authorizationServer.nextRefresh();
    await household.clock.advance(50_000);
    await renewed;
    await household.until(() => household.view('linear').login?.renewedCount === 1, 'renewed');
    expect(JSON.parse([...household.vault.values.values()][0] ?? '{}')).toMatchObject({ resource: '' });

    await household.restart();
    expect(await household.reached('linear', 'ready'), 'the login is still its own').toBeDefined();
    await editConfig(household, { linear: { url: mcp.url } });
    await household.reached('linear', 'login-needed');
    expect(household.view('linear').login).toBeUndefined();
  });

  test('D9 20 "resource": "..." is sent as it is written; another one ends the login', async () => {
    const { mcp, household } = await openOneServer();
    await household.signInTo('linear');
    const resource = `${mcp.url}?for=us`;
    await editConfig(household, { linear: { url: mcp.url, resource } });
    await household.reached('linear', 'login-needed');
    expect((await authorizationUrl(household)).searchParams.get('resource')).toBe(resource);
    expect(told(household)).toEqual([`"resource" is ${resource}, whatever the server publishes`]);
    household.engine.cancelLogin('linear');
  });

  test('D9 D5 "issuer" is what the metadata has to say, through sign-in, renewal and restart', async () => {
    const template = 'https://login.example.com/{tenantid}/v2.0';
    const authorizationServer = await openAuthorizationServer();
    authorizationServer.lieAboutIssuer(template);
    authorizationServer.sendWrongIss(template);
    const mcp = await openMcpServer({ authorizationServer });
    const entry = { url: mcp.url, authorizationServer: authorizationServer.issuer };
    const household = await openHousehold({ servers: { linear: entry } });
    await household.reached('linear', 'login-needed');
    const refused = await household.engine.startLogin('linear', { openBrowser: false, startOver: false });
    expect(refused).toMatchObject({ ok: false, problem: { code: 'issuer-mismatch' } });

    await editConfig(household, { linear: { ...entry, issuer: template } });
    await household.signInTo('linear');
    expect(told(household)).toEqual([`"issuer" is ${template}, whatever was asked for`]);
    expect(household.view('linear').login?.issuer).toBe(template);
    authorizationServer.resetCounts();
    await household.clock.advance(3_000_000);
    await authorizationServer.until((counts) => counts.refreshes === 1);
    await household.restart();
    await household.reached('linear', 'ready');
    expect(household.view('linear').login?.issuer).toBe(template);
  });

  test('D9 F1 "pkce": "off" lets a server through whose document lists no S256, which is sent all the same', async () => {
    const { authorizationServer, mcp, household } = await openOneServer();
    for (const methods of [null, ['plain']]) {
      authorizationServer.changeMetadata({ code_challenge_methods_supported: methods });
      expect(await household.engine.startLogin('linear', { openBrowser: true, startOver: false })).toMatchObject({
        ok: false,
        problem: { code: 'pkce-unsupported', issuer: authorizationServer.issuer },
      });
      expect(household.state('linear')).toMatchObject({ reason: { code: 'pkce-unsupported' } });
    }
    expect(authorizationServer.counts).toMatchObject({ registrations: 0, authorizations: 0 });
    expect(household.browser.pages).toEqual([]);

    await editConfig(household, { linear: { url: mcp.url, pkce: 'off' } });
    const url = await authorizationUrl(household);
    expect(url.searchParams.get('code_challenge_method')).toBe('S256');
    expect(told(household)).toEqual(['"pkce" is off: S256 need not be listed']);
    await signIn(url.href);
    await household.reached('linear', 'ready');
  });

  test('D9 F5 parameters that make the address too long to open are refused, and the row says why', async () => {
    const { household } = await openOneServer({ entry: { authorizationParams: { claims: 'x'.repeat(9000) } } });
    const started = await household.engine.startLogin('linear', { openBrowser: true, startOver: false });
    expect(started).toMatchObject({ ok: false, problem: { code: 'unsafe-url' } });
    expect(household.state('linear')).toMatchObject({ kind: 'login-needed', reason: { code: 'unsafe-url' } });
    expect(household.browser.pages).toEqual([]);
  });

  test('D9 "authorizationParams" are added to the page; the log names them without their values', async () => {
    const authorizationParams = { login_hint: 'somebody@example.com', access_type: 'offline' };
    const { household } = await openOneServer({ entry: { authorizationParams } });
    const url = await authorizationUrl(household);
    expect(Object.fromEntries(url.searchParams)).toMatchObject(authorizationParams);
    expect(told(household)).toEqual(['"authorizationParams" adds login_hint, access_type']);
    await signIn(url.href);
    await household.reached('linear', 'ready');
  });
});
