const BACKOFF_MS = [250, 500, 1000, 2000, 4000];

/** Resolves when the engine is to be tried again after so many failures in a row. */
export function untilNextTry(failures: number): Promise<void> {
  const ms = BACKOFF_MS[Math.min(failures, BACKOFF_MS.length - 1)];
  return new Promise((resolve) => setTimeout(resolve, ms));
}
