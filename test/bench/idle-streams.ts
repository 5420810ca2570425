import { callFor } from './bench-caller.ts';
import { Caller, type Target } from './caller.ts';
import { quantile } from './figures.ts';
import { treeMiB } from './processes.ts';

export interface IdleStreams {
  readonly name: string;
  readonly p50Ms: number;
  /** What they added to the memory of the process and all that it started; undefined where nobody can tell. */
  readonly addedMiB: number | undefined;
}

/** Callers that hold a session with its stream open and say nothing, as tools do all day; and one that calls. */
export async function measureIdleStreams(
  name: string,
  target: Target,
  pid: number | undefined,
  streams: number,
): Promise<IdleStreams> {
  const before = await treeMiB(pid);
  const idle: Caller[] = [];
  for (let n = 0; n < streams; n += 1) {
    const caller = new Caller(target, 2);
    await caller.initialize();
    await caller.openStream();
    idle.push(caller);
  }
  const one = new Caller(target, 1);
  await one.initialize();
  await callFor(one, 300);
  const p50Ms = quantile(await callFor(one, 700), 0.5);
  const after = await treeMiB(pid);
  for (const caller of [...idle, one]) await caller.close();
  return { name, p50Ms, addedMiB: before === undefined || after === undefined ? undefined : after - before };
}
