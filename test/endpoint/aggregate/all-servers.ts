import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { startAuthorizationServer } from '../../servers/authorization-server.ts';
import { type GuardedMcpServer, startGuardedMcpServer, type UpstreamKind } from '../../servers/guarded-mcp-server.ts';
import { type Household, openHousehold } from '../../stories/household.ts';
import { closeAll, closeLater } from '../house-with-upstream.ts';

export interface AllServers {
  readonly household: Household;
  readonly servers: Readonly<Record<string, GuardedMcpServer>>;
  server(name: string): GuardedMcpServer;
}

const open: { close(): Promise<void> }[] = [];

/** For `afterEach`: callers first, then the household, then the servers. */
export async function closeAllServers(): Promise<void> {
  for (const client of open.splice(0)) await client.close();
  await closeAll();
}

/** An engine with a server of each name's kind behind `/mcp`, signed in to all of them or to those named. */
export async function openAllServers(
  kinds: Readonly<Record<string, UpstreamKind>>,
  {
    signedInTo = Object.keys(kinds),
    settings = {},
  }: { signedInTo?: readonly string[]; settings?: Readonly<Record<string, unknown>> } = {},
): Promise<AllServers> {
  const authorizationServer = await startAuthorizationServer();
  closeLater(authorizationServer.close);
  const servers: Record<string, GuardedMcpServer> = {};
  for (const [name, upstream] of Object.entries(kinds)) {
    const server = await startGuardedMcpServer({ authorizationServer, upstream });
    closeLater(server.close);
    servers[name] = server;
  }
  const household = await openHousehold({
    servers: Object.fromEntries(
      Object.entries(servers).map(([name, { url }]) => [
        name,
        kinds[name]?.endsWith('-sse') ? { url, type: 'sse' } : url,
      ]),
    ),
    settings,
  });
  for (const name of Object.keys(kinds)) {
    await household.reached(name, 'login-needed');
    if (!signedInTo.includes(name)) continue;
    await household.signInTo(name);
    await household.reached(name, 'ready');
  }
  const server = (name: string): GuardedMcpServer => {
    const found = servers[name];
    if (!found) throw new Error(`no server ${name}`);
    return found;
  };
  return { household, servers, server };
}

const ME = { name: 'caller', version: '1.0.0' };

/** @param path behind `/mcp`, such as `/notes` */
function address({ household }: Pick<AllServers, 'household'>, path: string): URL {
  return new URL(`${household.engine.view().endpoint}${path}`);
}

/** A caller with the 1.x SDK. */
export async function legacyCaller(
  house: Pick<AllServers, 'household'>,
  capabilities = {},
  key = house.household.key,
  path = '',
): Promise<Client> {
  const client = new Client(ME, { capabilities });
  open.push(client);
  const transport = new StreamableHTTPClientTransport(address(house, path), {
    requestInit: { headers: { authorization: `Bearer ${key}` } },
  });
  // The SDK's own types do not agree under exactOptionalPropertyTypes.
  await client.connect(transport as Parameters<Client['connect']>[0]);
  return client;
}

/** A caller with the 2.x SDK, of the modern era. */
export async function modernCaller(
  house: Pick<AllServers, 'household'>,
  capabilities = {},
  key = house.household.key,
  path = '',
): Promise<ModernClient> {
  const client = new ModernClient(ME, { capabilities, versionNegotiation: { mode: { pin: '2026-07-28' } } });
  open.push(client);
  await client.connect(
    new ModernTransport(address(house, path), { requestInit: { headers: { authorization: `Bearer ${key}` } } }),
  );
  return client;
}
