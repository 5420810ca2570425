import { setInterval as every } from 'node:timers/promises';
import type { LaneCaller } from '../test/e2e/lane-caller.ts';
import type { AuthorizationServer } from '../test/servers/authorization-server.ts';

const CALLS_EVERY_MS = 3000;

/** A line for each call and for each renewal; of what fails only a change is told. */
export function tellOfCalls(
  caller: LaneCaller,
  authorizationServer: Pick<AuthorizationServer, 'next'>,
  accessTokenTtlS: number,
  say: (sentence: string) => void,
): { stop(): void } {
  const calling = new AbortController();
  void (async () => {
    let failing: string | undefined;
    let answered = 0;
    try {
      for await (const _ of every(CALLS_EVERY_MS, undefined, { signal: calling.signal })) {
        const { ms, failure } = await caller.call();
        if (calling.signal.aborted) return;
        if (failure === undefined) {
          answered += 1;
          say(`call ${answered} answered in ${ms} ms`);
        } else if (failure !== failing) {
          // The command and the link that follow are for a Gatehouse that stays.
          say(`the caller is told: ${failure.replace(/ Sign in at .*/, '')}`);
        }
        failing = failure;
      }
    } catch (error) {
      if (!calling.signal.aborted) throw error;
    }
  })();
  void (async () => {
    for (let count = 1; ; count += 1) {
      await authorizationServer.next(({ kind, ok }) => kind === 'refresh' && ok);
      if (calling.signal.aborted) return;
      say(`token renewed for the ${ordinal(count)} time, ${accessTokenTtlS} s of life again; nobody was asked`);
    }
  })();
  return {
    stop: () => calling.abort(),
  };
}

function ordinal(count: number): string {
  const rest = count % 100;
  const ending = rest > 10 && rest < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th');
  return `${count}${ending}`;
}
