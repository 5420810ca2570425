import { readdirSync, readFileSync } from 'node:fs';

/** What a process holds at one moment. Linux only. */
export interface Footprint {
  readonly at: number;
  readonly rssMiB: number;
  /** Open file descriptors: files, sockets, pipes. */
  readonly handles: number;
}

export function footprintOf(pid: number): Footprint {
  const [, kiB = 'NaN'] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return { at: Date.now(), rssMiB: Number(kiB) / 1024, handles: readdirSync(`/proc/${pid}/fd`).length };
}

export interface Growth {
  readonly first: number;
  readonly last: number;
  /** Of the straight line through all values, for each hour. */
  readonly perHour: number;
  /** From the middle of the first third to the middle of the last: single peaks do not count. */
  readonly grownBy: number;
}

const middle = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

export function growthOf(points: readonly { readonly at: number; readonly value: number }[]): Growth {
  const values = points.map(({ value }) => value);
  const hours = points.map(({ at }) => at / 3_600_000);
  const meanHour = hours.reduce((sum, hour) => sum + hour, 0) / hours.length;
  const meanValue = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = hours.reduce((sum, hour) => sum + (hour - meanHour) ** 2, 0);
  const together = hours.reduce((sum, hour, index) => sum + (hour - meanHour) * ((values[index] ?? 0) - meanValue), 0);
  const third = Math.ceil(values.length / 3);
  return {
    first: values[0] ?? Number.NaN,
    last: values.at(-1) ?? Number.NaN,
    perHour: together / spread,
    grownBy: middle(values.slice(-third)) - middle(values.slice(0, third)),
  };
}
