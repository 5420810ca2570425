import { afterEach, describe, expect, test } from 'vitest';
import { closeEverything, initialize, openSignedIn } from './one-server.ts';

afterEach(closeEverything);

describe('18 a fresh process', () => {
  test('18 D8 refreshes at the stored token endpoint, never at a guessed one, and discovers nothing anew', async () => {
    const { authorizationServer, mcp, household } = await openSignedIn(30, {
      authorization: { issuerPath: '/tenant' },
    });
    await household.engine.stop();
    await household.clock.advance('3 h');
    authorizationServer.metadataAt();
    mcp.detectBy('none');
    mcp.resetCounts();
    await household.restart();
    await household.reached('linear', 'ready');
    expect((await initialize(household)).message.result).toBeDefined();
    expect(authorizationServer.counts).toMatchObject({ refreshes: 1, refreshAttempts: 1, metadataRequests: 0 });
    expect(mcp.counts.metadataRequests).toBe(0);
    const asked = household.logger.of('oauth.request').filter(({ fields }) => fields.url?.includes('/tenant/token'));
    expect(asked.at(-1)?.fields).toMatchObject({ method: 'POST', url: `${authorizationServer.issuer}/token` });
    expect(household.browser.pages).toEqual([]);
  });
});
