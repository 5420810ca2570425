import { afterEach, describe, expect, test } from 'vitest';
import { signIn } from '../servers/sign-in.ts';
import { closeEverything, editConfig, initialize, openOneServer, untilDue } from './one-server.ts';

afterEach(closeEverything);

describe('42 everything exercised, with every line logged', () => {
  test('42 no token, code, state, verifier, client secret or key is in the log, the view or an error', async () => {
    const secrets: string[] = [];
    const { authorizationServer, mcp, household } = await openOneServer({
      authorization: {
        clients: [
          {
            client_id: 'mine',
            client_secret: 'a-client-secret-of-mine',
            application_type: 'native',
            redirect_uris: ['http://127.0.0.1/oauth/callback'],
          },
        ],
      },
      env: { MINE: 'a-client-secret-of-mine' },
      secrets: ['a-client-secret-of-mine'],
    });
    await editConfig(household, { linear: { url: mcp.url, clientId: 'mine', clientSecret: '${MINE}' } });
    const started = await household.engine.startLogin('linear', { openBrowser: true, startOver: false });
    if (!started.ok) throw new Error(JSON.stringify(started.problem));
    const { callbackUrl = '' } = await signIn(started.value.authorizationUrl, { stopBeforeCallback: true });
    const { searchParams } = new URL(callbackUrl);
    secrets.push(searchParams.get('code') ?? '', searchParams.get('state') ?? '');
    await fetch(callbackUrl);
    await household.reached('linear', 'ready');
    const errors: unknown[] = [await initialize(household)];

    await untilDue(household);
    await household.until(() => authorizationServer.counts.refreshes === 1, 'the refresh');
    await household.until(() => household.view('linear').login?.renewedCount === 1, 'its end');
    mcp.rejectTokens({ times: 1 });
    errors.push(await initialize(household));
    mcp.requireScope('more');
    errors.push(await initialize(household));
    mcp.behave();
    authorizationServer.failTokenEndpoint({ status: 400, html: true, times: 1 });
    authorizationServer.endAccessTokens();
    errors.push(await initialize(household));
    authorizationServer.behave();
    authorizationServer.endGrants();
    errors.push(await initialize(household), await household.call('linear', { key: 'gate_wrong-key-of-somebody' }));
    secrets.push('gate_wrong-key-of-somebody', household.key);
    for (const record of household.vault.values.values()) {
      secrets.push(
        ...[...record.matchAll(/"(?:accessToken|refreshToken)":"([^"]+)"/g)].map(([, token]) => token ?? ''),
      );
    }
    const view = JSON.stringify(household.engine.view());
    await household.engine.logout('linear');

    const told = JSON.stringify(errors);
    const log = JSON.stringify(household.logger.lines);
    expect(secrets.every((secret) => secret.length > 8)).toBe(true);
    for (const secret of secrets) {
      expect(log).not.toContain(secret);
      expect(told).not.toContain(secret);
      // The one link that a person may copy has the state in it; after the callback it is worth nothing.
      expect(view).not.toContain(secret);
    }
  });
});
