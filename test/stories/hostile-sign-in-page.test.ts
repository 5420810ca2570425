import { afterEach, describe, expect, test } from 'vitest';
import { closeEverything, openOneServer } from './one-server.ts';

afterEach(closeEverything);

describe('40 a server names something else as its sign-in page', () => {
  test.each([
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,hello',
    '\\\\attacker\\share',
    'https://example.com/$(calc)',
    '--gpu-launcher=calc',
    'https://user:password@example.com/authorize',
    'https://example.com/\u0007authorize',
    'http://example.com/authorize',
    'calc.exe',
  ])('40 F5 %j: nothing is opened, nobody is registered, the row says why', async (address) => {
    const { authorizationServer, household } = await openOneServer();
    authorizationServer.changeMetadata({ authorization_endpoint: address });
    const started = await household.engine.startLogin('linear', { openBrowser: true, startOver: false });
    expect(started).toMatchObject({ ok: false, problem: { code: 'unsafe-url' } });
    expect(household.browser.pages).toEqual([]);
    expect(household.state('linear')).toMatchObject({ kind: 'login-needed', reason: { code: 'unsafe-url' } });
    expect(authorizationServer.counts).toMatchObject({ registrations: 0, authorizations: 0 });

    authorizationServer.behave();
    await household.signInTo('linear');
    expect(household.state('linear').kind).toBe('ready');
  });
});
