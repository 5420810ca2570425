import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { BuiltGatehouse } from '../e2e/built-gatehouse.ts';
import { ChildProcesses } from '../e2e/child-processes.ts';
import { LaneCaller } from '../e2e/lane-caller.ts';
import { recordedBrowser } from '../e2e/recorded-browser.ts';
import { startTestServers } from '../e2e/test-servers.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { signIn } from '../servers/sign-in.ts';
import { type Footprint, footprintOf } from './footprint.ts';
import { type Heap, heapEnvironment, heapOf } from './heap.ts';

export const TOKEN_TTL_S = 10;
export const NAMES = ['one', 'two', 'three', 'four', 'five'] as const;
const LOOKS_EVERY_MS = 2000;
/** What is loaded and compiled at the first calls is no growth. */
const WARM_UP_MS = 30_000;

export interface SoakReport {
  readonly calls: number;
  readonly failedCalls: readonly string[];
  /** How old the tokens were that got a 401, in ms; null for one that the authorization server does not know. */
  readonly refusedAgesMs: readonly (number | null)[];
  readonly refreshes: number;
  readonly refreshAttempts: number;
  /** Refreshes that the authorization server was told to answer with 503. */
  readonly failuresOrdered: number;
  readonly pages: number;
  /** Time in which tokens were to be renewed, in ms. */
  readonly ms: number;
  readonly footprints: readonly Footprint[];
  /** Once a minute. */
  readonly heaps: readonly Heap[];
}

/** The built program with five logins, called once a second each, while a tenth of all refreshes fails. */
export async function soak(minutes: number, say: (sentence: string) => void): Promise<SoakReport> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gatehouse-soak-'));
  const children = new ChildProcesses();
  const random = createSeededRandom(7);
  try {
    const browser = await recordedBrowser(folder);
    const heapFile = path.join(folder, 'heap');
    const env = { GATEHOUSE_BROWSER: browser.program, ...heapEnvironment(heapFile) };
    const gatehouse = new BuiltGatehouse(children, path.join(folder, 'data'), env);
    const servers = await startTestServers(children, TOKEN_TTL_S);
    const serving = await gatehouse.serve();
    const { stdout } = await gatehouse.run('callers', 'add', 'soak');
    const { key }: { key: string } = JSON.parse(stdout);
    for (const name of NAMES) {
      await gatehouse.run('servers', 'add', name, servers.mcpUrl);
      const login = gatehouse.start('auth', 'login', name, '--no-browser');
      await signIn(String((await login.firstLine()).authorizationUrl));
      await login.ended;
    }
    const callers = NAMES.map((name) => new LaneCaller(serving.url, name, key));
    const before = await servers.seen();
    const startedAt = Date.now();
    for (const caller of callers) caller.callEverySecond();

    const footprints: Footprint[] = [];
    const heaps: Heap[] = [];
    let failuresOrdered = 0;
    let refreshesLookedAt = before.authorization.refreshAttempts;
    while (Date.now() - startedAt < minutes * 60_000) {
      await pause(LOOKS_EVERY_MS);
      if (Date.now() - startedAt >= WARM_UP_MS) footprints.push(footprintOf(serving.process.pid));
      const { authorization, mcp } = await servers.seen();
      if (random.fraction() < (authorization.refreshAttempts - refreshesLookedAt) / 10) {
        await servers.order('authorization', 'failTokenEndpoint', { status: 503, times: 1 });
        failuresOrdered += 1;
      }
      refreshesLookedAt = authorization.refreshAttempts;
      if (footprints.length > 0 && footprints.length % 30 === 0) {
        const { rssMiB, handles } = footprintOf(serving.process.pid);
        const heap = await heapOf(serving.process.pid, heapFile);
        heaps.push(heap);
        const held = `${heap.heapMiB.toFixed(2)} MiB of heap and ${heap.externalMiB.toFixed(2)} beside it after a collection`;
        const refused = mcp.unauthorized - before.mcp.unauthorized;
        say(
          `${Math.round((Date.now() - startedAt) / 1000)} s: ${rssMiB.toFixed(1)} MiB, ${held}, ${handles} handles, ${refused} answers of 401`,
        );
      }
    }
    await Promise.all(callers.map((caller) => caller.stop()));
    const ms = Date.now() - startedAt;
    const after = await servers.seen();
    await Promise.all(callers.map((caller) => caller.close()));
    await gatehouse.run('stop');
    const calls = callers.flatMap((caller) => caller.calls);
    return {
      calls: calls.length,
      failedCalls: calls.flatMap(({ failure }) => failure ?? []),
      refusedAgesMs: after.refusedAgesMs.slice(before.refusedAgesMs.length),
      refreshes: after.authorization.refreshes - before.authorization.refreshes,
      refreshAttempts: after.authorization.refreshAttempts - before.authorization.refreshAttempts,
      failuresOrdered,
      pages: browser.pages().length,
      ms,
      footprints,
      heaps,
    };
  } finally {
    await children.killAll();
    await rm(folder, { recursive: true, force: true });
  }
}
