import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { ServerEdit } from '../../src-main/engine/engine.ts';
import { type Household, openHousehold } from './household.ts';
import { closeEverything, editConfig, openAuthorizationServer, openMcpServer, openSignedIn } from './one-server.ts';

afterEach(closeEverything);

const OLD = 'hush-hush-old';
const NEW = 'hush-hush-new';

function configText(household: Household): Promise<string> {
  return readFile(join(household.dataDir, 'config.json'), 'utf8');
}

function secretsIn(household: Household): string {
  return [...household.vault.values.entries()].filter(([key]) => key.endsWith('/client-secret')).join();
}

/** A server of a confidential client, signed in with the secret from the vault. */
async function openConfidential() {
  const authorizationServer = await openAuthorizationServer({
    clients: [
      {
        client_id: 'ours',
        client_secret: NEW,
        application_type: 'native',
        redirect_uris: ['http://127.0.0.1/oauth/callback'],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
  });
  const mcp = await openMcpServer({ authorizationServer });
  const household = await openHousehold({
    servers: { linear: { url: mcp.url, clientId: 'ours' } },
    env: { OLD, NEW },
    secrets: [OLD, NEW],
  });
  await household.reached('linear', 'login-needed');
  return { authorizationServer, mcp, household };
}

const REFUSED: readonly (readonly [Omit<ServerEdit, 'name'>, string, string])[] = [
  [{ changes: { url: 'http://far.example/mcp' } }, 'url', 'the address has to begin with https://.'],
  [{ changes: { redirectUri: 'nonsense' } }, 'redirectUri', 'this is not a full address'],
  [{ changes: { clientMetadataUrl: 'http://a.example/g.json' } }, 'clientMetadataUrl', 'https'],
  [{ changes: {}, clientSecret: NEW }, 'clientSecret', 'it needs a "clientId" beside it.'],
  [{ changes: { url: 'http://far.example/', clientId: 'c' }, clientSecret: NEW }, 'url', 'https'],
];

describe('editing a server', () => {
  test.each(REFUSED)('20 a mistake in %o changes neither the file nor the vault', async (edit, field, detail) => {
    const { household } = await openSignedIn(3600, { secrets: [NEW] });
    const [text, vault] = [await configText(household), new Map(household.vault.values)];
    const edited = await household.engine.editServer({ name: 'linear', ...edit });
    expect(edited).toMatchObject({
      problem: { code: 'invalid-input', field, detail: expect.stringContaining(detail) },
    });
    expect(await configText(household)).toBe(text);
    expect(household.vault.values).toEqual(vault);
    expect(household.state('linear').kind).toBe('ready');
  });

  test.each<ServerEdit['changes']>([
    { clientId: 'other' },
    { authorizationServer: 'https://other.example' },
    { issuer: 'https://other.example' },
    { resource: 'https://other.example/mcp' },
    { url: 'http://127.0.0.1:9/mcp' },
  ])('20 %o ends the login, as an edit by hand does', async (changes) => {
    const { authorizationServer, mcp, household } = await openSignedIn(3600);
    const edited = await household.engine.editServer({ name: 'linear', changes });
    expect(edited).toMatchObject({ ok: true });
    expect(household.view('linear').login).toBeUndefined();
    await authorizationServer.until((counts) => counts.revocations > 0);
    await household.until(() => [...household.vault.values.keys()].length === 0, 'erased');
    await household.engine.editServer({
      name: 'linear',
      changes: { url: mcp.url, clientId: null, authorizationServer: null, issuer: null, resource: null },
    });
    await household.reached('linear', 'login-needed');
    await household.signInTo('linear');
  });

  test('20 scopes, page and redirect are changed and taken away without a sign-out; a variable stays a variable', async () => {
    const { household } = await openSignedIn(3600);
    const before = await configText(household);
    const edit = (changes: ServerEdit['changes']) => household.engine.editServer({ name: 'linear', changes });
    expect(
      await edit({ scopes: ['mcp'], openBrowser: 'when-needed', redirectUri: 'http://localhost:9/cb' }),
    ).toMatchObject({ ok: true });
    expect(await household.engine.serverSettings('linear')).toEqual({
      ok: true,
      value: {
        url: expect.any(String),
        scopes: ['mcp'],
        openBrowser: 'when-needed',
        redirectUri: 'http://localhost:9/cb',
        clientSecret: 'absent',
      },
    });
    expect(await edit({ headers: { 'X-Key': '${HOME:-none}' } })).toMatchObject({ ok: true });
    expect(await configText(household)).toContain('${HOME:-none}');
    await edit({ scopes: null, openBrowser: null, redirectUri: null, headers: { 'X-Key': null } });
    expect(await configText(household)).toBe(before);
    await household.reached('linear', 'ready');
    expect(household.view('linear').login).toBeDefined();
  });

  test('R1 a wrong secret is refused, the right one given in its place signs in, and a rotated one renews', async () => {
    const { authorizationServer, household } = await openConfidential();
    const give = (clientSecret: string | null) =>
      household.engine.editServer({ name: 'linear', changes: {}, clientSecret });
    await give(NEW);
    await household.signInTo('linear');
    expect(await household.engine.serverSettings('linear')).toMatchObject({ value: { clientSecret: 'vault' } });
    await give(OLD);
    await household.clock.advance(3_000_000);
    await authorizationServer.until((_counts, log) => log.some(({ error }) => error === 'invalid_client'));
    await household.until(() => household.view('linear').login?.renewable === false, 'refused');
    await give(NEW);
    await household.until(() => household.view('linear').login?.renewable === true, 'heard of');
    await household.clock.advance(1000);
    await household.until(() => household.view('linear').login?.renewedCount === 1, 'renewed with the right one');
    expect(household.browser.pages).toEqual([]);
    await give(null);
    expect(secretsIn(household)).toBe('');
  });

  test('a secret that is given to a disabled server renews nothing until it is enabled', async () => {
    const { authorizationServer, household } = await openConfidential();
    await household.engine.editServer({ name: 'linear', changes: {}, clientSecret: NEW });
    await household.signInTo('linear');
    await household.engine.setEnabled('linear', false);
    await household.engine.editServer({ name: 'linear', changes: {}, clientSecret: OLD });
    expect(household.clock.pendingAlarms).toEqual([]);
    await household.engine.editServer({ name: 'linear', changes: {}, clientSecret: NEW });
    await household.engine.setEnabled('linear', true);
    await household.reached('linear', 'ready');
    await household.clock.advance(3_000_000);
    await authorizationServer.until((counts) => counts.refreshes === 1);
  });

  test('20 the secret of one client is never sent for another, whoever changed the client id', async () => {
    const { household } = await openConfidential();
    await household.engine.editServer({ name: 'linear', changes: {}, clientSecret: OLD });
    expect(secretsIn(household)).toContain(OLD);
    const { url } = household.view('linear');
    await editConfig(household, { linear: { url, clientId: 'another' } });
    expect(await household.engine.serverSettings('linear')).toMatchObject({ value: { clientSecret: 'absent' } });
    await household.engine.editServer({ name: 'linear', changes: { clientId: 'third' } });
    expect(secretsIn(household)).toBe('');
  });

  test('R1 a secret that is given goes before the one that the file names, which goes out of the file', async () => {
    const { household } = await openConfidential();
    const { url } = household.view('linear');
    await editConfig(household, { linear: { url, clientId: 'ours', clientSecret: '${OLD}' } });
    expect(await household.engine.serverSettings('linear')).toMatchObject({ value: { clientSecret: 'configuration' } });
    await household.engine.editServer({ name: 'linear', changes: {}, clientSecret: NEW });
    expect(JSON.parse(await configText(household)).mcpServers.linear).toEqual({ url, clientId: 'ours' });
    await household.signInTo('linear');
  });

  test('42 a locked keychain takes no secret, and then nothing is written', async () => {
    const { household } = await openConfidential();
    const text = await configText(household);
    household.vault.lock();
    const changes = { clientId: 'other' };
    const edited = await household.engine.editServer({ name: 'linear', changes, clientSecret: NEW });
    expect(edited).toMatchObject({ problem: { code: 'vault-locked' } });
    expect(await configText(household)).toBe(text);
    household.vault.unlock();
  });
});
