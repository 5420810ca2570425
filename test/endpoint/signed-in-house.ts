import type { UpstreamHttp } from '../../src-main/engine/ports.ts';
import { type AuthorizationServer, startAuthorizationServer } from '../servers/authorization-server.ts';
import {
  type GuardedMcpServer,
  type GuardedMcpServerOptions,
  startGuardedMcpServer,
} from '../servers/guarded-mcp-server.ts';
import { type Household, openHousehold } from '../stories/household.ts';
import { closeLater } from './house-with-upstream.ts';

export interface GuardedHouse {
  readonly authorizationServer: AuthorizationServer;
  readonly mcp: GuardedMcpServer;
  readonly household: Household;
  readonly endpoint: string;
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface GuardedHouseOptions {
  readonly guard?: Omit<GuardedMcpServerOptions, 'authorizationServer'>;
  readonly entry?: Readonly<Record<string, unknown>>;
  readonly flowDeadlineMs?: number;
  readonly upstreamHttp?: (real: UpstreamHttp) => UpstreamHttp;
}

/** An engine with one server, `linear`, that wants a login; nobody has signed in. Closed by `closeAll`. */
export async function openGuardedHouse(options: GuardedHouseOptions = {}): Promise<GuardedHouse> {
  const authorizationServer = await startAuthorizationServer();
  closeLater(authorizationServer.close);
  const mcp = await startGuardedMcpServer({ authorizationServer, ...options.guard });
  closeLater(mcp.close);
  const household = await openHousehold({
    servers: { linear: { url: mcp.url, ...options.entry } },
    ...(options.flowDeadlineMs === undefined ? {} : { flowDeadlineMs: options.flowDeadlineMs }),
    ...(options.upstreamHttp ? { upstreamHttp: options.upstreamHttp } : {}),
  });
  await household.reached('linear', 'login-needed');
  const { endpoint } = household.view('linear');
  const headers = {
    authorization: `Bearer ${household.key}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  };
  return { authorizationServer, mcp, household, endpoint, origin: new URL(endpoint).origin, headers };
}

/** The same, signed in. */
export async function openSignedInHouse(options: GuardedHouseOptions = {}): Promise<GuardedHouse> {
  const house = await openGuardedHouse(options);
  await house.household.signInTo('linear');
  await house.household.reached('linear', 'ready');
  return house;
}
