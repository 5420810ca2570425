import { afterEach, describe, expect, test } from 'vitest';
import type { AuthorizationServer } from '../servers/authorization-server.ts';
import { openHousehold } from './household.ts';
import {
  closeEverything,
  editConfig,
  initialize,
  openAuthorizationServer,
  openMcpServer,
  timeGoesBy,
  untilDue,
} from './one-server.ts';

afterEach(closeEverything);

/** A server that takes the tokens of two authorization servers, and names the first. */
async function openBetweenTwo(options: Parameters<typeof openAuthorizationServer>[0] = {}) {
  const first = await openAuthorizationServer(options);
  const second = await openAuthorizationServer(options);
  const mcp = await openMcpServer({
    authorizationServer: {
      issuer: first.issuer,
      introspect: async (token) => (await first.introspect(token)) ?? second.introspect(token),
    },
  });
  const name = (...issuers: string[]): void => mcp.changeMetadata({ authorization_servers: issuers });
  return { first, second, mcp, name };
}

function clientsAt({ log }: AuthorizationServer): Set<string> {
  return new Set(log.flatMap(({ clientId }) => clientId ?? []));
}

describe('D3 R3 a server that names several authorization servers', () => {
  test('D3 R3 the first is taken until the person names the other: registered anew there, and nothing of one reaches the other', async () => {
    const { first, second, mcp, name } = await openBetweenTwo();
    name(first.issuer, second.issuer);
    const household = await openHousehold({ servers: { linear: mcp.url } });
    await household.reached('linear', 'login-needed');
    await household.signInTo('linear');
    expect([household.view('linear').login?.issuer, second.log]).toEqual([first.issuer, []]);

    await editConfig(household, { linear: { url: mcp.url, authorizationServer: second.issuer } });
    await household.reached('linear', 'login-needed');
    await household.until(() => first.counts.revocations === 2, 'the old login is given back where it came from');
    first.resetCounts();
    await household.signInTo('linear');
    expect(household.view('linear').login?.issuer).toBe(second.issuer);
    expect((await initialize(household)).message.result).toBeDefined();
    await untilDue(household);
    await household.until(() => second.counts.refreshes === 1, 'renewed');
    expect(second.counts).toMatchObject({ registrations: 1, codeExchanges: 1, refreshes: 1, revocations: 0 });
    expect(first.log).toEqual([]);
  });

  test('R3 one that takes its place: the old login is renewed where it came from, and then a new client signs in at the new one', async () => {
    const { first, second, mcp, name } = await openBetweenTwo();
    first.accessTokensLiveS(3600);
    const household = await openHousehold({ servers: { linear: mcp.url } });
    await household.reached('linear', 'login-needed');
    await household.signInTo('linear');
    const own = clientsAt(first);
    name(second.issuer);
    await household.restart();
    await household.reached('linear', 'ready');
    await untilDue(household);
    await household.until(() => first.counts.refreshes === 1, 'renewed');
    expect(second.log).toEqual([]);

    first.endGrants();
    await timeGoesBy(household, {
      stepMs: 60_000,
      until: () => household.state('linear').kind === 'login-needed',
      what: 'the login has ended',
    });
    first.resetCounts();
    await household.signInTo('linear');
    expect((await initialize(household)).message.result).toBeDefined();
    expect(second.counts).toMatchObject({ registrations: 1, codeExchanges: 1 });
    const others = clientsAt(second);
    expect([own.size, others.size, [...others].filter((id) => own.has(id))]).toEqual([1, 1, []]);
    expect(first.log).toEqual([]);
    await household.restart();
    await household.reached('linear', 'ready');
    expect(household.view('linear').login?.issuer).toBe(second.issuer);
  });

  test('S3 R3 more access at one that took its place: only what is asked for, not what the other had granted', async () => {
    const { first, second, mcp, name } = await openBetweenTwo({ scopes: ['mcp', 'admin'] });
    const household = await openHousehold({ servers: { linear: { url: mcp.url, scopes: [] } } });
    await household.reached('linear', 'login-needed');
    await household.signInTo('linear');
    expect(household.view('linear').login?.issuer).toBe(first.issuer);
    name(second.issuer);
    mcp.requireScope('admin');
    await initialize(household);
    const started = await household.engine.startLogin('linear', { openBrowser: false, startOver: false });
    if (!started.ok) throw new Error(JSON.stringify(started.problem));
    const url = new URL(started.value.authorizationUrl);
    expect([url.origin, url.searchParams.get('scope')?.split(' ').sort()]).toEqual([
      second.issuer,
      ['admin', 'mcp', 'offline_access'],
    ]);
    household.engine.cancelLogin('linear');
    expect(household.state('linear')).toMatchObject({ kind: 'ready', stepUp: { scope: 'admin' } });
  });
});
