import { afterEach, describe, expect, test } from 'vitest';
import { sentenceFor } from '../../src-main/engine/model/words.ts';
import { signIn } from '../servers/sign-in.ts';
import { closeEverything, initialize, openOneServer, openSignedIn, untilDue } from './one-server.ts';

afterEach(closeEverything);

describe('T7 servers that answer as no RFC says', () => {
  test('T7 F4 a validation answer (422) for a missing resource is told in its words; with one, all goes well', async () => {
    const { authorizationServer, household } = await openOneServer({
      authorization: { behaviour: { validateResource: true } },
      entry: { resource: false },
    });
    const started = await household.engine.startLogin('linear', { openBrowser: false, startOver: false });
    if (!started.ok) throw new Error(started.problem.code);
    const ended = household.engine.waitForLogin('linear', started.value.flow.flowId);
    await signIn(started.value.authorizationUrl);
    const outcome = await ended;
    expect(outcome.ok ? undefined : sentenceFor(outcome.problem)).toBe(
      'The token endpoint answered 422: Field required (body.resource).',
    );
    expect(authorizationServer.log.some(({ error }) => error === 'validation')).toBe(true);
  });

  test.each([['3600'], [0], [-1], [1e12], ['abc'], [null]])(
    'T3 T7 a life of %j, with status 201, connects and calls',
    async (life) => {
      const { authorizationServer, household } = await openOneServer();
      authorizationServer.answerTokenWith({ status: 201, expires_in: life });
      await household.signInTo('linear');
      await household.reached('linear', 'ready');
      expect((await initialize(household)).message.result).toBeDefined();
      const kind = household.view('linear').login?.token.kind;
      expect(kind).toBe(life === '3600' ? 'fresh' : 'unknown-life');
    },
  );

  test.each([['3600'], [0], [-1], [1e12], ['abc'], [null]])(
    'T3 T7 12 a life of %j in the answer to a renewal, with status 201: taken as it is in a sign-in, and no hot loop',
    async (life) => {
      const { authorizationServer, mcp, household } = await openSignedIn(3600);
      authorizationServer.answerTokenWith({ status: 201, expires_in: life });
      await untilDue(household);
      await household.until(() => household.view('linear').login?.renewedCount === 1, 'renewed');
      expect(household.view('linear').login?.token.kind).toBe(life === '3600' ? 'fresh' : 'unknown-life');
      expect((await initialize(household)).message.result).toBeDefined();
      await household.clock.advance('40 min');
      expect(authorizationServer.counts.refreshAttempts).toBe(1);
      expect(mcp.counts.unauthorized).toBe(0);
      // T3: one whose life nobody told is renewed when it is refused.
      mcp.rejectTokens({ times: 1 });
      expect((await initialize(household)).message.result).toBeDefined();
      expect(authorizationServer.counts.refreshAttempts).toBe(2);
    },
  );
});
