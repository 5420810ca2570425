import { afterEach, describe, expect, test } from 'vitest';
import { wordsFor } from '../../src-main/engine/model/words.ts';
import { closeEverything, initialize, openSignedIn, timeGoesBy, untilDue } from './one-server.ts';

afterEach(closeEverything);

const time = (at: number): string => new Date(at).toISOString().slice(11, 16);

describe('14 the token endpoint is in trouble', () => {
  test.each([
    ['500', { status: 500 }, 3],
    ['a page instead of an answer', { status: 200, html: true }, 3],
    ['429 with Retry-After', { status: 429, retryAfterS: 120 }, 1],
  ])('14 %s: the live token goes on serving, the row says when it tries next', async (_what, failure, attempts) => {
    const { authorizationServer, mcp, household } = await openSignedIn(3600);
    authorizationServer.failTokenEndpoint(failure);
    await untilDue(household);
    const isWaiting = (): boolean => {
      const state = household.state('linear');
      return state.kind === 'ready' && state.token.kind === 'refresh-waiting';
    };
    await timeGoesBy(household, { stepMs: 250, until: isWaiting, what: 'the first flight to fail' });
    expect(authorizationServer.counts.refreshAttempts).toBe(attempts);
    const state = household.state('linear');
    if (state.kind !== 'ready' || state.token.kind !== 'refresh-waiting') throw new Error(state.kind);
    const words = wordsFor(state, time);
    expect(words.word).toBe('Connected');
    expect(words.sentence).toContain(`Renews again at ${time(state.token.retryAt)}. The login is kept.`);
    if ('retryAfterS' in failure) expect(state.token.retryAt - household.clock.now()).toBeGreaterThanOrEqual(119_000);
    expect((await initialize(household)).message.result).toBeDefined();
    expect(mcp.counts.unauthorized).toBe(0);
    expect(authorizationServer.counts.refreshAttempts).toBe(attempts);

    authorizationServer.behave();
    await timeGoesBy(household, {
      stepMs: 5000,
      until: () => household.view('linear').login?.renewedCount === 1,
      what: 'the recovery',
    });
    expect(household.state('linear')).toMatchObject({ kind: 'ready', token: { kind: 'fresh' } });
    expect(authorizationServer.counts).toMatchObject({ refreshAttempts: attempts + 1, authorizations: 0 });
  });

  test('14 an endpoint that hangs holds up no call while the token lives, and a caller for 10 s at most afterwards', async () => {
    const { authorizationServer, mcp, household } = await openSignedIn(3600);
    authorizationServer.hangTokenEndpoint();
    await untilDue(household);
    await authorizationServer.until(({ refreshAttempts }) => refreshAttempts === 1);
    const begun = Date.now();
    const answers = await Promise.all(Array.from({ length: 20 }, (_, id) => initialize(household, 'linear', { id })));
    for (const { message } of answers) expect(message.result).toBeDefined();
    expect(Date.now() - begun).toBeLessThan(2000);
    expect(mcp.counts.unauthorized).toBe(0);

    await household.clock.advance('20 min');
    const waiting = initialize(household);
    await household.until(() => household.logger.of('refresh.joined').length === 1, 'the caller waits');
    await household.clock.advance('10 s');
    const { status, message } = await waiting;
    expect(status).toBe(200);
    expect(message.error?.message).toContain('did not answer within 10 s');
    authorizationServer.resumeTokenEndpoint();
    await household.until(() => household.view('linear').login?.renewedCount === 1, 'the answer');
    expect((await initialize(household)).message.result).toBeDefined();
    expect(authorizationServer.counts.refreshAttempts).toBe(1);
  });

  test('14 callers do not add to an outage: told at once, and one of them may wake it every 30 s', async () => {
    const { authorizationServer, household } = await openSignedIn(30);
    authorizationServer.failTokenEndpoint({ status: 503 });
    // Until the scheduler itself asks again only in minutes.
    for (let wait = 0; wait < 60_000; ) {
      const planned = household.logger.of('refresh.retry-planned').length;
      await timeGoesBy(household, {
        stepMs: 1000,
        until: () => household.logger.of('refresh.retry-planned').length > planned,
        what: 'a failed flight',
      });
      wait = (household.logger.of('refresh.retry-planned').at(-1)?.fields.at ?? 0) - household.clock.now();
      if (wait < 60_000) await household.clock.advance(Math.max(wait, 0));
    }
    const before = authorizationServer.counts.refreshAttempts;
    let woken: string | undefined;
    void initialize(household).then(({ message }) => {
      woken = message.error?.message;
    });
    await timeGoesBy(household, { stepMs: 1000, until: () => woken !== undefined, what: 'the first caller' });
    expect(woken).toMatch(/Trying again at \d\d:\d\d/);
    for (let round = 0; round < 20; round += 1) {
      const { message } = await initialize(household);
      expect(message.error?.message).toMatch(/Trying again at \d\d:\d\d/);
    }
    // One flight asks up to three times.
    const attempts = authorizationServer.counts.refreshAttempts - before;
    expect(attempts).toBeGreaterThanOrEqual(1);
    expect(attempts).toBeLessThanOrEqual(3);
  });

  test('14 a time that the server named is kept by callers too', async () => {
    const { authorizationServer, household } = await openSignedIn(30);
    authorizationServer.failTokenEndpoint({ status: 429, retryAfterS: 600 });
    await timeGoesBy(household, {
      stepMs: 1000,
      until: () => household.state('linear').kind === 'waiting',
      what: 'the expiry',
    });
    expect(authorizationServer.counts.refreshAttempts).toBe(1);
    for (let minute = 0; minute < 8; minute += 1) {
      const { message } = await initialize(household);
      expect(message.error?.message).toMatch(/Trying again at \d\d:\d\d/);
      await household.clock.advance('1 min');
    }
    expect(authorizationServer.counts.refreshAttempts).toBe(1);
  });

  test('14 for days: every five minutes at most, and the first good answer is enough; no page, no login asked', async () => {
    const { authorizationServer, household } = await openSignedIn(30);
    authorizationServer.failTokenEndpoint({ status: 502 });
    const begun = household.clock.now();
    const threeDaysMs = 3 * 24 * 3600_000;
    let retries = 0;
    // Each round goes to the time of the next retry that the row names.
    while (household.clock.now() - begun < threeDaysMs && retries < 40) {
      const planned = household.logger.of('refresh.retry-planned').length;
      await timeGoesBy(household, {
        stepMs: 1000,
        until: () => household.logger.of('refresh.retry-planned').length > planned,
        what: 'a failed flight',
      });
      const at = household.logger.of('refresh.retry-planned').at(-1)?.fields.at ?? 0;
      retries += 1;
      const wait = at - household.clock.now();
      expect(wait).toBeLessThanOrEqual(5 * 60_000 * 1.1);
      if (retries > 10) expect(wait).toBeGreaterThan(4 * 60_000);
      await household.clock.advance(Math.max(wait, 0));
    }
    expect(household.state('linear').kind).toBe('waiting');
    expect(household.browser.pages).toEqual([]);
    authorizationServer.behave();
    await timeGoesBy(household, {
      stepMs: 60_000,
      until: () => household.state('linear').kind === 'ready',
      what: 'the recovery',
    });
    expect(authorizationServer.counts).toMatchObject({ refreshes: 1, authorizations: 0 });
  });
});
