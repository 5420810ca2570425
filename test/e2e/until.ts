import { setTimeout as pause } from 'node:timers/promises';

const LOOKS_EVERY_MS = 100;

/** Resolves with the first answer that is not undefined or false; other programs are asked, so it looks again and again. */
export async function until<T>(
  what: string | (() => string),
  look: () => T | Promise<T>,
  limitMs = 20_000,
): Promise<Exclude<T, undefined | false>> {
  const end = performance.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen as Exclude<T, undefined | false>;
    if (performance.now() > end)
      throw new Error(`Waited ${limitMs} ms in vain: ${typeof what === 'string' ? what : what()}.`);
    await pause(LOOKS_EVERY_MS);
  }
}
