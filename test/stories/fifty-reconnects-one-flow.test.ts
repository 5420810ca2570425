import { afterEach, describe, expect, test } from 'vitest';
import { signIn } from '../servers/sign-in.ts';
import type { Household } from './household.ts';
import { closeEverything, initialize, linesWith, openOneServer } from './one-server.ts';

afterEach(closeEverything);

const WHEN_NEEDED = { settings: { openBrowser: 'when-needed' } };
const WAITING = 'waiting for OAuth flow to complete';

function fifty(household: Household) {
  return Array.from({ length: 50 }, () => household.engine.reconnect('linear'));
}

/** The one flow that was started, by our log; how many there were is counted at the authorization server. */
function flowOf(household: Household) {
  const started = household.logger.of('flow.started');
  expect(started).toHaveLength(1);
  return started[0]?.fields;
}

describe('O2 fifty reconnects of one server at once', () => {
  test('O2 start one flow under when-needed; everybody waits for it, says so with its id, and ends with its success', async () => {
    const { authorizationServer, household } = await openOneServer(WHEN_NEEDED);
    household.browser.onPage((url) => signIn(url));
    const results = await Promise.all(fifty(household));
    expect(results.filter(({ ok }) => ok)).toHaveLength(50);
    for (const result of results) expect(result).toMatchObject({ value: { state: { kind: 'ready' } } });
    expect(authorizationServer.counts).toMatchObject({ registrations: 1, authorizations: 1, codeExchanges: 1 });
    expect(household.browser.pages).toHaveLength(1);

    const flow = flowOf(household);
    const waiting = household.logger.of(WAITING);
    expect(waiting.length).toBeGreaterThanOrEqual(49);
    for (const { fields } of waiting) {
      expect(fields).toMatchObject({ correlationId: flow?.correlationId, flowId: flow?.flowId });
    }
    await household.browser.settled();
  });

  test('O2 every line of the flow carries its id, from the first to the change of the row', async () => {
    const { household } = await openOneServer(WHEN_NEEDED);
    household.browser.onPage((url) => signIn(url));
    const before = household.logger.lines.length;
    await Promise.all(fifty(household));
    await household.browser.settled();
    const id = flowOf(household)?.correlationId;
    expect(linesWith(household, id)).toEqual(
      expect.arrayContaining([
        'flow.started',
        'oauth.request',
        'oauth.response',
        'client.registered',
        'browser.opened',
        'login.stored',
        'vault.saved',
        'flow.ended',
        'server.state-changed',
        'refresh.planned',
      ]),
    );
    const ofSomethingElse = household.logger.lines
      .slice(before)
      .filter(({ event, fields }) => event !== 'request.done' && fields.correlationId !== id)
      .map(({ event }) => event);
    expect(new Set(ofSomethingElse)).toEqual(new Set(['server.connecting', 'token.looked-up', 'token.rejected']));
    const changes = household.logger.of('server.state-changed').filter(({ fields }) => fields.correlationId === id);
    expect(changes.map(({ fields }) => fields.to)).toEqual(['logging-in', 'ready']);
  });

  test('O2 all end with the failure of the flow, and the next click starts a new one', async () => {
    const { authorizationServer, household } = await openOneServer(WHEN_NEEDED);
    household.browser.onPage((url) => signIn(url, { refuse: true }));
    const results = await Promise.all(fifty(household));
    for (const result of results) {
      expect(result).toMatchObject({ ok: false, problem: { code: 'authorization-refused', error: 'access_denied' } });
    }
    expect(authorizationServer.counts).toMatchObject({ authorizations: 1, codeExchanges: 0 });
    expect(household.state('linear')).toMatchObject({
      kind: 'login-needed',
      reason: { code: 'authorization-refused' },
    });
    await household.browser.settled();
    await household.signInTo('linear');
    expect(household.state('linear').kind).toBe('ready');
    expect(authorizationServer.counts).toMatchObject({ registrations: 1, codeExchanges: 1 });
  });

  test('O2 all end with the failure of a flow that found no way to its page', async () => {
    const { authorizationServer, household } = await openOneServer(WHEN_NEEDED);
    authorizationServer.refuseRegistration();
    const results = await Promise.all(fifty(household));
    for (const result of results)
      expect(result).toMatchObject({ ok: false, problem: { code: 'registration-refused' } });
    expect(household.logger.of('flow.started')).toHaveLength(1);
    expect(authorizationServer.log.filter(({ kind }) => kind === 'registration')).toHaveLength(1);
    expect(household.browser.pages).toEqual([]);
    expect(household.state('linear')).toMatchObject({ kind: 'login-needed', reason: { code: 'registration-refused' } });
  });

  test('O2 reconnects that come while the page is open join it, and the row goes on saying "Signing in"', async () => {
    const { authorizationServer, mcp, household } = await openOneServer(WHEN_NEEDED);
    const first = household.engine.reconnect('linear');
    await household.until(() => household.browser.pages.length === 1, 'the page');
    mcp.resetCounts();
    const later = fifty(household);
    await household.until(() => household.logger.of(WAITING).length === 51, 'everybody waits');
    expect(household.state('linear').kind).toBe('logging-in');
    expect(mcp.counts.requests).toBe(0);
    await signIn(household.browser.pages[0] ?? '');
    for (const result of await Promise.all([first, ...later])) {
      expect(result).toMatchObject({ ok: true, value: { state: { kind: 'ready' } } });
    }
    expect(authorizationServer.counts).toMatchObject({ authorizations: 1, codeExchanges: 1 });
  });

  test('O2 a flow that dies with its page open leaves nothing behind', async () => {
    const { household } = await openOneServer({ ...WHEN_NEEDED, flowDeadlineMs: 60_000 });
    const waiting = fifty(household);
    await household.until(() => household.browser.pages.length === 1, 'the page');
    await household.until(() => household.logger.of(WAITING).length === 50, 'everybody waits');
    await household.clock.advance('61 s');
    for (const result of await Promise.all(waiting)) {
      expect(result).toMatchObject({ ok: false, problem: { code: 'flow-expired' } });
    }
    expect(household.state('linear')).toMatchObject({ kind: 'login-needed', reason: { code: 'flow-expired' } });
    expect(household.view('linear').authorizationUrl).toBeUndefined();
    expect(household.clock.pendingAlarms).toEqual([]);
    const late = await signIn(household.browser.pages[0] ?? '');
    expect(late.body).toContain('This sign-in is over');
    expect(household.state('linear').kind).toBe('login-needed');
    const id = household.logger.of('flow.started')[0]?.fields.correlationId;
    const ended = household.logger.of('server.state-changed').filter(({ fields }) => fields.correlationId === id);
    expect(ended.map(({ fields }) => fields.to)).toEqual(['logging-in', 'login-needed']);
    await household.signInTo('linear');
  });

  test('O2 under ask, the default, there is no flow and no page', async () => {
    const { authorizationServer, household } = await openOneServer();
    for (const result of await Promise.all(fifty(household))) {
      expect(result).toMatchObject({ ok: true, value: { state: { kind: 'login-needed' } } });
    }
    expect(household.logger.of('flow.started')).toEqual([]);
    expect(household.browser.pages).toEqual([]);
    expect(authorizationServer.counts).toMatchObject({ authorizations: 0, registrations: 0, metadataRequests: 0 });
  });

  test('O2 a caller under when-needed starts one flow and is told at once, however slow the authorization server is', async () => {
    const { authorizationServer, household } = await openOneServer(WHEN_NEEDED);
    authorizationServer.slowBy(1000);
    const begun = Date.now();
    const answers = await Promise.all(Array.from({ length: 10 }, (_, id) => initialize(household, 'linear', { id })));
    expect(Date.now() - begun).toBeLessThan(1000);
    for (const { status, message } of answers) {
      expect(status).toBe(200);
      expect(message.error?.data).toMatchObject({ server: 'linear', url: expect.stringContaining('/oauth/start/') });
    }
    authorizationServer.slowBy(0);
    await household.until(() => household.browser.pages.length === 1, 'the page');
    expect(household.logger.of('flow.started')).toHaveLength(1);
    expect(household.state('linear').kind).toBe('logging-in');
  });
});
