import type { KillReport } from './kill-run.ts';
import { type Loss, quantile } from './losses.ts';

const figures = (values: readonly number[]): string =>
  values.length === 0
    ? 'not seen'
    : `${quantile(values, 0.5)} ms in the middle, ${quantile(values, 0.99)} ms for 99 %, ${quantile(values, 1)} ms at most`;

/** A grace that was over when the token came back, on a machine that starts slowly, is like none. */
function isExcused({ isExplained, backAfterMs }: Loss, graceS: number): boolean {
  return isExplained && backAfterMs > graceS * 1000;
}

/** What was lost although nothing excuses it, in words; empty when all is well. */
export function faultsOf(report: KillReport, graceS: number): string[] {
  const lost = report.losses.filter((loss) => !isExcused(loss, graceS));
  return [
    ...lost.map(({ kill, afterMs }) =>
      kill === undefined
        ? 'a login was lost, and no kill fits'
        : `kill ${kill.number} cost a login, ${afterMs} ms after`,
    ),
    ...(report.vanished > 0 ? [`${report.vanished} login(s) gone that no server ended`] : []),
    ...(report.pages > 0 ? [`${report.pages} page(s) opened`] : []),
    ...(report.lives ? [] : ['no renewal after the last kill']),
    ...report.failedStarts,
  ];
}

const whereOf = ({ kill, afterMs, backAfterMs }: Loss): string =>
  ` [kill ${kill?.number}, ${kill?.how}: ${afterMs} ms after the request came, token back after ${(backAfterMs / 1000).toFixed(1)} s]`;

export function killTableOf(report: KillReport, graceS: number): string {
  const { kills, losses, saved } = report;
  const explained = losses.filter((loss) => isExcused(loss, graceS)).length;
  const aimed = kills.filter(({ how }) => how === 'aimed').length;
  const rows: [string, string][] = [
    [
      'authorization server',
      graceS > 0 ? `takes a rotated token again for ${graceS} s` : 'strict: reuse ends the login',
    ],
    ['kills', `${kills.length} (${aimed} of them aimed at the answer to a refresh)`],
    ['refreshes at the server', String(report.refreshes)],
    ['logins lost', `${losses.length + report.vanished}`],
    [graceS > 0 ? '  after the grace' : '  in the window', `${explained}${losses.map(whereOf).join('')}`],
    ['  that should not', `${losses.length - explained + report.vanished}`],
    ['signed in', `${report.signIns} times, ${report.pages} pages opened`],
    ['request to vault', figures(saved.map(({ arrivedAt, savedAt }) => savedAt - arrivedAt))],
    ['answer to vault', figures(saved.map(({ answeredAt, savedAt }) => savedAt - answeredAt))],
  ];
  return rows.map(([what, seen]) => `${what.padEnd(24)}${seen}`).join('\n');
}
