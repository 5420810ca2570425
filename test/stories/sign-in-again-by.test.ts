import { afterEach, describe, expect, test } from 'vitest';
import { wordsFor } from '../../src-main/engine/model/words.ts';
import type { Household } from './household.ts';
import { closeEverything, initialize, openSignedIn, untilDue } from './one-server.ts';

afterEach(closeEverything);

const MINUTE_MS = 60_000;

function word(household: Household): string {
  return wordsFor(household.state('linear'), (at) => new Date(at).toISOString().slice(11, 16)).word;
}

function ahead(household: Household): unknown {
  const state = household.state('linear');
  return state.kind === 'ready' && 'signIn' in state.token ? state.token.signIn : undefined;
}

async function renewed(household: Household, times: number): Promise<void> {
  await household.until(() => household.view('linear').login?.renewedCount === times, `renewed ${times} times`);
  await household.until(() => household.state('linear').kind === 'ready' && !isRefreshing(household), 'ready');
}

function isRefreshing(household: Household): boolean {
  const state = household.state('linear');
  return state.kind === 'ready' && state.token.kind === 'refreshing';
}

describe('T4 a login that a person has to renew', () => {
  test('T4 without a refresh token the end is known at once, and the last tenth reminds of it once', async () => {
    const { household } = await openSignedIn(3600, { authorization: { behaviour: { issueRefreshTokens: false } } });
    expect(word(household)).toMatch(/^Connected, sign in again by \d\d:\d\d$/);
    expect(ahead(household)).toMatchObject({ soon: false });
    expect(household.logger.of('login.ends-soon')).toEqual([]);
    await household.clock.advance(55 * MINUTE_MS);
    await household.until(() => household.logger.of('login.ends-soon').length === 1, 'reminded');
    expect(ahead(household)).toMatchObject({ soon: true });
    await household.clock.advance(4 * MINUTE_MS);
    expect(household.logger.of('login.ends-soon')).toHaveLength(1);
  });

  test('T4 an end of the refresh token that no renewal moves is told once a renewal has shown it, over a restart', async () => {
    const { authorizationServer, household } = await openSignedIn(600, {
      authorization: { behaviour: { tokenChanges: { refresh_token_expires_in: 3600 } } },
    });
    const end = household.view('linear').login?.refreshExpiresAt ?? 0;
    expect(word(household), 'a renewal may still move it').toBe('Connected');
    authorizationServer.answerTokenWith({ refresh_token_expires_in: 3600 - 480 });
    await household.clock.advance(8 * MINUTE_MS);
    await renewed(household, 1);
    expect(word(household)).toMatch(/^Connected, sign in again by /);
    const known = household.view('linear').login?.refreshExpiresAt ?? 0;
    expect(Math.abs(known - end)).toBeLessThan(MINUTE_MS);
    await household.restart();
    await household.reached('linear', 'ready');
    expect(word(household)).toMatch(/^Connected, sign in again by /);
  });

  test('T4 an end that every renewal moves on is nothing to tell, until renewals fail and it is near', async () => {
    const { authorizationServer, household } = await openSignedIn(600, {
      authorization: { behaviour: { tokenChanges: { refresh_expires_in: 1800 } } },
    });
    for (const times of [1, 2]) {
      await household.clock.advance(8 * MINUTE_MS);
      await renewed(household, times);
      expect(word(household)).toBe('Connected');
    }
    expect(household.logger.of('login.ends-soon')).toEqual([]);
    authorizationServer.failTokenEndpoint({ status: 503 });
    await household.clock.advance(29 * MINUTE_MS);
    await household.until(() => household.logger.of('login.ends-soon').length === 1, 'reminded');
  });

  test('T4 12 a refresh token that ends long before the access token: renewed in its own time, again and again', async () => {
    const { authorizationServer, mcp, household } = await openSignedIn(24 * 3600, {
      authorization: { behaviour: { tokenChanges: { refresh_token_expires_in: 600 } } },
    });
    for (const times of [1, 2, 3]) {
      const state = household.state('linear');
      const token = state.kind === 'ready' && state.token.kind === 'fresh' ? state.token : undefined;
      const spent = (token?.refreshDueAt ?? 0) - (token?.obtainedAt ?? 0);
      expect(spent).toBeGreaterThanOrEqual(450_000);
      expect(spent).toBeLessThanOrEqual(480_000);
      await untilDue(household);
      await renewed(household, times);
    }
    expect(authorizationServer.counts).toMatchObject({ refreshAttempts: 3, refreshes: 3 });
    expect((await initialize(household)).message.result).toBeDefined();
    expect(mcp.counts.unauthorized).toBe(0);
  });

  test('T4 12 once its end is past, the access token is used until its own, also over a restart, and then a person is asked', async () => {
    const { authorizationServer, mcp, household } = await openSignedIn(3600, {
      authorization: { behaviour: { tokenChanges: { refresh_token_expires_in: 600 } } },
    });
    await household.engine.stop();
    await household.clock.advance(11 * MINUTE_MS);
    authorizationServer.refuseRefresh('invalid_grant');
    await household.restart();
    await household.reached('linear', 'ready');
    await household.clock.advance(48 * MINUTE_MS);
    expect((await initialize(household)).message.result).toBeDefined();
    expect(household.state('linear').kind).toBe('ready');
    expect(authorizationServer.counts.refreshAttempts).toBe(0);
    expect(mcp.counts.unauthorized).toBe(0);
    await household.clock.advance(2 * MINUTE_MS);
    await household.reached('linear', 'login-needed');
    expect(authorizationServer.counts.refreshAttempts).toBe(1);
  });

  test('T4 R2 a client secret that ends while a login lives: told, kept until then, registered anew at the next sign-in', async () => {
    const endsInS = 1800;
    const { authorizationServer, household } = await openSignedIn(600, {
      authorization: {
        behaviour: {
          metadataChanges: { token_endpoint_auth_methods_supported: ['client_secret_basic'] },
          registrationChanges: { client_secret_expires_at: Math.floor(Date.now() / 1000) + endsInS },
        },
      },
    });
    const before = household.view('linear').login?.clientId;
    expect(word(household)).toMatch(/^Connected, sign in again by /);
    await household.clock.advance(8 * MINUTE_MS);
    await renewed(household, 1);
    // The server forgets the secret when it ends.
    await household.clock.advance(7 * MINUTE_MS);
    authorizationServer.refuseRefresh('invalid_client', { status: 401 });
    await household.clock.advance(20 * MINUTE_MS);
    await household.reached('linear', 'login-needed');
    authorizationServer.changeRegistration({ client_secret_expires_at: 0 });
    authorizationServer.resetCounts();
    await household.signInTo('linear');
    await authorizationServer.until((counts) => counts.registrations === 1);
    expect(household.view('linear').login?.clientId).not.toBe(before);
    expect(word(household)).toBe('Connected');
  });
});
