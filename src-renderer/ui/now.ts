import { useSyncExternalStore } from 'react';
import type { EpochMs } from '../../src-main/engine/model/ids.ts';

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = Date.now();

function tick(): void {
  now = Date.now();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    now = Date.now();
    timer = setInterval(tick, 1000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The wall clock, one step a second for the whole window; it stands still while nobody looks at it. */
export function useNow(): EpochMs {
  return useSyncExternalStore(subscribe, () => now);
}

const MINUTE_MS = 60_000;

/** The beginning of the present minute, for what changes no faster. */
export function useMinute(): EpochMs {
  return useSyncExternalStore(subscribe, () => now - (now % MINUTE_MS));
}
