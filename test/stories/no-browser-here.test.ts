import { afterEach, describe, expect, test } from 'vitest';
import { signIn } from '../servers/sign-in.ts';
import type { Household } from './household.ts';
import { closeEverything, initialize, openOneServer } from './one-server.ts';

afterEach(closeEverything);

async function clickWithoutBrowser(household: Household) {
  household.browser.breakDown('there is no display');
  const started = await household.engine.startLogin('linear', { openBrowser: true, startOver: false });
  if (!started.ok) throw new Error(JSON.stringify(started.problem));
  return started.value;
}

describe('10 no browser can be opened here', () => {
  test('10 the link is shown with the reason, can be copied, and whoever waits goes on waiting', async () => {
    const { household } = await openOneServer();
    const started = await clickWithoutBrowser(household);
    expect(started.browserOpened).toBe(false);
    expect(started.browserError).toContain('there is no display');
    expect(household.view('linear').authorizationUrl).toBe(started.authorizationUrl);
    let ended = false;
    const waiting = household.engine.waitForLogin('linear', started.flow.flowId).finally(() => {
      ended = true;
    });
    await household.clock.advance('5 min');
    expect(ended).toBe(false);
    await signIn(started.authorizationUrl);
    expect(await waiting).toMatchObject({ ok: true, value: { state: { kind: 'ready' } } });
  });

  test('10 the address that a browser elsewhere ended on can be pasted in', async () => {
    const { authorizationServer, household } = await openOneServer();
    const started = await clickWithoutBrowser(household);
    const elsewhere = await signIn(started.authorizationUrl, { stopBeforeCallback: true });
    const waiting = household.engine.waitForLogin('linear', started.flow.flowId);
    expect(await household.engine.pasteCallback('linear', `  ${elsewhere.callbackUrl}\n`)).toEqual({
      ok: true,
      value: undefined,
    });
    expect(await waiting).toMatchObject({ ok: true });
    expect(authorizationServer.counts.codeExchanges).toBe(1);
    expect((await initialize(household)).message.result).toBeDefined();
  });

  test('10 what is pasted is checked like a callback: state, issuer, server, and that it is an address at all', async () => {
    const { authorizationServer, household } = await openOneServer();
    const started = await clickWithoutBrowser(household);
    const { callbackUrl = '' } = await signIn(started.authorizationUrl, { stopBeforeCallback: true });
    const changed = (name: string, value: string): string => {
      const url = new URL(callbackUrl);
      url.searchParams.set(name, value);
      return url.href;
    };
    const { engine } = household;
    expect(await engine.pasteCallback('linear', 'hello')).toMatchObject({
      ok: false,
      problem: { code: 'invalid-input' },
    });
    expect(await engine.pasteCallback('linear', changed('state', 'x'))).toMatchObject({
      problem: { code: 'unknown-state' },
    });
    expect(await engine.pasteCallback('sentry', callbackUrl)).toMatchObject({ ok: false });
    const foreign = `${changed('iss', 'https://somebody-else.example')}&error=access_denied`;
    expect(await engine.pasteCallback('linear', foreign)).toMatchObject({ problem: { code: 'unknown-state' } });
    expect(household.state('linear').kind).toBe('logging-in');
    expect(authorizationServer.log.filter(({ kind }) => kind === 'code-exchange')).toEqual([]);
    expect(await engine.pasteCallback('linear', callbackUrl)).toMatchObject({ ok: true });
    expect(await engine.pasteCallback('linear', callbackUrl)).toMatchObject({
      ok: false,
      problem: { code: 'unknown-state' },
    });
    expect(authorizationServer.counts.codeExchanges).toBe(1);
  });
});
