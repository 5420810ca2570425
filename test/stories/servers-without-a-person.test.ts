import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import type { ServerState } from '../../src-main/engine/model/server-state.ts';
import { wordsFor } from '../../src-main/engine/model/words.ts';
import { type Household, openHousehold } from './household.ts';
import { closeEverything, editConfig, initialize, openAuthorizationServer, openMcpServer } from './one-server.ts';

afterEach(closeEverything);

const SECRET = 'hush-hush-hush-hush';

type Method = 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt';

async function openMachine(
  options: {
    readonly method?: Method;
    readonly entry?: Record<string, unknown>;
    readonly env?: Record<string, string>;
    readonly tokensLiveS?: number;
  } = {},
) {
  const { method = 'client_secret_basic', entry, env, tokensLiveS = 3600 } = options;
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const isSigner = method === 'private_key_jwt';
  const authorizationServer = await openAuthorizationServer({
    clients: [
      {
        client_id: 'machine',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: method,
        ...(isSigner
          ? { jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256', kid: 'k1' }] } }
          : { client_secret: SECRET }),
      },
    ],
    behaviour: {
      accessTokenTtlS: tokensLiveS,
      metadataChanges: { token_endpoint_auth_methods_supported: [method], authorization_endpoint: null },
    },
  });
  const mcp = await openMcpServer({ authorizationServer });
  const credential = isSigner
    ? { clientPrivateKey: '${KEY}', clientPrivateKeyId: 'k1' }
    : { clientSecret: '${CLIENT_SECRET}' };
  const household = await openHousehold({
    servers: { linear: { url: mcp.url, clientId: 'machine', grant: 'client_credentials', ...credential, ...entry } },
    env: { CLIENT_SECRET: SECRET, KEY: pem, ...env },
    secrets: [SECRET, pem.split('\n')[1] ?? pem],
  });
  return { authorizationServer, mcp, household };
}

function said(state: ServerState): string {
  const { word, sentence, action } = wordsFor(state, () => '12:00');
  return `${word}. ${sentence} [${action}]`;
}

async function isReady(household: Household): Promise<void> {
  await household.reached('linear', 'ready');
  expect((await initialize(household)).message.result).toBeDefined();
}

describe('R2 a server that lets the client itself in', () => {
  test.each(['client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const)(
    'R2 S1 F4 T2 gets a token by %s, renews it before its end, and asks nobody',
    async (method) => {
      const { authorizationServer, mcp, household } = await openMachine({ method, entry: { scopes: ['mcp'] } });
      await isReady(household);
      expect(authorizationServer.log).toContainEqual(
        expect.objectContaining({ kind: 'client-token', resource: mcp.url, scope: 'mcp', ok: true }),
      );
      const { login } = household.view('linear');
      expect(login).toMatchObject({
        issuer: authorizationServer.issuer,
        renewedCount: 0,
        renewable: true,
        withoutPerson: true,
      });
      expect(login?.token).toMatchObject({ kind: 'fresh' });
      await household.clock.advance(2_690_000);
      expect(authorizationServer.counts.clientTokens).toBe(1);
      await household.clock.advance(200_000);
      await household.until(() => household.view('linear').login?.renewedCount === 1, 'renewed');
      await isReady(household);
      expect(authorizationServer.counts).toMatchObject({ clientTokens: 2, authorizations: 0, registrations: 0 });
      expect(household.browser.pages).toEqual([]);
    },
  );

  test('R2 keeps its token across a restart, and a token that ended meanwhile is replaced', async () => {
    const { authorizationServer, household } = await openMachine();
    await isReady(household);
    await household.restart();
    await isReady(household);
    expect(authorizationServer.counts.clientTokens).toBe(1);
    await household.sleep(4_000_000);
    await household.restart();
    await isReady(household);
    expect(authorizationServer.counts.clientTokens).toBe(2);
  });

  test('T3 fifty calls that meet an ended token cause one new one, and are all answered', async () => {
    const { authorizationServer, household } = await openMachine();
    await isReady(household);
    authorizationServer.endAccessTokens();
    const answers = await Promise.all(Array.from({ length: 50 }, () => initialize(household)));
    expect(answers.every(({ message }) => message.result !== undefined)).toBe(true);
    expect(authorizationServer.counts.clientTokens).toBe(2);
  });

  test('R2 a refresh token that comes along is not kept: none is needed', async () => {
    const { authorizationServer, household } = await openMachine();
    authorizationServer.answerTokenWith({ refresh_token: 'unasked', refresh_expires_in: 60 });
    await isReady(household);
    expect([...household.vault.values.values()].join()).not.toContain('unasked');
    await household.clock.advance(2_900_000);
    await household.until(() => household.view('linear').login?.renewedCount === 1, 'renewed');
    expect(authorizationServer.counts).toMatchObject({ clientTokens: 2, refreshAttempts: 0 });
  });

  test("R4 a refused client is the credential's own word; another secret in the configuration helps", async () => {
    const { authorizationServer, mcp, household } = await openMachine({
      env: { CLIENT_SECRET: 'wrong', RIGHT: SECRET },
    });
    const stopped = await household.reached('linear', 'stopped');
    expect(said(stopped)).toBe(
      `Credential rejected. ${authorizationServer.issuer} refused the configured client (401 invalid_client: client authentication failed). [edit]`,
    );
    const attempts = () => authorizationServer.log.filter(({ kind }) => kind === 'client-token').length;
    expect(attempts()).toBe(1);
    expect((await initialize(household)).message.error?.message).toContain('Credential rejected');
    await household.clock.advance(24 * 3_600_000);
    expect(attempts(), 'nobody asks again by itself').toBe(1);
    const entry = { url: mcp.url, clientId: 'machine', grant: 'client_credentials', clientSecret: '${RIGHT}' };
    await editConfig(household, { linear: entry });
    await isReady(household);
    expect(household.browser.pages).toEqual([]);
  });

  test('R4 T5 a client refused at a renewal serves until the token ends, then stops', async () => {
    const { authorizationServer, household } = await openMachine();
    await isReady(household);
    authorizationServer.refuseTokens('unauthorized_client');
    await household.clock.advance(2_900_000);
    await household.until(
      () => authorizationServer.log.some(({ error }) => error === 'unauthorized_client'),
      'refused',
    );
    await isReady(household);
    await household.clock.advance(800_000);
    const stopped = await household.reached('linear', 'stopped');
    expect(said(stopped)).toContain('Credential rejected');
    authorizationServer.behave();
    expect(await household.engine.reconnect('linear')).toMatchObject({ ok: true });
    await isReady(household);
  });

  test('12 T5 an authorization server in trouble is waited for, at the first token and at a renewal', async () => {
    const { authorizationServer, household } = await openMachine();
    await isReady(household);
    authorizationServer.failTokenEndpoint({ status: 503, html: true });
    await household.clock.advance(3_700_000);
    const waiting = await household.reached('linear', 'waiting');
    expect(said(waiting)).toContain('Trying again');
    authorizationServer.behave();
    await household.clock.advance(300_000);
    await isReady(household);
    expect(household.browser.pages).toEqual([]);
  });

  test('R2 there is no page to open, and the sentence says what does help', async () => {
    const { household } = await openMachine();
    await isReady(household);
    expect(await household.engine.startLogin('linear', { openBrowser: true, startOver: false })).toMatchObject({
      ok: false,
      problem: { code: 'server-unsupported', detail: expect.stringContaining('gatehouse servers reconnect linear') },
    });
    expect(household.browser.pages).toEqual([]);
  });

  test('T6 signing out gives the token back and stops; reconnecting signs in again', async () => {
    const { authorizationServer, household } = await openMachine();
    await isReady(household);
    await household.engine.logout('linear');
    expect(authorizationServer.counts.revocations).toBe(1);
    expect(said(household.state('linear'))).toContain('Stopped. Its token was given back.');
    await household.engine.reconnect('linear');
    await isReady(household);
  });

  test('R2 42 its secret may be in the vault instead of the file', async () => {
    const { authorizationServer, household } = await openMachine({ entry: { clientSecret: undefined } });
    await household.reached('linear', 'stopped');
    expect(await household.engine.editServer({ name: 'linear', changes: {}, clientSecret: SECRET })).toMatchObject({
      ok: true,
    });
    await isReady(household);
    expect(authorizationServer.counts.clientTokens).toBe(1);
  });

  test('R2 S1 no scope is sent where nobody names one', async () => {
    const { authorizationServer, mcp, household } = await openMachine();
    await household.reached('linear', 'ready');
    await household.engine.logout('linear');
    mcp.changeMetadata({ scopes_supported: null });
    await household.engine.reconnect('linear');
    await isReady(household);
    const asked = authorizationServer.log.filter(({ kind }) => kind === 'client-token').map(({ scope }) => scope);
    expect(asked).toEqual(['mcp', undefined]);
  });

  test('R2 D5 an authorization server that is not the one it says is asked for no token', async () => {
    const { authorizationServer, household } = await openMachine();
    await household.reached('linear', 'ready');
    await household.engine.logout('linear');
    authorizationServer.lieAboutIssuer('https://login.example.com');
    await household.engine.reconnect('linear');
    await household.until(() => JSON.stringify(household.state('linear')).includes('issuer-mismatch'), 'it says so');
    expect(authorizationServer.counts.clientTokens).toBe(1);
  });

  test('R2 without a secret or key it says so and asks nobody', async () => {
    const { authorizationServer, household } = await openMachine({ entry: { clientSecret: undefined } });
    expect(said(await household.reached('linear', 'stopped'))).toContain('neither a client secret nor a key');
    expect(authorizationServer.counts).toMatchObject({ clientTokens: 0, authorizations: 0 });
  });
});
