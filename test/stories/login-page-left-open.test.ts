import { afterEach, describe, expect, test } from 'vitest';
import { signIn } from '../servers/sign-in.ts';
import type { Household } from './household.ts';
import { closeEverything, editConfig, type OneServer, openOneServer } from './one-server.ts';

afterEach(closeEverything);

async function click(household: Household, startOver = false) {
  const started = await household.engine.startLogin('linear', { openBrowser: true, startOver });
  if (!started.ok) throw new Error(JSON.stringify(started.problem));
  return started.value;
}

/** Signs in at a page whose flow is over: the browser is told, nothing is exchanged, nothing changes. */
async function refusedAt(page: string, { authorizationServer, household }: OneServer): Promise<void> {
  const exchanged = authorizationServer.counts.codeExchanges;
  const landed = await signIn(page);
  expect(landed.body).toContain('This sign-in is over');
  expect(landed.body).not.toContain('Signed in');
  expect(household.state('linear').kind).not.toBe('ready');
  expect(authorizationServer.counts.codeExchanges).toBe(exchanged);
}

describe('3 a login page was left open', () => {
  test('3 another click opens the same address again, and either tab may finish', async () => {
    const { authorizationServer, household } = await openOneServer();
    const first = await click(household);
    const second = await click(household);
    expect(second).toMatchObject({ joined: true, browserOpened: true, authorizationUrl: first.authorizationUrl });
    expect(second.flow.flowId).toBe(first.flow.flowId);
    expect(household.browser.pages).toEqual([first.authorizationUrl, first.authorizationUrl]);
    const landed = await signIn(household.browser.pages[0] ?? '');
    expect(landed.body).toContain('Signed in to linear');
    expect(household.state('linear').kind).toBe('ready');
    expect(authorizationServer.counts).toMatchObject({ registrations: 1, codeExchanges: 1 });
  });

  test('3 both tabs finish at once: one code is exchanged, and neither is told a lie', async () => {
    const { authorizationServer, household } = await openOneServer();
    const { authorizationUrl } = await click(household);
    const { callbackUrl = '' } = await signIn(authorizationUrl, { stopBeforeCallback: true });
    const landed = await Promise.all([fetch(callbackUrl), fetch(callbackUrl)]);
    for (const page of landed) expect(await page.text()).toContain('Signed in to linear');
    expect(authorizationServer.log.filter(({ kind }) => kind === 'code-exchange')).toHaveLength(1);
  });

  test('3 "Start over" supersedes it: the old state is refused, the new page works', async () => {
    const one = await openOneServer();
    const old = await click(one.household);
    const waiting = one.household.engine.waitForLogin('linear', old.flow.flowId);
    const fresh = await click(one.household, true);
    expect(fresh.joined).toBe(false);
    expect(fresh.authorizationUrl).not.toBe(old.authorizationUrl);
    expect(await waiting).toMatchObject({ ok: false, problem: { code: 'flow-superseded' } });
    await refusedAt(old.authorizationUrl, one);
    expect(one.household.state('linear')).toMatchObject({ kind: 'logging-in', flowId: fresh.flow.flowId });
    await signIn(fresh.authorizationUrl);
    expect(one.household.state('linear').kind).toBe('ready');
    expect(one.authorizationServer.counts.registrations).toBe(1);
  });

  test('3 the deadline supersedes it', async () => {
    const one = await openOneServer();
    const { authorizationUrl, flow } = await click(one.household);
    expect(flow.deadline - flow.startedAt).toBe(10 * 60_000);
    await one.household.clock.advance('599 s');
    expect(one.household.state('linear').kind).toBe('logging-in');
    await one.household.clock.advance('1 s');
    expect(one.household.state('linear').kind).toBe('login-needed');
    await refusedAt(authorizationUrl, one);
  });

  test.each([
    ['scopes', { scopes: ['mcp'] }, 'login-needed'],
    ['the client', { clientId: 'another' }, 'login-needed'],
    ['the address', { url: 'http://127.0.0.1:9/mcp' }, 'waiting'],
  ] as const)('3 a change of configuration supersedes it: %s', async (_what, change, ends) => {
    const one = await openOneServer();
    const { authorizationUrl } = await click(one.household);
    await editConfig(one.household, { linear: { url: one.mcp.url, ...change } });
    await one.household.reached('linear', ends);
    await refusedAt(authorizationUrl, one);
  });

  test('3 an edit that does not concern the sign-in leaves it alone', async () => {
    const { mcp, household } = await openOneServer();
    const { authorizationUrl } = await click(household);
    await editConfig(household, { linear: { url: mcp.url }, other: { url: mcp.url } }, { openBrowser: 'when-needed' });
    await household.reached('other', 'login-needed');
    expect(household.state('linear').kind).toBe('logging-in');
    await signIn(authorizationUrl);
    expect(household.state('linear').kind).toBe('ready');
  });

  test('3 F2 an unknown state changes nothing', async () => {
    const { household } = await openOneServer();
    const { authorizationUrl } = await click(household);
    const callback = new URL(new URL(authorizationUrl).searchParams.get('redirect_uri') ?? '');
    callback.search = '?code=abc&state=made-up';
    expect(await (await fetch(callback)).text()).toContain('Nothing to sign in here');
    expect(household.state('linear').kind).toBe('logging-in');
    await signIn(authorizationUrl);
    expect(household.state('linear').kind).toBe('ready');
  });

  test.each([
    ['a wrong one', 'https://somebody-else.example'],
    ['none, although it was promised', undefined],
  ])('3 F3 an error from a foreign issuer neither ends the sign-in nor is shown: %s', async (_what, iss) => {
    const { authorizationServer, household } = await openOneServer();
    const { authorizationUrl } = await click(household);
    const sent = new URL(authorizationUrl).searchParams;
    const callback = new URL(sent.get('redirect_uri') ?? '');
    callback.searchParams.set('state', sent.get('state') ?? '');
    callback.searchParams.set('error', 'access_denied');
    callback.searchParams.set('error_description', 'Call +1 555 to get your account back');
    if (iss !== undefined) callback.searchParams.set('iss', iss);
    const page = await (await fetch(callback)).text();
    expect(page).toContain('Nothing to sign in here');
    expect(page).not.toContain('555');
    expect(household.state('linear').kind).toBe('logging-in');
    await signIn(authorizationUrl);
    expect(household.state('linear').kind).toBe('ready');
    expect(authorizationServer.counts.codeExchanges).toBe(1);
  });

  test('3 F3 a code from a foreign issuer goes nowhere', async () => {
    const { authorizationServer, household } = await openOneServer();
    authorizationServer.sendWrongIss();
    const { authorizationUrl } = await click(household);
    const landed = await signIn(authorizationUrl);
    expect(landed.body).toContain('Not signed in');
    expect(household.state('linear')).toMatchObject({ kind: 'login-needed', reason: { code: 'issuer-mismatch' } });
    expect(authorizationServer.log.filter(({ kind }) => kind === 'code-exchange')).toEqual([]);
  });
});
