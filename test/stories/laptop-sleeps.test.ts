import { afterEach, describe, expect, test } from 'vitest';
import { openHousehold } from './household.ts';
import { closeEverything, openAuthorizationServer, openMcpServer, timeGoesBy } from './one-server.ts';

afterEach(closeEverything);

const NAMES = ['linear', 'sentry', 'notion', 'github'];

describe('32 the laptop sleeps past the expiry of every token', () => {
  test.each(['9 h', '-1 h'] as const)(
    '32 O1 after %s every server is refreshed within 15 s, one after the other, without a page',
    async (span) => {
      const authorizationServer = await openAuthorizationServer();
      const urls = await Promise.all(
        NAMES.map(async (name) => [name, (await openMcpServer({ authorizationServer })).url] as const),
      );
      const household = await openHousehold({
        servers: Object.fromEntries(urls),
        settings: { openBrowser: 'when-needed' },
      });
      for (const name of NAMES) {
        await household.reached(name, 'login-needed');
        await household.signInTo(name);
      }
      authorizationServer.resetCounts();
      await household.sleep(span);
      const woke = household.clock.now();
      await timeGoesBy(household, {
        stepMs: 500,
        until: () => authorizationServer.counts.refreshes === NAMES.length,
        what: 'all refreshes',
      });
      expect(household.clock.now() - woke).toBeLessThanOrEqual(15_000);
      await household.until(() => NAMES.every((name) => household.view(name).login?.renewedCount === 1), 'all renewed');
      for (const name of NAMES)
        expect(household.state(name)).toMatchObject({ kind: 'ready', token: { kind: 'fresh' } });
      expect(authorizationServer.counts).toMatchObject({ refreshAttempts: NAMES.length, authorizations: 0 });
      expect(household.browser.pages).toEqual([]);
      const started = household.logger.of('refresh.started').map(({ fields }) => fields.server);
      expect(new Set(started).size).toBe(NAMES.length);
    },
  );
});
