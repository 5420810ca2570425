import type { Message } from './messages.ts';

export type { Message } from './messages.ts';

/** One tool that calls, with a session of its own, over whatever transport. */
export interface BenchCaller {
  /** One `tools/call`; rejects when the answer is not the tool's. */
  call(text?: Message): Promise<void>;
  close(): Promise<void>;
}

/** One call after the other; how long each took, in ms. */
export async function callFor(caller: BenchCaller, ms: number, text?: Message): Promise<number[]> {
  const took: number[] = [];
  const until = performance.now() + ms;
  for (let before = performance.now(); before < until; ) {
    await caller.call(text);
    const after = performance.now();
    took.push(after - before);
    before = after;
  }
  return took;
}

/** So many at a time; calls a second. */
export async function throughputFor(caller: BenchCaller, ms: number, concurrent: number): Promise<number> {
  const begun = performance.now();
  const until = begun + ms;
  let calls = 0;
  const work = async (): Promise<void> => {
    while (performance.now() < until) {
      await caller.call();
      calls += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrent }, work));
  return (calls / (performance.now() - begun)) * 1000;
}
