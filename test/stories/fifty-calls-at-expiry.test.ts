import { afterEach, describe, expect, test } from 'vitest';
import { closeEverything, initialize, openSignedIn } from './one-server.ts';

afterEach(closeEverything);

const fifty = Array.from({ length: 50 }, (_, id) => id);

describe('21 fifty parallel calls', () => {
  test('21 at the moment of expiry: one refresh, fifty successes', async () => {
    const { authorizationServer, mcp, household } = await openSignedIn(30);
    authorizationServer.resetCounts();
    mcp.resetCounts();
    // Nothing could renew it before: the machine slept.
    await household.sleep('31 s');
    const answers = await Promise.all(fifty.map((id) => initialize(household, 'linear', { id })));
    for (const { message } of answers) expect(message.result).toBeDefined();
    expect(authorizationServer.counts).toMatchObject({ refreshes: 1, refreshAttempts: 1 });
    expect(mcp.counts).toMatchObject({ admitted: 50, unauthorized: 0 });
  });

  test('21 with a token that the server ended early: one refresh, fifty successes', async () => {
    const { authorizationServer, mcp, household } = await openSignedIn(3600);
    authorizationServer.endAccessTokens();
    const answers = await Promise.all(fifty.map((id) => initialize(household, 'linear', { id })));
    for (const { message } of answers) expect(message.result).toBeDefined();
    expect(authorizationServer.counts).toMatchObject({ refreshes: 1, refreshAttempts: 1, authorizations: 0 });
    expect(mcp.counts.admitted).toBe(50);
    expect(household.state('linear')).toMatchObject({ kind: 'ready', token: { kind: 'fresh' } });
  });
});
