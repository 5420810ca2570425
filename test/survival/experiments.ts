import type { Allowance } from './figures.ts';
import type { Trial } from './trial.ts';

export interface Experiment extends Allowance {
  readonly id: string;
  /** With the numbers of the stories. */
  readonly title: string;
  readonly lifeS: number;
  /** Token answers say nothing of their life. */
  readonly noExpiresIn?: true;
  /** Whether it begins with nobody signed in. */
  readonly signedOut?: true;
  /** What the token endpoint asks for. */
  readonly retryAfterS?: number;
  /** Tools that are connected before the fault. */
  readonly tools?: readonly ('main' | 'other')[];
  /** The person is there from the start; otherwise nobody signs in before the end, and pages are only counted. */
  readonly personThere?: true;
  readonly run: (trial: Trial) => Promise<void>;
}

/** mcp-remote renews a minute before the end, so that a shorter life would be unfair to it. */
const LIFE_S = 70;
const LONG_S = 3600;
const FIFTY = 50;
const RETRY_AFTER_S = 20;
const always = () => true;

const afterExpiry = (trial: Trial): number => trial.expiresAt + 1500;

/** The token endpoint is broken from the sign-in until a few seconds after the token's end. */
async function whileBroken(trial: Trial, everyMs: number): Promise<void> {
  const { expiresAt } = trial;
  await trial.callEvery(everyMs, expiresAt + 6000, (at) => at > expiresAt - 1000);
}

export const EXPERIMENTS: readonly Experiment[] = [
  {
    id: 'expiry-50',
    title: 'O1 21: 50 calls at once, right after the token has expired',
    lifeS: LIFE_S,
    signIns: 0,
    run: async (trial) => {
      await trial.until(afterExpiry(trial));
      await trial.call(FIFTY);
    },
  },
  {
    id: 'ended-early-50',
    title: '21: the server ends the token early, with 50 calls in flight',
    lifeS: LONG_S,
    signIns: 0,
    run: async (trial) => {
      const { main } = trial.stage.mcp;
      main.slowBy(400);
      const { requests } = main.counts;
      const calls = trial.call(FIFTY);
      await main.until((counts) => counts.requests >= requests + FIFTY);
      trial.stage.authorization.endAccessTokens();
      await calls;
      main.slowBy(0);
    },
  },
  {
    id: 'short-lives',
    title: '12: tokens that live 20 s, a call a second for 45 s',
    lifeS: 20,
    signIns: 0,
    run: (trial) => trial.callEvery(1000, Date.now() + 45_000, () => false),
  },
  {
    id: 'no-expiry',
    title: '17: nobody said how long the token lives; the server ends it, one call after the other',
    lifeS: LONG_S,
    noExpiresIn: true,
    signIns: 0,
    run: async (trial) => {
      trial.stage.authorization.endAccessTokens();
      for (let call = 0; call < 3; call += 1) await trial.call();
    },
  },
  {
    id: 'hangs',
    title: '14: the token endpoint hangs until 6 s after expiry, a call every 3 s',
    lifeS: LIFE_S,
    signIns: 0,
    run: async (trial) => {
      trial.stage.authorization.hangTokenEndpoint();
      await whileBroken(trial, 3000);
      trial.stage.authorization.resumeTokenEndpoint();
    },
  },
  {
    id: 'http-500',
    title: '14: the token endpoint answers 500 until 6 s after expiry, a call every 3 s',
    lifeS: LIFE_S,
    signIns: 0,
    run: async (trial) => {
      trial.stage.authorization.failTokenEndpoint({ status: 500 });
      await whileBroken(trial, 3000);
    },
  },
  {
    id: 'retry-after',
    title: `14: the token endpoint answers 429 with Retry-After ${RETRY_AFTER_S} until 6 s after expiry`,
    lifeS: LIFE_S,
    signIns: 0,
    retryAfterS: RETRY_AFTER_S,
    run: async (trial) => {
      trial.stage.authorization.failTokenEndpoint({ status: 429, retryAfterS: RETRY_AFTER_S });
      await whileBroken(trial, 3000);
    },
  },
  {
    id: 'html',
    title: '14 34: the token endpoint answers 200 with an HTML page until 6 s after expiry',
    lifeS: LIFE_S,
    signIns: 0,
    run: async (trial) => {
      trial.stage.authorization.failTokenEndpoint({ status: 200, html: true });
      await whileBroken(trial, 3000);
    },
  },
  {
    id: 'outage',
    title: '14: the token is ended and the authorization server is gone for 15 s, a call a second',
    lifeS: LONG_S,
    signIns: 0,
    run: async (trial) => {
      const { authorization } = trial.stage;
      await authorization.die();
      authorization.endAccessTokens();
      await trial.callEvery(1000, Date.now() + 15_000, always);
      await authorization.revive();
    },
  },
  {
    id: 'restart',
    title: 'O1 18 27: stopped, started again when the token has expired',
    lifeS: LIFE_S,
    signIns: 0,
    run: async (trial) => {
      await trial.restart('SIGTERM', () => trial.until(afterExpiry(trial)));
      await trial.call(2);
    },
  },
  {
    id: 'kill',
    title: '13: kill -9 when the first call with a renewed token has been let through',
    lifeS: LONG_S,
    signIns: 0,
    run: async (trial) => {
      const { authorization, mcp } = trial.stage;
      authorization.endAccessTokens();
      const { admitted } = mcp.main.counts;
      const call = trial.call(1, true);
      await Promise.race([mcp.main.until((counts) => counts.admitted > admitted), call]);
      await trial.restart('SIGKILL');
      // The killed one's token, too: the refresh token has to be the new one.
      authorization.endAccessTokens();
      await trial.call(2);
    },
  },
  {
    id: 'lost-answer',
    title: '19: the answer to a refresh is lost; the server takes the old token again for 10 s',
    lifeS: LONG_S,
    signIns: 0,
    run: async (trial) => {
      const { authorization } = trial.stage;
      authorization.reuseGraceS(10);
      authorization.loseNextRefreshAnswer();
      authorization.endAccessTokens();
      await trial.callEvery(1000, Date.now() + 5000, () => false);
    },
  },
  {
    id: 'invalid-grant',
    title: '15 24: the server ends the login with 10 calls at once; the person signs in, calls go on',
    lifeS: LONG_S,
    signIns: 1,
    personThere: true,
    run: async (trial) => {
      trial.stage.authorization.endGrants();
      await trial.call(10, true);
      await trial.callEvery(500, Date.now() + 5000, always);
    },
  },
  {
    id: 'away',
    title: 'O2 O3: the server ends the login, nobody is there for 40 s, a call every 2 s',
    lifeS: LONG_S,
    signIns: 1,
    run: async (trial) => {
      trial.stage.authorization.endGrants();
      await trial.callEvery(2000, Date.now() + 40_000, always);
    },
  },
  {
    id: 'ten-tools',
    title: '22: ten tools at once at a server that nobody is signed in to',
    lifeS: LONG_S,
    signIns: 1,
    signedOut: true,
    personThere: true,
    tools: Array.from({ length: 10 }, () => 'main' as const),
    run: (trial) => trial.call(1, true),
  },
  {
    id: 'two-tools',
    title: '23: two tools with 10 calls each, right after the token has expired',
    lifeS: LIFE_S,
    signIns: 0,
    tools: ['main', 'main'],
    run: async (trial) => {
      await trial.until(afterExpiry(trial));
      await trial.call(10);
    },
  },
  {
    id: 'two-servers',
    title: '25: two servers, one authorization server; both tokens end early, one call each',
    lifeS: LONG_S,
    signIns: 0,
    tools: ['main', 'other'],
    run: async (trial) => {
      trial.stage.authorization.endAccessTokens();
      await trial.call();
    },
  },
];
