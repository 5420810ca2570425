import { readFileSync, renameSync } from 'node:fs';
import { basename } from 'node:path';
import { fail, ok } from '../engine/model/result.ts';
import { say } from '../engine/model/sayings.ts';
import type { Logger, Stored } from '../engine/ports.ts';
import { writeFileAtomic } from './atomic-file.ts';

/**
 * A JSON file of our own, read once. One that is torn or foreign is set aside under a name that the log tells, and the
 * program goes on with `empty`; writes are one after the other, the newest value last.
 */
export function createStoredJson<T>(options: {
  readonly path: string;
  /** Undefined for what is torn or foreign. */
  readonly parse: (value: unknown) => T | undefined;
  readonly empty: T;
  readonly logger: Logger;
}): Stored<T> {
  const { path, logger } = options;
  let value = read(options);
  let writing: Promise<void> = Promise.resolve();
  return {
    get value() {
      return value;
    },
    async save(next) {
      const before = value;
      value = next;
      const text = `${JSON.stringify(next, null, 2)}\n`;
      const write = writing.then(() => writeFileAtomic(path, text));
      writing = write.catch(() => {});
      try {
        await write;
        return ok(undefined);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        if (value === next) value = before;
        logger.error('file.not-written', { detail: `${basename(path)}: ${why}` });
        return fail({ code: 'not-available', ...say('not-written', basename(path), why) });
      }
    },
  };
}

function read<T>({ path, parse, empty, logger }: Parameters<typeof createStoredJson<T>>[0]): T {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return empty;
  }
  const value = parse(jsonOrUndefined(text));
  if (value !== undefined) return value;
  const aside = `${path}.unreadable-${process.pid}`;
  renameSync(path, aside);
  logger.error('file.set-aside', { detail: `${basename(path)} could not be read and is kept as ${basename(aside)}` });
  return empty;
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
