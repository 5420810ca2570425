import { afterEach, describe, expect, test } from 'vitest';
import { openHousehold } from './household.ts';
import { closeEverything, openAuthorizationServer, openMcpServer, timeGoesBy } from './one-server.ts';

afterEach(closeEverything);

const NAMES = Array.from({ length: 24 }, (_, index) => `server-${index + 1}`);

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
      const begun = [0];
      await timeGoesBy(household, {
        stepMs: 500,
        until: () => {
          begun.push(household.logger.of('refresh.started').length);
          return authorizationServer.counts.refreshes === NAMES.length;
        },
        what: 'all refreshes',
      });
      // Ten seconds may have gone by before the clock's tick noticed.
      expect(household.clock.now() - woke).toBeLessThanOrEqual(5000);
      expect(Math.max(...begun.slice(1).map((count, step) => count - (begun[step] ?? 0)))).toBeLessThanOrEqual(5);
      await household.until(() => NAMES.every((name) => household.view(name).login?.renewedCount === 1), 'all renewed');
      for (const name of NAMES)
        expect(household.state(name)).toMatchObject({ kind: 'ready', token: { kind: 'fresh' } });
      expect(authorizationServer.counts).toMatchObject({ refreshAttempts: NAMES.length, authorizations: 0 });
      expect(household.browser.pages).toEqual([]);
      const started = household.logger.of('refresh.started').map(({ fields }) => fields.server);
      expect(new Set(started).size).toBe(NAMES.length);
    },
    60_000,
  );
});
