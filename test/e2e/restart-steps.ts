import type { Serving } from './built-gatehouse.ts';
import { LaneCaller } from './lane-caller.ts';
import { MAIN, type Scene } from './scene.ts';
import { type Row, row, same } from './table.ts';
import { until } from './until.ts';

/** For Node to start, and for the old keychain worker to end. */
const AT_ONCE_MS = 5000;

export async function refuseSecondEngine(scene: Scene, serving: Serving): Promise<Row> {
  scene.say('A second engine is started on the same data folder.');
  const { code, stdout } = await scene.gatehouse.run('serve', '--port', '0');
  const said: { event?: string; problem?: { code?: string; pid?: number } } = JSON.parse(stdout.split('\n')[0] || '{}');
  return row('second-engine', [
    same('as exit code', 7, code ?? -1),
    same('as problem', 'already-running', said.problem?.code ?? 'none'),
    [
      'the first one is named',
      `pid ${said.problem?.pid === serving.process.pid ? 'of the first' : said.problem?.pid}`,
      said.problem?.pid === serving.process.pid,
    ],
  ]);
}

/** Stopped in peace and started again: the token still lives, nothing is asked of anybody. */
export async function restartInPeace(
  scene: Scene,
  serving: Serving,
  key: string,
): Promise<{ row: Row; serving: Serving }> {
  const { gatehouse, main, browser } = scene;
  scene.say('Gatehouse is stopped and started again.');
  const before = await main.seen();
  const pagesBefore = browser.pages().length;
  const stop = await gatehouse.run('stop');
  const { code } = await serving.process.ended;
  const next = await gatehouse.serve();
  const first = await callOnce(next, key);
  const after = await main.seen();
  const log = await gatehouse.log();
  const begun = log.findLastIndex(({ event }) => event === 'engine.listening');
  return {
    serving: next,
    row: row(
      'restarted',
      [
        same('as exit code of stop', 0, stop.code ?? -1),
        same('as exit code of serve', 0, code ?? -1),
        [
          'the same address',
          next.url === serving.url ? 'the same' : `${serving.url} then ${next.url}`,
          next.url === serving.url,
        ],
        ['first call answered', first ?? 'answered', first === undefined],
        same('pages', 0, browser.pages().length - pagesBefore),
        same('authorizations', 0, after.authorization.authorizations - before.authorization.authorizations),
      ],
      log.slice(begun).filter(({ server }) => server === MAIN),
    ),
  };
}

/** Killed right after a renewal, and started again when that token has expired. */
export async function killAndExpire(
  scene: Scene,
  serving: Serving,
  key: string,
): Promise<{ rows: Row[]; serving: Serving }> {
  const { gatehouse, main, browser, tokenTtlS } = scene;
  scene.say('Gatehouse is killed right after a renewal, and started at once.');
  const renewals = async () => (await gatehouse.log()).filter(({ event }) => event === 'token.renewed').length;
  const renewedBefore = await renewals();
  await until('a renewal', async () => (await renewals()) > renewedBefore, tokenTtlS * 1000 + 10_000);
  const pagesBefore = browser.pages().length;
  serving.process.kill('SIGKILL');
  await serving.process.ended;
  const killedAt = performance.now();
  const successor = await gatehouse.serve();
  const ms = Math.round(performance.now() - killedAt);
  const atOnce = await callOnce(successor, key);
  const takenOver = row('taken-over', [
    [`listens within ${AT_ONCE_MS} ms`, `${ms} ms`, ms <= AT_ONCE_MS],
    ['first call answered', atOnce ?? 'answered', atOnce === undefined],
    ['the same address', successor.url === serving.url ? 'the same' : successor.url, successor.url === serving.url],
  ]);

  scene.say('It is killed again, and started when the token has expired.');
  const status = await gatehouse.status(MAIN);
  const { expiresAt } = (status?.token ?? {}) as { expiresAt?: number };
  successor.process.kill('SIGKILL');
  await successor.process.ended;
  await until('the token expires', () => Date.now() > (expiresAt ?? 0), tokenTtlS * 1000 + 10_000);
  const before = await main.seen();
  const next = await gatehouse.serve();
  const first = await callOnce(next, key);
  const after = await main.seen();
  const log = await gatehouse.log();
  const begun = log.findLastIndex(({ event }) => event === 'engine.listening');
  const killed = row(
    'killed',
    [
      [
        'the token has expired',
        typeof expiresAt === 'number' ? 'it has' : 'none was known',
        typeof expiresAt === 'number',
      ],
      ['first call answered', first ?? 'answered', first === undefined],
      same('refresh', 1, after.authorization.refreshes - before.authorization.refreshes),
      same('refresh attempt', 1, after.authorization.refreshAttempts - before.authorization.refreshAttempts),
      same('metadata requests', 0, after.authorization.metadataRequests - before.authorization.metadataRequests),
      same('pages', 0, browser.pages().length - pagesBefore),
    ],
    log.slice(begun).filter(({ server, event }) => server === MAIN && event !== 'request.done'),
  );
  return { rows: [takenOver, killed], serving: next };
}

/** Why the first call of a caller that just came failed; undefined where it did not. */
async function callOnce(serving: Serving, key: string): Promise<string | undefined> {
  const caller = new LaneCaller(serving.url, MAIN, key);
  const { failure } = await caller.call();
  await caller.close();
  return failure;
}
