import { afterEach, describe, expect, test } from 'vitest';
import { signIn } from '../servers/sign-in.ts';
import { closeEverything, initialize, openOneServer } from './one-server.ts';

afterEach(closeEverything);

describe('2 a click on Sign in', () => {
  test('2 opens exactly one page; within a second of the callback the row says connected and the next call succeeds', async () => {
    const { authorizationServer, mcp, household } = await openOneServer();
    const clicked = await household.engine.startLogin('linear', { openBrowser: true, startOver: false });
    expect(clicked).toMatchObject({ ok: true, value: { browserOpened: true } });
    expect(household.browser.pages).toHaveLength(1);
    expect(household.state('linear').kind).toBe('logging-in');
    expect(household.view('linear').authorizationUrl).toBe(household.browser.pages[0]);

    const page = await signIn(household.browser.pages[0] ?? '', { stopBeforeCallback: true });
    const begun = Date.now();
    const landed = await fetch(page.callbackUrl ?? '');
    await household.reached('linear', 'ready');
    expect(Date.now() - begun).toBeLessThan(1000);
    expect(landed.url).toMatch(/\/oauth\/done\/[\w-]+$/);
    expect(await landed.text()).toContain('Signed in to linear');

    mcp.resetCounts();
    const answer = await initialize(household);
    expect(answer.status).toBe(200);
    expect(answer.message.result).toBeDefined();
    expect(mcp.counts).toMatchObject({ requests: 1, admitted: 1, unauthorized: 0 });
    expect(authorizationServer.counts).toMatchObject({
      registrations: 1,
      authorizations: 1,
      codeExchanges: 1,
      refreshes: 0,
    });
    expect(household.view('linear')).toMatchObject({
      login: { issuer: authorizationServer.issuer, registration: 'dynamic' },
    });
  });

  test('2 whoever looks on is told of the change by itself', async () => {
    const { household } = await openOneServer();
    const seen: string[] = [];
    household.engine.onChange((change) => {
      if (change.kind === 'server' && seen.at(-1) !== change.view.state.kind) seen.push(change.view.state.kind);
    });
    await household.signInTo('linear');
    expect(seen).toEqual(['logging-in', 'ready']);
  });
});
