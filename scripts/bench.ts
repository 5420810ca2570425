/**
 * `npm run bench [-- --quick] [-- --growth] [-- --cli FILE]`: what a call costs through Gatehouse and through its peers,
 * against a direct connection. Measures the built program, each row in a process of its own; never a test, for it judges
 * nothing. `--growth` measures what grows with servers and callers instead, and draws assets/growth.svg.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { ANSWER_MODES } from '../test/bench/answer-modes.ts';
import { Caller } from '../test/bench/caller.ts';
import { type Figure, figureOf } from '../test/bench/figures.ts';
import { type BuiltProgram, everyServerIsReady, laneTarget, timeFirstCall } from '../test/bench/gatehouse.ts';
import { type Growth, measureGrowth } from '../test/bench/growth.ts';
import { drawGrowth } from '../test/bench/growth-plot.ts';
import { type IdleStreams, measureIdleStreams } from '../test/bench/idle-streams.ts';
import { installPeers } from '../test/bench/peers.ts';
import { residentMiB } from '../test/bench/processes.ts';
import { measureRows, type RowFigures } from '../test/bench/rounds.ts';
import { openScene } from '../test/bench/scene.ts';
import { rowsTable, sessionsTable, table, withSpread } from '../test/bench/table.ts';
import { measureWindow, tellWindow, type WindowFigures } from '../test/bench/window-figures.ts';

const WINDOW_PLAN = { times: 7, traceMs: 4000 };
const ROOT = resolve(import.meta.dirname, '..');
const PROCESSES = join(ROOT, 'dist/bench');
const RESULT = join(ROOT, 'dist/bench.json');
const GROWTH_RESULT = join(ROOT, 'dist/bench-growth.json');
const GROWTH_PLOT = join(ROOT, 'assets/growth.svg');

const CONCURRENT = [1, 16, 128];
const PLANS = {
  full: {
    starts: 7,
    rounds: 8,
    warmUpMs: 2000,
    latencyMs: 400,
    throughputMs: 400,
    concurrent: CONCURRENT,
    fewRounds: 4,
  },
  quick: {
    starts: 3,
    rounds: 3,
    warmUpMs: 800,
    latencyMs: 250,
    throughputMs: 250,
    concurrent: CONCURRENT,
    fewRounds: 1,
  },
};
const IDLE_STREAMS = 100;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    window: { type: 'boolean', default: false },
    growth: { type: 'boolean', default: false },
    cli: { type: 'string', default: join(ROOT, 'dist/main/cli.js') },
    vault: { type: 'string' },
  },
});

/** The same again where a real keyring answers; where its programs are missing, logins are kept in memory. */
function runAgainWithKeyring(): number | undefined {
  const script = join(ROOT, 'scripts/with-keyring.sh');
  const args = [script, process.execPath, ...process.execArgv, ...process.argv.slice(1), '--vault', 'keychain'];
  const hasKeyring = ['dbus-run-session', 'gnome-keyring-daemon', 'gdbus'].every(
    (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0,
  );
  return hasKeyring ? (spawnSync('bash', args, { stdio: 'inherit' }).status ?? 1) : undefined;
}

/** The processes of the bench as plain JavaScript: a TypeScript loader in them would cost memory and time. */
async function buildProcesses(): Promise<void> {
  const names = ['upstream', 'splice', 'sdk-forwarder'];
  await build({
    configFile: false,
    logLevel: 'error',
    root: ROOT,
    build: {
      ssr: true,
      outDir: PROCESSES,
      emptyOutDir: true,
      target: 'node20.19',
      rolldownOptions: {
        input: Object.fromEntries(names.map((name) => [name, join(ROOT, `test/bench/${name}.process.ts`)])),
        output: { entryFileNames: '[name].js' },
      },
    },
  });
}

/** Starts the program again and again while a caller that has a session from before knocks until its call is answered. */
async function measureStarts(scene: Scene, starts: number): Promise<Starts> {
  const { program, key } = scene;
  const firstCallMs: number[] = [];
  const readyMs: number[] = [];
  const restMiB: number[] = [];
  for (let n = 0; n < starts; n += 1) {
    const caller = new Caller(laneTarget(program, 'json', key), 1);
    const sessionId = await caller.initialize();
    await caller.close();
    await scene.gatehouse.end();
    const start = await timeFirstCall(program, { mode: 'json', key, sessionId });
    scene.gatehouse = start.program;
    await everyServerIsReady(program);
    firstCallMs.push(start.firstCallMs);
    readyMs.push(start.readyMs);
    restMiB.push((await residentMiB(start.program.child.pid)) ?? Number.NaN);
  }
  return { firstCallMs: figureOf(firstCallMs), readyMs: figureOf(readyMs), restMiB: figureOf(restMiB) };
}

type Scene = Awaited<ReturnType<typeof openScene>>;
type Starts = Readonly<Record<'firstCallMs' | 'readyMs' | 'restMiB', Figure>>;

async function bench(vault: BuiltProgram['vault']): Promise<void> {
  const begun = performance.now();
  const plan = options.quick ? PLANS.quick : PLANS.full;
  const loadBefore = loadavg();
  const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  const scripts = await installPeers().catch((error: unknown) => {
    process.stderr.write(`The peers cannot be had: ${error instanceof Error ? error.message : String(error)}\n`);
    return undefined;
  });
  const scene = await openScene({ processes: PROCESSES, dataDir, cli: resolve(options.cli), vault, peers: scripts });
  try {
    // Without a keychain the login does not outlive the program, so a server with a configured header would be needed.
    const start = vault === 'keychain' ? await measureStarts(scene, plan.starts) : undefined;
    await everyServerIsReady(scene.program);
    await scene.listed();
    const restOf = await scene.memory();

    const rows: Record<string, readonly RowFigures[]> = {};
    for (const mode of ANSWER_MODES) rows[mode] = await measureRows(scene.rows(mode), plan);
    const bridges = await measureRows(scene.bridgeRows(), plan);

    const afterOf = await scene.memory();
    const idle: IdleStreams[] = [];
    for (const { name, target, pid } of scene.streamed()) {
      idle.push(await measureIdleStreams(name, target, pid, IDLE_STREAMS));
    }
    const report: Report = {
      at: new Date().toISOString(),
      node: process.version,
      cores: availableParallelism(),
      cpu: cpus()[0]?.model,
      load: { before: loadBefore, after: loadavg() },
      quick: options.quick,
      vault,
      plan,
      rows,
      bridges,
      idle,
      memoryMiB: Object.keys(afterOf).map((name) => ({ name, before: restOf[name], after: afterOf[name] })),
      ...(start ? { start } : {}),
      window: await measureWindow(WINDOW_PLAN),
      tookS: (performance.now() - begun) / 1000,
    };
    await writeFile(RESULT, `${JSON.stringify(report, null, 2)}\n`);
    tell(report);
  } finally {
    await scene.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

interface Report {
  readonly at: string;
  readonly node: string;
  readonly cores: number;
  readonly cpu: string | undefined;
  readonly load: { readonly before: readonly number[]; readonly after: readonly number[] };
  readonly quick: boolean;
  readonly vault: BuiltProgram['vault'];
  readonly rows: Readonly<Record<string, readonly RowFigures[]>>;
  readonly bridges: readonly RowFigures[];
  readonly idle: readonly IdleStreams[];
  readonly memoryMiB: readonly {
    readonly name: string;
    readonly before?: number | undefined;
    readonly after?: number | undefined;
  }[];
  readonly start?: Starts;
  readonly window: WindowFigures;
  readonly plan: (typeof PLANS)['full'];
  readonly tookS: number;
}

const say = (text: string): unknown => process.stdout.write(`${text}\n`);
const mib = (value: number | undefined): string => (value === undefined ? '-' : value.toFixed(0));

function tell({ node, cores, load, rows, bridges, idle, memoryMiB, start, window, plan, tookS }: Report): void {
  const loads = `load ${load.before[0]?.toFixed(1)} before, ${load.after[0]?.toFixed(1)} after`;
  say(`Node ${node}, ${cores} cores, ${loads}; medians of ${plan.rounds} rounds (middle half of the ratios)`);
  for (const mode of ANSWER_MODES) {
    say(`\ntools/call over HTTP, answered as ${mode === 'json' ? 'JSON' : 'an event stream'}`);
    say(rowsTable(rows[mode] ?? []));
    say(`\n${sessionsTable(rows[mode] ?? [])}`);
  }
  say('\ntools/call over standard input and output, HTTP to the upstream (direct is HTTP)');
  say(rowsTable(bridges));
  say(`\n${sessionsTable(bridges)}`);
  say('\nMemory in MiB (resident, of each program with all that it started)');
  say(
    table([
      ['', 'at rest', 'after the load'],
      ...memoryMiB.map(({ name, before, after }) => [name, mib(before), mib(after)]),
    ]),
  );
  say(`\n${IDLE_STREAMS} sessions with an open stream that say nothing`);
  say(
    table([
      ['', 'p50 ms of another caller', 'MiB more'],
      ...idle.map(({ name, p50Ms, addedMiB }) => [name, p50Ms.toFixed(2), mib(addedMiB)]),
    ]),
  );
  say('\nStart with 50 servers, tokens in the keychain');
  if (start) {
    say(`  to the first answered call: ${withSpread(start.firstCallMs, 0)} ms`);
    say(`  to the line that says ready: ${withSpread(start.readyMs, 0)} ms`);
    say(`  the engine's memory when all are connected: ${withSpread(start.restMiB, 0)} MiB`);
  } else say('  not measured: no keyring here (packages dbus, gnome-keyring, libsecret-1-0, libglib2.0-bin)');
  say(`\n${tellWindow(window)}`);
  say(`\n${tookS.toFixed(0)} s; all figures in dist/bench.json`);
}

async function growth(): Promise<void> {
  const steps = options.quick
    ? { servers: [1, 10, 100], callers: [1, 10] }
    : { servers: [1, 10, 100, 1000], callers: [1, 10, 100] };
  const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-growth-'));
  try {
    const grown = await measureGrowth({ processes: PROCESSES, dataDir, cli: resolve(options.cli), ...steps });
    await writeFile(GROWTH_RESULT, `${JSON.stringify(grown, null, 2)}\n`);
    await writeFile(GROWTH_PLOT, drawGrowth(grown));
    tellGrowth(grown);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

function tellGrowth({ servers, callers }: Growth): void {
  const line = (
    count: number,
    { startMs, allReadyMs, memoryMiB, laneMs, allServersMs }: Growth['servers'][number],
  ): string[] => [
    String(count),
    startMs.toFixed(0),
    allReadyMs.toFixed(0),
    mib(memoryMiB),
    laneMs.toFixed(2),
    allServersMs.toFixed(2),
  ];
  const columns = ['first call ms', 'all connected ms', 'MiB', 'p50 ms, lane', 'p50 ms, /mcp'];
  say(table([['servers', ...columns], ...servers.map((one) => line(one.count, one))]));
  say('');
  say(
    table([
      ['callers at once (10 servers)', 'MiB', 'p50 ms, lane', 'p50 ms, /mcp', 'calls/s, lane', 'calls/s, /mcp'],
      ...callers.map((one) => [
        String(one.count),
        mib(one.memoryMiB),
        one.laneMs.toFixed(2),
        one.allServersMs.toFixed(2),
        one.lanePerSecond.toFixed(0),
        one.allServersPerSecond.toFixed(0),
      ]),
    ]),
  );
  say('\nall figures in dist/bench-growth.json, drawn in assets/growth.svg');
}

if (!existsSync(options.cli)) {
  process.stderr.write('Nothing is built yet: npm run build\n');
  process.exit(1);
}
if (options.window) {
  say(tellWindow(await measureWindow(WINDOW_PLAN)));
} else if (options.growth) {
  await buildProcesses();
  await growth();
} else {
  const again = options.vault === undefined ? runAgainWithKeyring() : undefined;
  if (again !== undefined) process.exitCode = again;
  else {
    await buildProcesses();
    await bench(options.vault === 'keychain' ? 'keychain' : 'memory');
  }
}
