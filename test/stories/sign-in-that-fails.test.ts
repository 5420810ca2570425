import { afterEach, describe, expect, test } from 'vitest';
import { wordsFor } from '../../src-main/engine/model/words.ts';
import { signIn } from '../servers/sign-in.ts';
import type { Household } from './household.ts';
import { closeEverything, initialize, openOneServer } from './one-server.ts';

afterEach(closeEverything);

async function click(household: Household) {
  const started = await household.engine.startLogin('linear', { openBrowser: true, startOver: false });
  if (!started.ok) throw new Error(JSON.stringify(started.problem));
  return started.value.authorizationUrl;
}

function row(household: Household) {
  return wordsFor(household.state('linear'), () => '14:05');
}

async function buttonWorks(household: Household): Promise<void> {
  expect(row(household)).toMatchObject({ word: 'Sign in needed', action: 'sign-in' });
  const page = await signIn(await click(household));
  expect(page.body).toContain('Signed in to linear');
  expect(household.state('linear').kind).toBe('ready');
  expect((await initialize(household)).message.result).toBeDefined();
}

describe('4 a sign-in that does not end well', () => {
  test('4 consent refused: the row says so, the page claims no success, the button works again', async () => {
    const { authorizationServer, household } = await openOneServer();
    const landed = await signIn(await click(household), { refuse: true });
    expect(landed.body).toContain('Access was refused');
    expect(landed.body).not.toContain('Signed in');
    expect(landed.finalUrl).not.toMatch(/[?&](code|state|error)=/);
    expect(row(household).sentence).toBe('Access was refused: The person refused.');
    expect(authorizationServer.counts.codeExchanges).toBe(0);
    await buttonWorks(household);
    expect(authorizationServer.counts.registrations).toBe(1);
  });

  test("4 the server's own words are shown, and cannot do anything in the page", async () => {
    const { authorizationServer, household } = await openOneServer();
    authorizationServer.refuseAuthorization('temporarily_unavailable', {
      times: 1,
      description: '<b>Closed</b> until 9',
    });
    const landed = await signIn(await click(household));
    expect(landed.body).toContain('&#60;b&#62;Closed');
    expect(landed.body).not.toContain('<b>Closed');
    expect(row(household).sentence).toBe('The sign-in page answered temporarily_unavailable: <b>Closed</b> until 9.');
    await buttonWorks(household);
  });

  test('4 the page was closed: the row waits, can be cancelled, and says when the time ran out', async () => {
    const { household } = await openOneServer();
    await click(household);
    expect(row(household)).toMatchObject({ word: 'Signing in', action: 'cancel' });
    expect(household.engine.cancelLogin('linear')).toMatchObject({ ok: true });
    expect(row(household).sentence).toBe('The sign-in was cancelled.');
    expect(household.clock.pendingAlarms).toEqual([]);
    await click(household);
    await household.clock.advance('10 min');
    expect(row(household).sentence).toBe('The sign-in was not finished in time.');
    expect(household.clock.pendingAlarms).toEqual([]);
    await buttonWorks(household);
  });

  test('4 the exchange fails: no success is claimed, the code is not tried twice', async () => {
    const { authorizationServer, household } = await openOneServer();
    authorizationServer.refuseCodeExchange('invalid_grant', { times: 1, description: 'The code is spent' });
    const landed = await signIn(await click(household));
    expect(landed.body).toContain('Not signed in');
    expect(landed.body).toContain('The code is spent');
    expect(household.state('linear')).toMatchObject({ kind: 'login-needed', reason: { code: 'token-endpoint-error' } });
    expect(authorizationServer.log.filter(({ kind }) => kind === 'code-exchange')).toHaveLength(1);
    await buttonWorks(household);
  });

  test.each([
    ['a gateway', { status: 502 }, /^127\.0\.0\.1:\d+ answered 502\.$/],
    ['a framework', { status: 400 }, /^The token endpoint answered 400\.$/],
    ['a captive portal', { status: 200 }, /^127\.0\.0\.1:\d+ answered 200: a web page/],
  ])(
    '4 T7 the exchange meets the page of %s: told as trouble, never as HTML, and the code is not tried twice',
    async (_what, { status }, sentence) => {
      const { authorizationServer, household } = await openOneServer();
      authorizationServer.failTokenEndpoint({ status, html: true });
      const landed = await signIn(await click(household));
      expect(landed.body).toContain('Not signed in');
      expect(landed.body).not.toContain('Something is broken');
      expect(row(household).sentence).toMatch(sentence);
      expect(household.view('linear').login).toBeUndefined();
      expect(authorizationServer.log.filter(({ kind }) => kind === 'code-exchange')).toHaveLength(1);
      authorizationServer.behave();
      await buttonWorks(household);
      expect(authorizationServer.counts.registrations).toBe(1);
    },
  );

  test('4 the deadline passes while the code is exchanged: nothing is kept, what arrived is revoked, the page says the truth', async () => {
    const { authorizationServer, household } = await openOneServer();
    const page = await signIn(await click(household), { stopBeforeCallback: true });
    authorizationServer.hangTokenEndpoint();
    const landing = fetch(page.callbackUrl ?? '');
    const arrived = household.logger.lines.length;
    await household.until(
      () => household.logger.lines.slice(arrived).some(({ fields }) => fields.url?.endsWith('/token') === true),
      'the exchange',
    );
    await household.clock.advance('10 min');
    expect(household.state('linear')).toMatchObject({ kind: 'login-needed', reason: { code: 'flow-expired' } });
    authorizationServer.resumeTokenEndpoint();
    expect(await (await landing).text()).toContain('The sign-in was not finished in time.');
    expect(authorizationServer.counts).toMatchObject({ codeExchanges: 1, revocations: 1 });
    expect([...household.vault.values.values()].join()).not.toContain('accessToken');
    expect(household.state('linear').kind).toBe('login-needed');
    await buttonWorks(household);
  });

  test('4 an older login that still works goes on working through all of it', async () => {
    const { mcp, household } = await openOneServer();
    await household.signInTo('linear');
    const landed = await signIn(await click(household), { refuse: true });
    expect(landed.body).toContain('Access was refused');
    expect(household.state('linear').kind).toBe('ready');
    mcp.resetCounts();
    expect((await initialize(household)).message.result).toBeDefined();
    expect(mcp.counts).toMatchObject({ requests: 1, unauthorized: 0 });
  });
});
