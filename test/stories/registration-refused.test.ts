import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { sentenceAbout } from '../../src-main/cli/server-lines.ts';
import { signIn } from '../servers/sign-in.ts';
import { type Household, openHousehold } from './household.ts';
import { closeEverything, initialize, openAuthorizationServer, openMcpServer } from './one-server.ts';

afterEach(closeEverything);

const SECRET = 'hush-hush-given-by-hand';
const DOCUMENT = 'https://gatehouse.example/client.json';
const LOOPBACK = ['http://127.0.0.1/oauth/callback'];

async function openClosedShop(behaviour: Record<string, unknown> = {}) {
  const authorizationServer = await openAuthorizationServer({
    clients: [
      {
        client_id: 'ours',
        client_secret: SECRET,
        application_type: 'native',
        redirect_uris: LOOPBACK,
        token_endpoint_auth_method: 'client_secret_basic',
      },
      {
        client_id: DOCUMENT,
        application_type: 'native',
        redirect_uris: LOOPBACK,
        token_endpoint_auth_method: 'none',
      },
    ],
    behaviour,
  });
  const mcp = await openMcpServer({ authorizationServer });
  const household = await openHousehold({ servers: { linear: { url: mcp.url } }, secrets: [SECRET] });
  await household.reached('linear', 'login-needed');
  return { authorizationServer, mcp, household };
}

async function click(household: Household): Promise<string> {
  const started = await household.engine.startLogin('linear', { openBrowser: false, startOver: false });
  return started.ok ? started.value.authorizationUrl : started.problem.code;
}

function line(household: Household): string {
  return sentenceAbout(household.view('linear'), () => '14:05');
}

function configText(household: Household): Promise<string> {
  return readFile(join(household.dataDir, 'config.json'), 'utf8');
}

describe('6 nobody is registered there', () => {
  test('6 refused: the row has the words of the server, and the client id and secret that were given sign in and renew', async () => {
    const { authorizationServer, household } = await openClosedShop();
    authorizationServer.refuseRegistration({
      error: 'access_denied',
      status: 403,
      description: 'Ask tools@corp.example for a client',
    });
    expect(await click(household)).toBe('registration-refused');
    await household.reached('linear', 'login-needed');
    expect(line(household)).toBe(
      `linear: Sign in needed. ${authorizationServer.issuer} refused to register Gatehouse (403): access_denied: Ask tools@corp.example for a client. Enter a client id that you got from it. (gatehouse servers edit linear --client-id ID)`,
    );

    const edited = await household.engine.editServer({
      name: 'linear',
      changes: { clientId: 'ours' },
      clientSecret: SECRET,
    });
    expect(edited).toMatchObject({ ok: true });
    expect(JSON.parse(await configText(household)).mcpServers.linear).toEqual({
      url: expect.any(String),
      clientId: 'ours',
    });
    await signIn(await click(household));
    await household.reached('linear', 'ready');
    expect((await initialize(household)).message.result).toBeDefined();
    expect(household.view('linear').login).toMatchObject({ clientId: 'ours', registration: 'configured' });

    await household.restart();
    await household.reached('linear', 'ready');
    await household.clock.advance(3_000_000);
    await authorizationServer.until((counts) => counts.refreshes === 1);
    expect(authorizationServer.counts.registrations).toBe(0);
  });

  test('6 absent: said so, and the document that was named signs in', async () => {
    const { authorizationServer, household } = await openClosedShop();
    authorizationServer.offerNoRegistration();
    authorizationServer.changeMetadata({ client_id_metadata_document_supported: true });
    expect(await click(household)).toBe('registration-unavailable');
    await household.reached('linear', 'login-needed');
    expect(line(household)).toContain(
      `${authorizationServer.issuer} does not register clients by itself. Enter the client id that you got from it. (gatehouse servers edit linear --client-id ID)`,
    );
    const edited = await household.engine.editServer({ name: 'linear', changes: { clientMetadataUrl: DOCUMENT } });
    expect(edited).toMatchObject({ ok: true });
    await signIn(await click(household));
    await household.reached('linear', 'ready');
    expect(household.view('linear').login).toMatchObject({ clientId: DOCUMENT, registration: 'document' });
  });
});
