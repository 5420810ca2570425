import type { KillReport } from './kill-run.ts';
import { type Loss, quantile } from './losses.ts';

const ms = (value: number): string => `${value.toFixed(1)} ms`;

const figures = (values: readonly number[]): string =>
  values.length === 0
    ? 'not seen'
    : `${ms(quantile(values, 0.5))} in the middle, ${ms(quantile(values, 0.99))} for 99 %, ${ms(quantile(values, 1))} at most, of ${values.length}`;

/** A grace that was over when the token came back, on a machine that starts slowly, is like none. */
function isExcused({ isExplained, backAfterMs }: Loss, graceS: number): boolean {
  return isExplained && backAfterMs > graceS * 1000;
}

/** What was lost although nothing excuses it, in words; empty when all is well. */
export function faultsOf(report: KillReport, graceS: number): string[] {
  const lost = report.losses.filter((loss) => !isExcused(loss, graceS));
  return [
    ...lost.map(({ kill, phase, afterMs }) =>
      kill === undefined
        ? 'a login was lost, and no kill fits'
        : `kill ${kill.number} cost a login, ${ms(afterMs)} after the rotation (${phase})`,
    ),
    ...(report.vanished > 0 ? [`${report.vanished} login(s) gone that no server ended`] : []),
    ...(report.pages > 0 ? [`${report.pages} page(s) opened`] : []),
    ...(report.lives ? [] : ['no renewal after the last kill']),
    ...report.failedStarts,
  ];
}

const whereOf = ({ kill, phase, afterMs, backAfterMs }: Loss): string =>
  ` [kill ${kill?.number}, ${kill?.how}, ${phase}: ${ms(afterMs)} after the request came, token back after ${(backAfterMs / 1000).toFixed(1)} s]`;

export function killTableOf(report: KillReport, graceS: number): string {
  const { kills, losses, phases, passages } = report;
  const between = (from: 'sentAt' | 'answeredAt' | 'handedAt', to: 'answeredAt' | 'handedAt' | 'storedAt'): string =>
    figures(
      passages.flatMap(({ [from]: begin, [to]: end }) =>
        begin === undefined || end === undefined ? [] : [end - begin],
      ),
    );
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
    [
      'killed while',
      `nothing was under way ${phases.idle}, waiting for the answer ${phases.asked}, between answer and worker ${phases.answered}, the worker wrote ${phases.handed}`,
    ],
    ['server to worker', between('sentAt', 'handedAt')],
    ['  the answer arrives', between('sentAt', 'answeredAt')],
    ['  it is handed over', between('answeredAt', 'handedAt')],
    ['worker to keychain', between('handedAt', 'storedAt')],
    ['start to first refresh', figures(report.startsMs)],
  ];
  return rows.map(([what, seen]) => `${what.padEnd(24)}${seen}`).join('\n');
}
