import type { KeptRecord, Stored } from '../engine/ports.ts';

/** A change is on disk after this time, together with what came meanwhile. */
const WRITE_AFTER_MS = 15_000;
/** Without changes too, so that the file knows how long the program ran when it is killed. */
const WRITE_EVERY_MS = 5 * 60_000;

/** A record in a small file. Its timers keep no process alive. */
export function createKeptRecord<T>(
  file: Stored<T>,
  { writeAfterMs = WRITE_AFTER_MS, writeEveryMs = WRITE_EVERY_MS } = {},
): KeptRecord<T> {
  let current: (() => T) | undefined;
  let soon: NodeJS.Timeout | undefined;
  let regularly: NodeJS.Timeout | undefined;

  async function write(): Promise<void> {
    clearTimeout(soon);
    soon = undefined;
    // Where it cannot be written the file says so in the log, and the next time may do.
    if (current) await file.save(current());
  }

  return {
    left: file.value,
    start(read) {
      current = read;
      regularly = setInterval(() => void write(), writeEveryMs).unref();
    },
    changed() {
      if (current) soon ??= setTimeout(() => void write(), writeAfterMs).unref();
    },
    erased: write,
    async stop() {
      clearInterval(regularly);
      await write();
      current = undefined;
    },
  };
}
