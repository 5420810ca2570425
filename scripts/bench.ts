/**
 * `npm run bench [-- --quick] [-- --cli FILE]`: what a call costs through Gatehouse, against a direct connection.
 * Measures the built program, each row in a process of its own; never a test, for it judges nothing.
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
import { figureOf } from '../test/bench/figures.ts';
import {
  addCaller,
  type BuiltProgram,
  everyServerIsReady,
  keychainWorkerPid,
  laneTarget,
  prepareProgram,
  serve,
  serverName,
  signInTo,
  timeFirstCall,
} from '../test/bench/gatehouse.ts';
import { residentMiB, type StartedProcess, startNode } from '../test/bench/processes.ts';
import { measureRows, type Row, type RowFigures } from '../test/bench/rounds.ts';
import { rowsTable, withSpread } from '../test/bench/table.ts';
import { startAuthorizationServer } from '../test/servers/authorization-server.ts';

const ROOT = resolve(import.meta.dirname, '..');
const PROCESSES = join(ROOT, 'dist/bench');
const RESULT = join(ROOT, 'dist/bench.json');

const PLANS = {
  full: { starts: 7, rounds: 12, warmUpMs: 2000, latencyMs: 400, throughputMs: 500, concurrent: 16 },
  quick: { starts: 3, rounds: 3, warmUpMs: 800, latencyMs: 250, throughputMs: 300, concurrent: 16 },
};

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
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

function portOf({ told }: StartedProcess): number {
  return Number(told.port);
}

async function bench(vault: BuiltProgram['vault']): Promise<void> {
  const begun = performance.now();
  const plan = options.quick ? PLANS.quick : PLANS.full;
  const loadBefore = loadavg();
  const running: { end(): Promise<void> }[] = [];
  const started = async (...args: string[]): Promise<StartedProcess> => {
    const child = await startNode(args);
    running.push(child);
    return child;
  };
  const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  try {
    await buildProcesses();
    const authorizationServer = await startAuthorizationServer();
    running.push({ end: () => authorizationServer.close() });
    const upstream = await started(join(PROCESSES, 'upstream.js'), authorizationServer.issuer);
    const upstreamOrigin = `http://127.0.0.1:${portOf(upstream)}`;
    const splice = await started(join(PROCESSES, 'splice.js'), `${portOf(upstream)}`);
    // The SDK's client gives one abort signal to each fetch; Node's warnings of that would cost this row a tenth.
    const forwarder = await started('--no-warnings', join(PROCESSES, 'sdk-forwarder.js'), upstreamOrigin);

    const program = await prepareProgram(join(dataDir, 'data'), upstreamOrigin, { cli: resolve(options.cli), vault });
    let gatehouse = await serve(program);
    running.push({ end: () => gatehouse.end() });
    const key = await addCaller(program);
    for (const mode of ANSWER_MODES) await signInTo(program, serverName(mode));

    const firstCallMs: number[] = [];
    const readyMs: number[] = [];
    const restMiB: number[] = [];
    // Without a keychain the login does not outlive the program, so a server with a configured header would be needed.
    for (let n = 0; vault === 'keychain' && n < plan.starts; n += 1) {
      const caller = new Caller(laneTarget(program, 'json', key), 1);
      const sessionId = await caller.initialize();
      await caller.close();
      await gatehouse.end();
      const start = await timeFirstCall(program, { mode: 'json', key, sessionId });
      gatehouse = start.program;
      await everyServerIsReady(program);
      firstCallMs.push(start.firstCallMs);
      readyMs.push(start.readyMs);
      restMiB.push((await residentMiB(gatehouse.child.pid)) ?? Number.NaN);
    }

    await everyServerIsReady(program);
    const rows: Record<string, RowFigures[]> = {};
    for (const mode of ANSWER_MODES) {
      const at = (port: number, path: string): Row['target'] => ({
        origin: `http://127.0.0.1:${port}`,
        path,
        authorization: 'Bearer of-the-bench',
      });
      rows[mode] = await measureRows(
        [
          { name: 'direct', target: at(portOf(upstream), `/guarded/${mode}`) },
          { name: 'TCP splice', target: at(portOf(splice), `/guarded/${mode}`) },
          { name: 'SDK forwarder', target: at(portOf(forwarder), `/${mode}`) },
          { name: 'lane', target: laneTarget(program, mode, key) },
        ],
        plan,
      );
    }
    const memoryMiB = {
      'TCP splice': await residentMiB(splice.child.pid),
      'SDK forwarder': await residentMiB(forwarder.child.pid),
      engine: await residentMiB(gatehouse.child.pid),
      'keychain worker': await residentMiB(await keychainWorkerPid(program)),
    };
    const report = {
      at: new Date().toISOString(),
      node: process.version,
      cores: availableParallelism(),
      cpu: cpus()[0]?.model,
      load: { before: loadBefore, after: loadavg() },
      quick: options.quick,
      vault,
      plan,
      rows,
      memoryMiB: { ...memoryMiB, ...(restMiB.length > 0 ? { 'engine after its start': figureOf(restMiB) } : {}) },
      ...(firstCallMs.length > 0 ? { start: { firstCallMs: figureOf(firstCallMs), readyMs: figureOf(readyMs) } } : {}),
      tookS: (performance.now() - begun) / 1000,
    };
    await writeFile(RESULT, `${JSON.stringify(report, null, 2)}\n`);
    tell(report);
  } finally {
    for (const child of running.reverse()) await child.end();
    await rm(dataDir, { recursive: true, force: true });
  }
}

interface Report {
  readonly node: string;
  readonly cores: number;
  readonly load: { readonly before: readonly number[]; readonly after: readonly number[] };
  readonly rows: Readonly<Record<string, readonly RowFigures[]>>;
  readonly memoryMiB: Readonly<Record<string, number | ReturnType<typeof figureOf> | undefined>>;
  readonly start?: Readonly<Record<'firstCallMs' | 'readyMs', ReturnType<typeof figureOf>>>;
  readonly plan: { readonly rounds: number };
  readonly tookS: number;
}

function tell({ node, cores, load, rows, memoryMiB, start, plan, tookS }: Report): void {
  const say = (text: string): unknown => process.stdout.write(`${text}\n`);
  const loads = `load ${load.before[0]?.toFixed(1)} before, ${load.after[0]?.toFixed(1)} after`;
  say(`Node ${node}, ${cores} cores, ${loads}; medians of ${plan.rounds} rounds (middle half of them)`);
  for (const mode of ANSWER_MODES) {
    say(`\ntools/call, answered as ${mode === 'json' ? 'JSON' : 'an event stream'}; calls/s at 16 concurrent`);
    say(rowsTable(rows[mode] ?? []));
  }
  say('\nMemory (resident, after the load)');
  for (const [name, value] of Object.entries(memoryMiB)) {
    if (value === undefined) continue;
    say(`  ${name}: ${typeof value === 'number' ? `${value.toFixed(1)}` : withSpread(value, 1)} MiB`);
  }
  say('\nStart with 50 servers, tokens in the keychain');
  if (start) {
    say(`  to the first answered call: ${withSpread(start.firstCallMs, 0)} ms`);
    say(`  to the line that says ready: ${withSpread(start.readyMs, 0)} ms`);
  } else say('  not measured: no keyring here (packages dbus, gnome-keyring, libsecret-1-0, libglib2.0-bin)');
  say(`\n${tookS.toFixed(0)} s; all figures in dist/bench.json`);
}

if (!existsSync(options.cli)) {
  process.stderr.write('Nothing is built yet: npm run build\n');
  process.exit(1);
}
const again = options.vault === undefined ? runAgainWithKeyring() : undefined;
if (again !== undefined) process.exitCode = again;
else await bench(options.vault === 'keychain' ? 'keychain' : 'memory');
