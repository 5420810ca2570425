import { afterEach, describe, expect, test } from 'vitest';
import { openHousehold } from './household.ts';
import { closeEverything, initialize, openAuthorizationServer, openMcpServer, openOneServer } from './one-server.ts';

afterEach(closeEverything);

const WHEN_NEEDED = { settings: { openBrowser: 'when-needed' }, flowDeadlineMs: 60_000 };

describe('O3 automatic flows and the browser', () => {
  test('O3 open at most one page in five minutes; what is held back starts no flow and is said', async () => {
    const { household } = await openOneServer(WHEN_NEEDED);
    await initialize(household);
    await household.until(() => household.browser.pages.length === 1, 'the first page');
    await household.clock.advance('61 s');
    await household.reached('linear', 'login-needed');
    await initialize(household);
    expect(await household.engine.reconnect('linear')).toMatchObject({
      ok: true,
      value: { state: { kind: 'login-needed' } },
    });
    await household.clock.advance('238 s');
    await initialize(household);
    expect(household.browser.pages).toHaveLength(1);
    expect(household.logger.of('flow.started')).toHaveLength(1);
    expect(household.logger.of('browser.held-back')[0]?.fields).toMatchObject({
      server: 'linear',
      reason: 'recently-opened',
    });
    await household.clock.advance('1 s');
    await initialize(household);
    await household.until(() => household.browser.pages.length === 2, 'the second page');
  });

  test('O3 a restart of the program does not make it two', async () => {
    const { household } = await openOneServer(WHEN_NEEDED);
    await initialize(household);
    await household.until(() => household.browser.pages.length === 1, 'the page');
    await household.restart();
    // The sign-in goes on, with the page that is open.
    await household.reached('linear', 'logging-in');
    await initialize(household);
    household.engine.cancelLogin('linear');
    await household.reached('linear', 'login-needed');
    await initialize(household);
    await household.until(() => household.logger.of('browser.held-back').length === 1, 'a page that is held back');
    expect(household.browser.pages).toHaveLength(1);
    await household.clock.advance('5 min');
    await initialize(household);
    await household.until(() => household.browser.pages.length === 2, 'the second page');
  });

  test('O3 nothing opens while nobody is there, nor by surprise when the person is back: the next need does', async () => {
    const { household } = await openOneServer(WHEN_NEEDED);
    household.presence.idle = Number.POSITIVE_INFINITY;
    for (let call = 0; call < 20; call += 1) await initialize(household);
    await household.until(() => household.logger.of('browser.held-back').length > 0, 'a page that is held back');
    // Said once, however many call.
    expect(household.logger.of('browser.held-back').map(({ fields }) => fields.reason)).toEqual(['away']);
    await household.clock.advance('8 h');
    household.presence.idle = 0;
    await household.clock.advance('10 min');
    expect(household.browser.pages).toEqual([]);
    expect(household.logger.of('flow.started')).toEqual([]);
    await initialize(household);
    await household.until(() => household.browser.pages.length === 1, 'the page of the next need');
  });

  test("O3 a person's click opens one, also where the desktop takes the person for absent", async () => {
    const { household } = await openOneServer(WHEN_NEEDED);
    household.presence.idle = Number.POSITIVE_INFINITY;
    const started = await household.engine.startLogin('linear', { openBrowser: true, startOver: false });
    expect(started).toMatchObject({ ok: true, value: { browserOpened: true } });
  });

  test('O3 servers do not count against each other', async () => {
    const authorizationServer = await openAuthorizationServer();
    const urls = await Promise.all(
      ['linear', 'sentry', 'notion'].map(
        async (name) => [name, (await openMcpServer({ authorizationServer })).url] as const,
      ),
    );
    const household = await openHousehold({ servers: Object.fromEntries(urls), ...WHEN_NEEDED });
    for (const [name] of urls) await household.reached(name, 'login-needed');
    for (const [name] of urls) await initialize(household, name);
    await household.until(() => household.browser.pages.length === 3, 'a page each');
    expect(household.logger.of('flow.started').map(({ fields }) => fields.server)).toEqual(urls.map(([name]) => name));
  });

  test("O3 a person's click, or `gatehouse auth login`, always opens one", async () => {
    const { household } = await openOneServer(WHEN_NEEDED);
    await initialize(household);
    await household.until(() => household.browser.pages.length === 1, 'the automatic page');
    for (let click = 2; click <= 6; click += 1) {
      const started = await household.engine.startLogin('linear', { openBrowser: true, startOver: click % 2 === 0 });
      expect(started).toMatchObject({ ok: true, value: { browserOpened: true } });
      expect(household.browser.pages).toHaveLength(click);
    }
  });

  test('O3 what a person opened does not use up the automatic page', async () => {
    const { household } = await openOneServer(WHEN_NEEDED);
    await household.engine.startLogin('linear', { openBrowser: true, startOver: false });
    await household.clock.advance('61 s');
    await household.reached('linear', 'login-needed');
    await initialize(household);
    await household.until(() => household.browser.pages.length === 2, 'the automatic page');
  });

  test('O3 under ask a click opens a page, and nothing else does', async () => {
    const { household } = await openOneServer();
    await initialize(household);
    await household.engine.reconnect('linear');
    expect(household.browser.pages).toEqual([]);
    await household.engine.startLogin('linear', { openBrowser: true, startOver: false });
    expect(household.browser.pages).toHaveLength(1);
  });
});
