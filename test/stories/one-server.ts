import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AuthorizationServer, startAuthorizationServer } from '../servers/authorization-server.ts';
import { type GuardedMcpServer, startGuardedMcpServer, type UpstreamKind } from '../servers/guarded-mcp-server.ts';
import { type Answer, type CallOptions, closeHouseholds, type Household, openHousehold } from './household.ts';

const toClose: { close(): Promise<void> }[] = [];

/** For `afterEach`: households first, each with its checks, then the servers. */
export async function closeEverything(): Promise<void> {
  try {
    await closeHouseholds();
  } finally {
    for (const server of toClose.splice(0)) await server.close();
  }
}

export async function openAuthorizationServer(
  options: Parameters<typeof startAuthorizationServer>[0] = {},
): Promise<AuthorizationServer> {
  const server = await startAuthorizationServer(options);
  toClose.push(server);
  return server;
}

export async function openMcpServer(options: Parameters<typeof startGuardedMcpServer>[0]): Promise<GuardedMcpServer> {
  const server = await startGuardedMcpServer(options);
  toClose.push(server);
  return server;
}

export interface OneServer {
  readonly authorizationServer: AuthorizationServer;
  readonly mcp: GuardedMcpServer;
  readonly household: Household;
}

type HouseholdOptions = Omit<Parameters<typeof openHousehold>[0], 'servers'>;

/** A household with one server, "linear", behind a login, looked at and found to need one. */
export async function openOneServer(
  options: HouseholdOptions & {
    readonly authorization?: Parameters<typeof startAuthorizationServer>[0];
    readonly entry?: Readonly<Record<string, unknown>>;
    readonly upstream?: UpstreamKind;
  } = {},
): Promise<OneServer> {
  const { authorization, entry, upstream, ...rest } = options;
  const authorizationServer = await openAuthorizationServer(authorization);
  const mcp = await openMcpServer({ authorizationServer, ...(upstream === undefined ? {} : { upstream }) });
  const household = await openHousehold({ ...rest, servers: { linear: { url: mcp.url, ...entry } } });
  await household.reached('linear', 'login-needed');
  return { authorizationServer, mcp, household };
}

/** The same, signed in, with tokens that live so many seconds; counting begins afterwards. */
export async function openSignedIn(
  tokensLiveS: number,
  options: Parameters<typeof openOneServer>[0] = {},
): Promise<OneServer> {
  const one = await openOneServer(options);
  one.authorizationServer.accessTokensLiveS(tokensLiveS);
  await one.household.signInTo('linear');
  one.authorizationServer.resetCounts();
  one.mcp.resetCounts();
  return one;
}

/** A call that any legacy server answers with a result. */
export function initialize(household: Household, server = 'linear', options: CallOptions = {}): Promise<Answer> {
  const params = {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'story', version: '1.0.0' },
  };
  return household.call(server, { method: 'initialize', params, ...options });
}

/** The configuration is edited by hand, and the engine hears of it. */
export async function editConfig(
  household: Household,
  mcpServers: Readonly<Record<string, unknown>>,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await writeFile(join(household.dataDir, 'config.json'), JSON.stringify({ mcpServers, ...settings }, null, 2));
  household.engine.reload();
}

/** Time goes by in steps, each with time for what it caused to reach the servers and come back, until it is so. */
export async function timeGoesBy(
  household: Household,
  { stepMs, until, what }: { readonly stepMs: number; readonly until: () => boolean; readonly what: string },
): Promise<void> {
  let lastStepAt = 0;
  let stepping = false;
  await household.until(() => {
    const now = Date.now();
    if (!stepping && !until() && now - lastStepAt >= 25) {
      lastStepAt = now;
      stepping = true;
      void household.clock.advance(stepMs).finally(() => {
        stepping = false;
      });
    }
    return until() && !stepping;
  }, what);
}

/** The lines that one flow or refresh left. */
export function linesWith(household: Household, correlationId: string | undefined): readonly string[] {
  return household.logger.lines
    .filter(({ fields }) => correlationId !== undefined && fields.correlationId === correlationId)
    .map(({ event }) => event);
}

/** Time goes by until the refresh that is planned is due, and not a second longer. */
export async function untilDue(household: Household, server = 'linear'): Promise<void> {
  const state = household.state(server);
  if (state.kind !== 'ready' || state.token.kind !== 'fresh') throw new Error(`no refresh is planned: ${state.kind}`);
  await household.clock.advance(state.token.refreshDueAt - household.clock.now());
}
