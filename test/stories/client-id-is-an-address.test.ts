import { afterEach, describe, expect, test } from 'vitest';
import { type Household, openHousehold } from './household.ts';
import { closeEverything, editConfig, initialize, openAuthorizationServer, openMcpServer } from './one-server.ts';

afterEach(closeEverything);

const DOCUMENT = 'https://gatehouse.example/client.json';

/** An authorization server that takes the document for what it is, whether or not it says so. */
async function openWithDocument(entry: Readonly<Record<string, unknown>>, isSupported: boolean) {
  const authorizationServer = await openAuthorizationServer({
    clients: [
      {
        client_id: DOCUMENT,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1/oauth/callback'],
      },
      {
        client_id: 'known',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1/oauth/callback'],
      },
    ],
  });
  if (isSupported) authorizationServer.changeMetadata({ client_id_metadata_document_supported: true });
  const mcp = await openMcpServer({ authorizationServer });
  const household = await openHousehold({ servers: { linear: { url: mcp.url, ...entry } } });
  await household.reached('linear', 'login-needed');
  return { authorizationServer, mcp, household };
}

function clientId(household: Household): string | undefined {
  return household.view('linear').login?.clientId;
}

describe('R1 a client id that is the address of a document', () => {
  test('R1 is used before a registration, renews, and is still right after a restart', async () => {
    const { authorizationServer, household } = await openWithDocument({ clientMetadataUrl: DOCUMENT }, true);
    await household.signInTo('linear');
    expect(household.view('linear').login).toMatchObject({ clientId: DOCUMENT, registration: 'document' });
    expect(authorizationServer.counts.registrations).toBe(0);
    await household.restart();
    await household.reached('linear', 'ready');
    await household.clock.advance(3_000_000);
    await authorizationServer.until((counts) => counts.refreshes === 1);
    expect((await initialize(household)).message.result).toBeDefined();
    expect(clientId(household)).toBe(DOCUMENT);
  });

  test('R1 a configured client id goes before it', async () => {
    const { household } = await openWithDocument({ clientMetadataUrl: DOCUMENT, clientId: 'known' }, true);
    await household.signInTo('linear');
    expect(clientId(household)).toBe('known');
  });

  test('R1 an authorization server that does not take documents is asked to register', async () => {
    const { authorizationServer, household } = await openWithDocument({ clientMetadataUrl: DOCUMENT }, false);
    await household.signInTo('linear');
    expect(clientId(household)).not.toBe(DOCUMENT);
    expect(authorizationServer.counts.registrations).toBe(1);
  });

  test('R1 20 taken out of the configuration, its login goes; put in, a registered one stays', async () => {
    const { mcp, household } = await openWithDocument({ clientMetadataUrl: DOCUMENT }, true);
    await household.signInTo('linear');
    await editConfig(household, { linear: { url: mcp.url } });
    await household.reached('linear', 'login-needed');
    await household.signInTo('linear');
    const registered = clientId(household);
    expect(registered).not.toBe(DOCUMENT);
    await editConfig(household, { linear: { url: mcp.url, clientMetadataUrl: DOCUMENT } });
    expect((await initialize(household)).message.result).toBeDefined();
    expect(clientId(household)).toBe(registered);
  });
});
