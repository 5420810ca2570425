import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { callFor, throughputFor } from './bench-caller.ts';
import { Caller, type Target } from './caller.ts';
import { quantile } from './figures.ts';
import { addCaller, type BuiltProgram, countReady, serve } from './gatehouse.ts';
import { freePort, listensAt } from './ports.ts';
import { residentMiB, startNode } from './processes.ts';

interface Measured {
  readonly count: number;
  readonly memoryMiB: number | undefined;
  /** p50 of a call, in ms. */
  readonly laneMs: number;
  readonly allServersMs: number;
}

export interface Growth {
  readonly servers: readonly (Measured & { readonly startMs: number; readonly allReadyMs: number })[];
  readonly callers: readonly (Measured & { readonly lanePerSecond: number; readonly allServersPerSecond: number })[];
}

export interface GrowthOptions {
  readonly processes: string;
  readonly dataDir: string;
  readonly cli: string;
  readonly servers: readonly number[];
  readonly callers: readonly number[];
}

const MEASURE_MS = 1500;
const SERVERS_OF_CALLERS = 10;

/** What grows with the number of servers and of callers. All servers let everybody in and are really there. */
export async function measureGrowth({ processes, dataDir, cli, servers, callers }: GrowthOptions): Promise<Growth> {
  const upstream = await startNode([join(processes, 'upstream.js'), 'http://127.0.0.1:9']);
  try {
    const origin = `http://127.0.0.1:${Number(upstream.told.port)}`;
    const program = async (count: number, label: string): Promise<BuiltProgram> => {
      const folder = join(dataDir, `${label}-${count}`);
      const names = Array.from({ length: count }, (_, n) => [`server-${n}`, { url: `${origin}/open/${n}` }]);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(join(folder, 'config.json'), JSON.stringify({ mcpServers: Object.fromEntries(names) }));
      return { cli, vault: 'memory', dataDir: folder, port: await freePort() };
    };
    const grownServers: Growth['servers'][number][] = [];
    for (const count of servers) grownServers.push(await withServers(await program(count, 'servers'), count));
    const grownCallers: Growth['callers'][number][] = [];
    for (const count of callers) {
      grownCallers.push(await withCallers(await program(SERVERS_OF_CALLERS, `callers-${count}`), count));
    }
    return { servers: grownServers, callers: grownCallers };
  } finally {
    await upstream.end();
  }
}

function targetsOf({ port }: BuiltProgram, key: string): { readonly lane: Target; readonly all: Target } {
  const place = { origin: `http://127.0.0.1:${port}`, authorization: `Bearer ${key}` };
  return {
    lane: { ...place, path: '/mcp/server-0', tool: 'echo' },
    all: { ...place, path: '/mcp', tool: 'server-0__echo' },
  };
}

async function opened(target: Target, connections: number): Promise<Caller> {
  const caller = new Caller(target, connections);
  await caller.initialize();
  return caller;
}

async function withServers(program: BuiltProgram, count: number): Promise<Growth['servers'][number]> {
  // The key is made by a first start, the second one is measured.
  const first = await serve(program);
  const key = await addCaller(program);
  await first.end();
  const { lane, all } = targetsOf(program, key);

  const startedAt = performance.now();
  const starting = serve(program);
  await listensAt(program.port);
  const one = await opened(lane, 1);
  await one.call();
  const startMs = performance.now() - startedAt;
  const running = await starting;
  try {
    while ((await countReady(program)) < count) {
      // Asking is all the pause that is needed: it starts a program.
    }
    const allReadyMs = performance.now() - startedAt;
    const many = await opened(all, 1);
    await many.list();
    const laneMs = await p50Of(one);
    const allServersMs = await p50Of(many);
    const memoryMiB = await residentMiB(running.child.pid);
    await Promise.all([one.close(), many.close()]);
    return { count, startMs, allReadyMs, memoryMiB, laneMs, allServersMs };
  } finally {
    await running.end();
  }
}

async function withCallers(program: BuiltProgram, count: number): Promise<Growth['callers'][number]> {
  const running = await serve(program);
  try {
    const { lane, all } = targetsOf(program, await addCaller(program));
    const measure = async (target: Target) => {
      const callers = await Promise.all(Array.from({ length: count }, () => opened(target, 1)));
      await Promise.all(callers.map((caller) => callFor(caller, MEASURE_MS / 3)));
      const took = await Promise.all(callers.map((caller) => callFor(caller, MEASURE_MS)));
      const rates = await Promise.all(callers.map((caller) => throughputFor(caller, MEASURE_MS, 1)));
      return { callers, p50Ms: quantile(took.flat(), 0.5), perSecond: rates.reduce((sum, rate) => sum + rate, 0) };
    };
    const onLane = await measure(lane);
    const onAll = await measure(all);
    const memoryMiB = await residentMiB(running.child.pid);
    await Promise.all([...onLane.callers, ...onAll.callers].map((caller) => caller.close()));
    return {
      count,
      memoryMiB,
      laneMs: onLane.p50Ms,
      allServersMs: onAll.p50Ms,
      lanePerSecond: onLane.perSecond,
      allServersPerSecond: onAll.perSecond,
    };
  } finally {
    await running.end();
  }
}

async function p50Of(caller: Caller): Promise<number> {
  await callFor(caller, MEASURE_MS / 3);
  return quantile(await callFor(caller, MEASURE_MS), 0.5);
}
