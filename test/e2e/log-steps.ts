import type { LogLine } from './built-gatehouse.ts';
import type { Scene } from './scene.ts';
import { type Row, row, same } from './table.ts';
import { until } from './until.ts';

/** Each of these belongs to something that was begun, by a person, a caller or an alarm. */
const CORRELATED = /^(?:flow|refresh|oauth|login|callback|browser)\.|^token\.renewed|^waiting for OAuth/;

export async function followCorrelations(scene: Scene): Promise<Row> {
  // A renewal that is under way in this moment is whole a moment later.
  const count = (lines: Awaited<ReturnType<Scene['gatehouse']['log']>>, name: string): number =>
    lines.filter(({ event }) => event === name).length;
  const isAtRest = async (): Promise<boolean> => {
    const lines = await scene.gatehouse.log();
    return count(lines, 'refresh.attempt') === count(lines, 'refresh.done');
  };
  await until('no renewal is under way', isAtRest, 3000).catch(() => undefined);
  const log = await scene.gatehouse.log();
  const wanting = log.filter(({ event, correlationId }) => CORRELATED.test(event) && correlationId === undefined);
  const whole = (first: string, last: string) => {
    const starts = log.filter(({ event }) => event === first);
    const ends = starts.filter(
      ({ correlationId }) => has(log, correlationId, 'oauth.response') && has(log, correlationId, last),
    );
    return { starts, ends };
  };
  const flows = whole('flow.started', 'flow.ended');
  const refreshes = whole('refresh.attempt', 'refresh.done');
  const example = refreshes.ends[0]?.correlationId;
  return row(
    'correlation',
    [
      [
        'no line without one',
        wanting.length === 0 ? 'none' : `${wanting.length}, first ${wanting[0]?.event}`,
        wanting.length === 0,
      ],
      same('flows with start, exchange and end under one id', flows.starts.length, flows.ends.length),
      same('refreshes so', refreshes.starts.length, refreshes.ends.length),
    ],
    wanting.length > 0
      ? wanting.flatMap((line) => log.slice(Math.max(0, log.indexOf(line) - 3), log.indexOf(line) + 3))
      : log.filter(({ correlationId }) => correlationId === example),
  );
}

function has(log: readonly LogLine[], id: string | undefined, wanted: string): boolean {
  return log.some(({ event, correlationId }) => event === wanted && correlationId === id);
}

/** At the very end, when every secret of the run is known. */
export async function huntSecrets(scene: Scene): Promise<Row> {
  const { hunt, gatehouse, main, second } = scene;
  hunt.lookInFolder('data folder', gatehouse.dataDir);
  for (const { kind, secret } of [...(await main.issued()), ...(await second.issued())]) hunt.knows(kind, secret);
  hunt.saw('log', (await gatehouse.log()).map((line) => JSON.stringify(line)).join('\n'));
  const used = [...(await main.seen()).seenAuthorization, ...(await second.seen()).seenAuthorization];
  const finds = hunt.finds();
  return row('secrets', [
    [
      `the hunt knows the ${used.length} tokens that the servers saw`,
      `${hunt.known(used)} of them; ${hunt.kinds}`,
      used.length > 0 && hunt.known(used) === used.length,
    ],
    [`nothing in ${hunt.places}`, finds.length === 0 ? 'nothing' : finds.join('; '), finds.length === 0],
  ]);
}
