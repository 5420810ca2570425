import type { Clock } from './ports.ts';

/** What the work comes to, or undefined after so many ms; the work itself goes on. Rejects as the work does. */
export function atMost<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const cancel = clock.setAlarm(clock.now() + ms, () => resolve(undefined));
    work.then(resolve, reject).finally(cancel);
  });
}
