import { afterEach, describe, expect, test } from 'vitest';
import { signIn } from '../servers/sign-in.ts';
import {
  closeEverything,
  editConfig,
  initialize,
  type OneServer,
  openMcpServer,
  openSignedIn,
  untilDue,
} from './one-server.ts';

afterEach(closeEverything);

/** A refresh that waits at the token endpoint. */
async function refreshUnderWay(): Promise<OneServer> {
  const one = await openSignedIn(3600);
  one.authorizationServer.hangTokenEndpoint();
  await untilDue(one.household);
  await one.authorizationServer.until(({ refreshAttempts }) => refreshAttempts === 1);
  return one;
}

const stored = ({ household }: OneServer): string => [...household.vault.values.values()].join();

describe('24 a refresh is under way and', () => {
  test('24 a sign-in ends meanwhile: the later grant wins, and the refresh does not overwrite it', async () => {
    const one = await refreshUnderWay();
    const { authorizationServer, household } = one;
    const started = await household.engine.startLogin('linear', { openBrowser: false, startOver: false });
    if (!started.ok) throw new Error(started.problem.code);
    const page = await signIn(started.value.authorizationUrl, { stopBeforeCallback: true });
    const landing = fetch(page.callbackUrl ?? '');
    await household.until(
      () => household.logger.of('oauth.request').at(-1)?.fields.correlationId === started.value.flow.correlationId,
      'the exchange',
    );
    authorizationServer.resumeTokenEndpoint();
    expect(await (await landing).text()).toContain('Signed in to linear');
    await household.until(() => household.logger.of('refresh.done').length === 1, 'the end of the refresh');
    await household.reached('linear', 'ready');
    const { signedInAt } = household.view('linear').login ?? {};
    expect(signedInAt).toBe(household.clock.now());
    expect((await initialize(household)).message.result).toBeDefined();
    await untilDue(household);
    await authorizationServer.until(({ refreshes }) => refreshes === 2);
    await household.until(() => household.logger.of('refresh.done').length === 2, 'the next refresh');
    expect(household.logger.of('refresh.done').at(-1)?.fields.outcome).toBe('renewed');
    expect(authorizationServer.log.filter(({ error }) => error !== undefined)).toEqual([]);
  });

  test('24 the sign-in is refused meanwhile: the refresh is not disturbed', async () => {
    const { authorizationServer, household } = await refreshUnderWay();
    const started = await household.engine.startLogin('linear', { openBrowser: false, startOver: false });
    if (!started.ok) throw new Error(started.problem.code);
    await signIn(started.value.authorizationUrl, { refuse: true });
    authorizationServer.resumeTokenEndpoint();
    await household.until(() => household.view('linear').login?.renewedCount === 1, 'the refresh');
    expect(household.state('linear')).toMatchObject({ kind: 'ready', token: { kind: 'fresh' } });
  });

  test('24 T6 the person signs out: nothing is stored, what arrives is revoked, no alarm is left', async () => {
    const one = await refreshUnderWay();
    const { authorizationServer, household } = one;
    const signedOut = await household.engine.logout('linear');
    expect(signedOut).toMatchObject({ ok: true, value: { state: { kind: 'login-needed' } } });
    expect(stored(one)).toBe('');
    const revoked = authorizationServer.counts.revocations;
    expect(revoked).toBe(2);
    authorizationServer.resumeTokenEndpoint();
    await household.until(() => household.logger.of('refresh.done').length === 1, 'the end of the refresh');
    expect(household.logger.of('refresh.done')[0]?.fields.outcome).toBe('discarded');
    expect(stored(one)).toBe('');
    // The old refresh token was revoked with the grant, or its successor was.
    expect(authorizationServer.counts.refreshes === 0 || authorizationServer.counts.revocations > revoked).toBe(true);
    expect(household.state('linear').kind).toBe('login-needed');
    expect(household.clock.pendingAlarms).toEqual([]);
    const { message } = await initialize(household);
    expect(message.error?.data).toMatchObject({ state: 'login-needed' });
  });

  test('24 the answer arrives after the sign-out: it is revoked', async () => {
    const one = await openSignedIn(3600);
    const { authorizationServer, household } = one;
    const release = household.vault.holdWrites();
    await untilDue(household);
    await authorizationServer.until(({ refreshes }) => refreshes === 1);
    const signedOut = household.engine.logout('linear');
    release();
    await signedOut;
    await household.until(() => household.logger.of('refresh.done').length === 1, 'the end of the refresh');
    expect(stored(one)).toBe('');
    expect(authorizationServer.counts.revocations).toBeGreaterThanOrEqual(2);
    expect(household.view('linear').login).toBeUndefined();
    expect(household.clock.pendingAlarms).toEqual([]);
  });

  test('24 the server is removed: nothing is stored afterwards', async () => {
    const one = await refreshUnderWay();
    const { authorizationServer, household } = one;
    expect(await household.engine.removeServer('linear')).toMatchObject({ ok: true });
    authorizationServer.resumeTokenEndpoint();
    await household.until(() => household.logger.of('refresh.done').length === 1, 'the end of the refresh');
    expect(stored(one)).toBe('');
    expect(household.clock.pendingAlarms).toEqual([]);
    expect(household.engine.serverView('linear')).toMatchObject({ ok: false });
  });

  test('24 its address changes: nothing is stored, and nothing old is sent to the new address', async () => {
    const one = await refreshUnderWay();
    const { authorizationServer, household } = one;
    const moved = await openMcpServer({ authorizationServer });
    await editConfig(household, { linear: { url: moved.url } });
    await household.reached('linear', 'login-needed');
    authorizationServer.resumeTokenEndpoint();
    await household.until(() => household.logger.of('refresh.done').length === 1, 'the end of the refresh');
    expect(stored(one)).toBe('');
    await initialize(household);
    expect(moved.seenAuthorization).toEqual([]);
    await household.signInTo('linear');
    expect(moved.seenAuthorization.length).toBeLessThanOrEqual(1);
    expect((await initialize(household)).message.result).toBeDefined();
  });

  test('24 the server is disabled: the refresh is stored, and none is planned', async () => {
    const one = await refreshUnderWay();
    const { authorizationServer, household } = one;
    await household.engine.setEnabled('linear', false);
    authorizationServer.resumeTokenEndpoint();
    await household.until(() => household.logger.of('refresh.done').length === 1, 'the end of the refresh');
    expect(stored(one)).toContain('"renewedCount":1');
    await household.clock.advance('3 h');
    expect(authorizationServer.counts.refreshAttempts).toBe(1);
    expect(household.state('linear').kind).toBe('disabled');
    await household.engine.setEnabled('linear', true);
    await household.reached('linear', 'ready');
    expect(authorizationServer.counts.refreshes).toBe(2);
  });

  test('24 the program quits: what arrives is stored, and the next start goes on from it', async () => {
    const { authorizationServer, household } = await refreshUnderWay();
    const stopping = household.engine.stop();
    authorizationServer.resumeTokenEndpoint();
    await stopping;
    expect(household.clock.pendingAlarms).toEqual([]);
    await household.restart();
    await household.reached('linear', 'ready');
    expect(household.view('linear').login?.renewedCount).toBe(1);
    expect(authorizationServer.counts).toMatchObject({ refreshes: 1, authorizations: 0 });
  });
});
