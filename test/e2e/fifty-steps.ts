import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Scene, SECOND } from './scene.ts';
import { type Row, row, same } from './table.ts';
import { until } from './until.ts';

const FIFTY = 50;
/** Fifty starts of Node on two busy cores. */
const ALL_WAIT_WITHIN_MS = 60_000;
const WAITING = 'waiting for OAuth flow to complete';

/** Fifty people at once run `gatehouse servers reconnect`; one of them signs in. */
export async function reconnectFiftyTimes(scene: Scene): Promise<Row[]> {
  const { gatehouse, second, browser, person, hunt } = scene;
  scene.say('A second server is written into config.json by hand, with openBrowser "when-needed".');
  await addByHand(path.join(gatehouse.dataDir, 'config.json'), second.mcpUrl);
  await until('the file is taken up', async () => (await gatehouse.status(SECOND))?.state === 'login-needed');
  const pagesBefore = browser.pages().length;

  scene.say('Fifty reconnects are started at once.');
  const before = (await gatehouse.log()).length;
  const ours = async () => (await gatehouse.log()).slice(before).filter(({ server }) => server === SECOND);
  const early: string[] = [];
  let wait = 0;
  const reconnects = Array.from({ length: FIFTY }, async () => {
    const end = await gatehouse.run('servers', 'reconnect', SECOND);
    if (wait < FIFTY) early.push(`${end.code}: ${end.stdout || end.stderr}`);
    return end;
  });
  await until(
    () => `all fifty wait; ${wait} do, ${early.length} ended before: ${early[0] ?? ''}`,
    async () => {
      wait = (await ours()).filter(({ event }) => event === WAITING).length;
      return wait >= FIFTY;
    },
    ALL_WAIT_WITHIN_MS,
  );
  const pages = browser.pages().slice(pagesBefore);
  const signedIn = await person.signInOn(pages[0] ?? 'about:blank');
  hunt.knows('code or state', ...signedIn.secrets);
  const ends = await Promise.all(reconnects);

  const lines = await ours();
  const { authorization } = await second.seen();
  const started = lines.filter(({ event }) => event === 'flow.started');
  const waiting = lines.filter(({ event }) => event === WAITING);
  const ids = new Set(waiting.map(({ correlationId }) => correlationId));
  const connected = ends.filter(({ code, stdout }) => code === 0 && stdout.includes('"state":"ready"'));
  return [
    row(
      'fifty-reconnects',
      [
        same('flow', 1, started.length),
        same('page', 1, browser.pages().length - pagesBefore),
        same('authorization', 1, authorization.authorizations),
        same('registration', 1, authorization.registrations),
        same('code exchange', 1, authorization.codeExchanges),
        same('end with Connected', FIFTY, connected.length),
      ],
      lines.filter(({ event }) => event.startsWith('flow.') || event.startsWith('browser.')),
    ),
    row(
      'fifty-waiters',
      [
        same('wait', FIFTY, waiting.length),
        same('correlation id among them', 1, ids.size),
        ['that of the flow', [...ids][0] ?? 'none', ids.has(started[0]?.correlationId)],
      ],
      waiting.slice(0, 2),
    ),
  ];
}

async function addByHand(file: string, url: string): Promise<void> {
  const config: { mcpServers: Record<string, unknown> } = JSON.parse(await readFile(file, 'utf8'));
  config.mcpServers[SECOND] = { url, openBrowser: 'when-needed' };
  await writeFile(file, `${JSON.stringify(config, undefined, 2)}\n`);
}
