import { afterEach, describe, expect, test } from 'vitest';
import { signIn } from '../servers/sign-in.ts';
import { type Household, openHousehold } from './household.ts';
import { closeEverything, initialize, type OneServer, openAuthorizationServer, openMcpServer } from './one-server.ts';

afterEach(closeEverything);

/** Signed in for `mcp`, at a server that knows `admin` as well. */
async function openForMcp(entry: Readonly<Record<string, unknown>> = {}): Promise<OneServer> {
  const authorizationServer = await openAuthorizationServer({ scopes: ['mcp', 'files', 'admin'] });
  const mcp = await openMcpServer({ authorizationServer });
  const household = await openHousehold({ servers: { linear: { url: mcp.url, ...entry } } });
  await household.reached('linear', 'login-needed');
  await household.signInTo('linear');
  authorizationServer.resetCounts();
  return { authorizationServer, mcp, household };
}

async function allow(household: Household) {
  const started = await household.engine.startLogin('linear', { openBrowser: false, startOver: false });
  if (!started.ok) throw new Error(JSON.stringify(started.problem));
  const { authorizationUrl, flow } = started.value;
  return { authorizationUrl, flowId: flow.flowId, scope: new URL(authorizationUrl).searchParams.get('scope') };
}

describe('S1 the scope that a server names when it wants a login', () => {
  test('S1 is asked for, and no other that it supports', async () => {
    const authorizationServer = await openAuthorizationServer({ scopes: ['mcp', 'files', 'admin'] });
    const mcp = await openMcpServer({ authorizationServer, scopesSupported: ['mcp', 'files', 'admin'] });
    mcp.challengeWithScope('files');
    const household = await openHousehold({ servers: { linear: mcp.url } });
    await household.reached('linear', 'login-needed');
    const { authorizationUrl, scope } = await allow(household);
    expect(scope).toBe('files offline_access');
    await signIn(authorizationUrl);
    await household.reached('linear', 'ready');
    expect(household.view('linear').login?.scope?.split(' ')).not.toContain('admin');
  });
});

describe('9 insufficient_scope', () => {
  test('9 S3 one step-up for the union of scopes; the old login works until the new one is there', async () => {
    const { authorizationServer, mcp, household } = await openForMcp();
    expect(household.view('linear').login?.scope?.split(' ')).not.toContain('admin');
    mcp.requireScope('admin');
    const refused = await initialize(household);
    expect(refused.message.error?.data).toMatchObject({ reason: 'insufficient-scope', state: 'ready' });
    expect(household.state('linear')).toMatchObject({ kind: 'ready', stepUp: { scope: 'admin' } });

    const { authorizationUrl, flowId, scope } = await allow(household);
    expect(scope?.split(' ').sort()).toEqual(['admin', 'mcp', 'offline_access']);
    mcp.requireScope();
    expect((await initialize(household)).message.result, 'the old login while somebody signs in').toBeDefined();
    mcp.requireScope('admin');
    await signIn(authorizationUrl);
    expect(await household.engine.waitForLogin('linear', flowId)).toMatchObject({ ok: true });

    expect((await initialize(household)).message.result).toBeDefined();
    expect(household.state('linear')).toMatchObject({ kind: 'ready' });
    expect(household.state('linear')).not.toHaveProperty('stepUp');
    expect(household.view('linear').login?.scope?.split(' ')).toEqual(expect.arrayContaining(['admin', 'mcp']));
    expect(authorizationServer.counts).toMatchObject({ codeExchanges: 1, refreshes: 0 });
  });

  test('9 S3 configured scopes are asked for as well', async () => {
    const { mcp, household } = await openForMcp({ scopes: ['files'] });
    mcp.requireScope('admin');
    await initialize(household);
    expect((await allow(household)).scope?.split(' ').sort()).toEqual(['admin', 'files', 'offline_access']);
    household.engine.cancelLogin('linear');
  });

  test('9 S3 a cancelled step-up leaves the old login, and the question', async () => {
    const { mcp, household } = await openForMcp();
    mcp.requireScope('admin');
    await initialize(household);
    await allow(household);
    household.engine.cancelLogin('linear');
    expect(household.state('linear')).toMatchObject({ kind: 'ready', stepUp: { scope: 'admin' } });
    mcp.requireScope();
    expect((await initialize(household)).message.result).toBeDefined();
  });

  test('9 S3 R4 an abandoned step-up registers no second client for the next click', async () => {
    const { authorizationServer, mcp, household } = await openForMcp();
    mcp.requireScope('admin');
    await initialize(household);
    for (const _click of [1, 2, 3]) {
      await allow(household);
      household.engine.cancelLogin('linear');
    }
    expect(authorizationServer.counts.registrations).toBe(1);
    mcp.requireScope();
    await household.clock.advance(3_600_000);
    expect((await initialize(household)).message.result, 'renewed with the old registration').toBeDefined();
  });

  test('9 S3 after two step-ups that did not bring it the caller is refused clearly, whatever the order of names', async () => {
    const { mcp, household } = await openForMcp();
    const demand = (scope: string): void =>
      mcp.answerWith({
        status: 403,
        headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
      });
    demand('admin mcp');
    for (const _time of [1, 2]) {
      expect((await initialize(household)).message.error?.data?.reason).toBe('insufficient-scope');
      await household.signInTo('linear');
      demand('mcp admin');
    }
    const refused = await initialize(household);
    expect(refused.message.error?.data).toMatchObject({ reason: 'scope-not-granted', state: 'ready' });
    expect(refused.message.error?.message).toMatch(/2 sign-ins for it did not bring it/);
    expect(refused.message.error?.data).not.toHaveProperty('url');
    demand('files');
    expect((await initialize(household)).message.error?.data?.reason, 'another set').toBe('insufficient-scope');
  });
});
