import type { Exchange } from '../servers/exchange-record.ts';
import type { LaneCaller } from './lane-caller.ts';
import type { StatusWindow } from './person.ts';
import { MAIN, type Scene } from './scene.ts';
import { type Row, row, same } from './table.ts';
import { until } from './until.ts';

const LIFETIMES = 3.4;
/** From the alarm to the authorization server, on a small and busy machine. */
const LATE_AT_MOST_MS = 700;
const EARLY_AT_MOST_MS = 50;

/** A caller calls each second for more than three lifetimes of a token. */
export async function outliveTokens(scene: Scene, caller: LaneCaller, window: StatusWindow): Promise<Row[]> {
  const { main, browser, hunt, tokenTtlS, gatehouse } = scene;
  const lifeMs = tokenTtlS * 1000;
  scene.say(`Calls each second for ${Math.round(LIFETIMES * tokenTtlS)} s.`);
  const before = await main.seen();
  const pagesBefore = browser.pages().length;
  const startedAt = Date.now();
  const callsBefore = caller.calls.length;
  const wanted = Math.floor(LIFETIMES * tokenTtlS) - 1;
  caller.callEverySecond();
  await until(
    'more than three lifetimes have passed',
    async () => {
      hunt.saw('window', await window.everything());
      // On a busy machine the caller's own timer misses some of its seconds.
      return Date.now() - startedAt >= LIFETIMES * lifeMs && caller.calls.length - callsBefore >= wanted;
    },
    2 * LIFETIMES * lifeMs,
  );
  await caller.stop();
  const ms = Date.now() - startedAt;
  const after = await main.seen();
  const calls = caller.calls.slice(callsBefore);
  const failures = calls.filter(({ failure }) => failure !== undefined);
  const log = await gatehouse.log();
  const renewals = log.filter(({ event, server }) => event === 'token.renewed' && server === MAIN);

  const issued = after.log.filter((exchange) => isIssue(exchange)).map(({ at }) => at);
  const gaps = issued.slice(1).map((at, index) => at - (issued[index] ?? at));
  const isInTime = (gap: number) => gap >= 0.75 * lifeMs - EARLY_AT_MOST_MS && gap <= 0.8 * lifeMs + LATE_AT_MOST_MS;
  const refreshes = after.authorization.refreshes - before.authorization.refreshes;
  // The window of the calls cuts the row of renewals anywhere.
  const least = Math.floor(ms / (0.8 * lifeMs + LATE_AT_MOST_MS));
  const most = Math.ceil((ms + 2000) / (0.75 * lifeMs));

  return [
    row('calls', [
      [`at least ${wanted} calls`, `${calls.length} calls`, calls.length >= wanted],
      [
        'none failed',
        failures.length === 0 ? 'none failed' : `${failures.length} failed: ${failures[0]?.failure}`,
        failures.length === 0,
      ],
      same('answers of 401', 0, after.mcp.unauthorized - before.mcp.unauthorized),
    ]),
    row(
      'refreshes',
      [
        [`${least} to ${most} refreshes`, `${refreshes} refreshes`, refreshes >= least && refreshes <= most],
        same('attempts beside them', 0, after.authorization.refreshAttempts - after.authorization.refreshes),
        [
          `each ${(0.75 * tokenTtlS).toFixed(1)} to ${(0.8 * tokenTtlS).toFixed(1)} s (and at most ${LATE_AT_MOST_MS} ms on the way) after the last`,
          gaps.map((gap) => `${(gap / 1000).toFixed(1)} s`).join(' '),
          gaps.length === refreshes && gaps.every(isInTime),
        ],
      ],
      renewals,
    ),
    row('no-page', [
      same('pages', 0, browser.pages().length - pagesBefore),
      same('authorizations', 0, after.authorization.authorizations - before.authorization.authorizations),
    ]),
  ];
}

function isIssue({ kind, ok }: Exchange): boolean {
  return ok && (kind === 'code-exchange' || kind === 'refresh');
}
