import { afterEach, describe, expect, test } from 'vitest';
import { wordsFor } from '../../src-main/engine/model/words.ts';
import { signIn } from '../servers/sign-in.ts';
import { closeEverything, initialize, openOneServer, openSignedIn } from './one-server.ts';

afterEach(closeEverything);

const click = { openBrowser: true, startOver: false };

describe('D5 an authorization server that gives itself out for another', () => {
  test.each([
    ['another host', (issuer: string) => issuer.replace('127.0.0.1', 'localhost')],
    ['a slash more', (issuer: string) => `${issuer}/`],
    ['somebody well known', () => 'https://accounts.example.com'],
  ])('D5 %s: nothing is registered or opened, the row names both, and the truth signs in', async (_what, lie) => {
    const { authorizationServer, household } = await openOneServer();
    const got = lie(authorizationServer.issuer);
    authorizationServer.lieAboutIssuer(got);
    const clicked = await household.engine.startLogin('linear', click);
    const problem = { code: 'issuer-mismatch', expected: authorizationServer.issuer, got };
    expect(clicked).toEqual({ ok: false, problem });
    expect(household.state('linear')).toMatchObject({ kind: 'login-needed', reason: problem });
    const row = wordsFor(household.state('linear'), () => '12:00');
    expect(row).toMatchObject({ word: 'Sign in needed', action: 'sign-in' });
    expect(row.sentence).toContain(authorizationServer.issuer);
    expect(row.sentence).toContain(got);
    expect(household.browser.pages).toEqual([]);
    expect(authorizationServer.counts).toMatchObject({ registrations: 0, authorizations: 0 });
    expect(household.clock.pendingAlarms).toEqual([]);

    authorizationServer.behave();
    await household.signInTo('linear');
    expect((await initialize(household)).message.result).toBeDefined();
  });

  test('D2 a server that speaks for another one: nothing is asked of its authorization server, and the row says why', async () => {
    const { authorizationServer, mcp, household } = await openOneServer();
    const resource = 'https://mail.example.com/mcp';
    mcp.changeMetadata({ resource });
    const started = await household.engine.startLogin('linear', { openBrowser: true, startOver: false });
    expect(started).toMatchObject({
      ok: false,
      problem: { code: 'resource-mismatch', expected: mcp.url, got: resource },
    });
    expect(household.state('linear')).toMatchObject({ kind: 'login-needed', reason: { code: 'resource-mismatch' } });
    expect([authorizationServer.log, household.browser.pages]).toEqual([[], []]);
  });

  test('D5 D8 a lie that comes after the sign-in changes nothing: a renewal asks nobody who the issuer is', async () => {
    const { authorizationServer, household } = await openSignedIn(60);
    authorizationServer.lieAboutIssuer('https://accounts.example.com');
    const renewed = authorizationServer.nextRefresh();
    await household.clock.advance('50 s');
    await renewed;
    await household.until(() => household.view('linear').login?.renewedCount === 1, 'renewed');
    expect((await initialize(household)).message.result).toBeDefined();
  });

  test('F3 the answer at the end of the page is of another issuer: the code goes nowhere, and the row still waits for the right one', async () => {
    const { authorizationServer, household } = await openOneServer();
    const started = await household.engine.startLogin('linear', click);
    if (!started.ok) throw new Error(started.problem.code);
    authorizationServer.sendWrongIss('https://accounts.example.com');
    const landed = await signIn(started.value.authorizationUrl);
    expect(landed.body).not.toContain('Signed in');
    expect(authorizationServer.counts.codeExchanges).toBe(0);
    expect(authorizationServer.log.filter(({ kind }) => kind === 'code-exchange')).toEqual([]);
    expect(household.view('linear').login).toBeUndefined();
    authorizationServer.behave();
    await household.signInTo('linear');
    expect((await initialize(household)).message.result).toBeDefined();
  });
});
