import { afterEach, describe, expect, test } from 'vitest';
import type { AuthorizationServer } from '../servers/authorization-server.ts';
import { signIn } from '../servers/sign-in.ts';
import { type Household, openHousehold } from './household.ts';
import { closeEverything, editConfig, openAuthorizationServer, openMcpServer } from './one-server.ts';

afterEach(closeEverything);

async function afterTheHoliday(count: number): Promise<{
  household: Household;
  authorizationServer: AuthorizationServer;
  names: string[];
  urls: Record<string, string>;
}> {
  const authorizationServer = await openAuthorizationServer();
  const mcps = await Promise.all(Array.from({ length: count }, () => openMcpServer({ authorizationServer })));
  const names = mcps.map((_, index) => `server-${index + 1}`);
  const urls = Object.fromEntries(mcps.map(({ url }, index) => [`server-${index + 1}`, url]));
  const household = await openHousehold({ servers: urls, flowDeadlineMs: 60_000 });
  for (const name of names) await household.reached(name, 'login-needed');
  return { household, authorizationServer, names, urls };
}

const flowsUnderWay = ({ engine }: Household): number =>
  engine.view().servers.filter(({ state }) => state.kind === 'logging-in').length;

describe('11 many servers need a login after a long holiday', () => {
  test('11 one click signs in to twenty, one page after the other; a second click joins', async () => {
    const { household, authorizationServer, names } = await afterTheHoliday(20);
    const atOnce: number[] = [];
    household.browser.onPage((url) => {
      atOnce.push(flowsUnderWay(household));
      return signIn(url);
    });
    const clicks = await Promise.all([household.engine.loginToAll(true), household.engine.loginToAll(true)]);
    expect(clicks[0]).toEqual({ signedIn: names, passedOver: [], stopped: false });
    expect(clicks[1]).toBe(clicks[0]);
    expect(household.browser.pages).toHaveLength(20);
    expect(atOnce).toEqual(names.map(() => 1));
    expect(authorizationServer.counts.authorizations).toBe(20);
    for (const name of names) expect(household.state(name).kind).toBe('ready');
    expect(household.engine.view().loginToAll).toBeUndefined();
    await household.browser.settled();
  }, 60_000);

  test('11 the next page opens only when the one before it ended, however long that takes; it tells whose turn it is', async () => {
    const { household, names } = await afterTheHoliday(3);
    const run = household.engine.loginToAll(true);
    await household.until(() => household.browser.pages.length === 1, 'the first page');
    await household.clock.advance('50 s');
    expect(household.browser.pages).toHaveLength(1);
    expect(household.engine.view().loginToAll).toEqual({ server: 'server-1', left: 2 });
    await signIn(household.browser.pages[0] ?? '');
    await household.until(() => household.browser.pages.length === 2, 'the second page');
    household.engine.cancelLogin('server-2');
    await household.until(() => household.browser.pages.length === 3, 'the third page');
    await household.clock.advance('61 s');
    expect(await run).toMatchObject({
      signedIn: ['server-1'],
      passedOver: [
        { name: 'server-2', problem: { code: 'flow-cancelled' } },
        { name: 'server-3', problem: { code: 'flow-expired' } },
      ],
      stopped: false,
    });
    expect(names.map((name) => household.state(name).kind)).toEqual(['ready', 'login-needed', 'login-needed']);
  });

  test('11 Stop ends the sign-in under way, and no further page opens; a later click begins anew', async () => {
    const { household } = await afterTheHoliday(3);
    const run = household.engine.loginToAll(true);
    await household.until(() => household.browser.pages.length === 1, 'the first page');
    expect(household.engine.stopLoginToAll().ok).toBe(true);
    expect(await run).toMatchObject({ signedIn: [], passedOver: [{ name: 'server-1' }], stopped: true });
    expect(flowsUnderWay(household)).toBe(0);
    expect(household.browser.pages).toHaveLength(1);
    expect(household.engine.stopLoginToAll().ok).toBe(false);
    household.browser.onPage(signIn);
    expect((await household.engine.loginToAll(true)).signedIn).toHaveLength(3);
    await household.browser.settled();
  });

  test('11 a flow that is started over keeps its turn, and a server that comes to need a login meanwhile has one too', async () => {
    const { household, authorizationServer, urls } = await afterTheHoliday(2);
    const late = await openMcpServer({ authorizationServer });
    const run = household.engine.loginToAll(true);
    await household.until(() => household.browser.pages.length === 1, 'the first page');
    await household.engine.startLogin('server-1', { openBrowser: true, startOver: true });
    expect(household.engine.view().loginToAll?.server).toBe('server-1');
    await editConfig(household, {
      ...Object.fromEntries(Object.entries(urls).map(([name, url]) => [name, { url }])),
      late: { url: late.url },
    });
    await household.reached('late', 'login-needed');
    household.browser.onPage(signIn);
    await signIn(household.browser.pages[1] ?? '');
    expect(await run).toEqual({ signedIn: ['server-1', 'server-2', 'late'], passedOver: [], stopped: false });
    expect(household.browser.pages).toHaveLength(4);
    await household.browser.settled();
  });

  test('11 a restart of the program ends the run, and opens nothing', async () => {
    const { household } = await afterTheHoliday(3);
    const run = household.engine.loginToAll(true);
    await household.until(() => household.browser.pages.length === 1, 'the first page');
    await household.restart();
    expect(await run).toMatchObject({ signedIn: [], stopped: true });
    await household.reached('server-2', 'login-needed');
    expect(household.browser.pages).toHaveLength(1);
    expect(household.engine.view().loginToAll).toBeUndefined();
  });
});
