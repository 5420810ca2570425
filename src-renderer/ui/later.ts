import { type ComponentType, lazy } from 'react';
import { untilNextTry } from '../connection/wait.ts';

const loads: (() => Promise<unknown>)[] = [];

/**
 * A part of the window that is not needed for its first picture: a file of its own, loaded when it is shown, or when the
 * page has time. Where the engine does not answer meanwhile, it is asked for again.
 */
export function later<Props>(load: () => Promise<ComponentType<Props>>) {
  let loading: Promise<ComponentType<Props>> | undefined;
  const once = (): Promise<ComponentType<Props>> => {
    loading ??= patiently(load);
    return loading;
  };
  loads.push(once);
  return lazy(async () => ({ default: await once() }));
}

/** Everything that comes later, once the first picture is there. */
export function loadTheRest(): void {
  requestIdleCallback(() => {
    for (const load of loads) void load();
  });
}

async function patiently<T>(load: () => Promise<T>): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await load();
    } catch {
      await untilNextTry(failures);
    }
  }
}
