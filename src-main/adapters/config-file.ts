import { readFileSync, watch as watchFolder } from 'node:fs';
import path from 'node:path';
import { type ConfigEdit, editConfig } from '../engine/config/edit-config.ts';
import type { Environment } from '../engine/config/environment.ts';
import type { ReadText } from '../engine/config/named-file.ts';
import { EMPTY_CONFIG, type ParsedConfig, parseConfig } from '../engine/config/parse-config.ts';
import type { Problem } from '../engine/model/problem.ts';
import { fail, ok, type Result } from '../engine/model/result.ts';
import { say } from '../engine/model/sayings.ts';
import type { Dispose, Logger } from '../engine/ports.ts';
import { writeFileAtomic } from './atomic-file.ts';

/** Editors save in several steps; the file is read when it has been quiet for so long. */
const QUIET_MS = 100;
/** Where the system tells nothing of changes (network drives), the file is looked at so often. */
const LOOK_MS = 2000;

export interface ConfigFile {
  /** What the file says now; a file that is not there is an empty configuration. Fails with `config-invalid`. */
  read(): Result<ParsedConfig>;
  /**
   * Reads again, lets `decide` choose the change from what the file says now, and writes. One at a time. A broken file
   * is never written: fails with its `config-invalid`, with what `decide` gave, or with `not-available`.
   * @param beforeWrite told what the file will say once nothing is wrong with it; where it fails, nothing is written
   */
  edit(
    decide: (current: ParsedConfig) => Result<ConfigEdit>,
    beforeWrite?: (after: ParsedConfig) => Promise<Result<void>>,
  ): Promise<Result<void>>;
  /** What `edit` would write, read: fails with what is wrong with the file now, or would be. */
  preview(edit: ConfigEdit): Result<ParsedConfig>;
  /** Tells what the file says each time its text has changed since the last `read()`, by hand or by `edit`. */
  watch(listener: (read: Result<ParsedConfig>) => void): Dispose;
  /** What is wrong with the file as it was read last. */
  readonly problem: Problem | undefined;
}

export interface ConfigFileOptions {
  /** Absolute; its folder exists. */
  readonly path: string;
  readonly env: Environment;
  readonly logger: Logger;
  /** Told with each `read()` what `caFile` has. */
  readonly trust?: (certificates: string | undefined) => void;
}

/** The one reader and writer of `config.json`, which people edit by hand meanwhile. */
export function createConfigFile({ path: file, env, logger, trust }: ConfigFileOptions): ConfigFile {
  const name = path.basename(file);
  let problem: Problem | undefined;
  let writing: Promise<unknown> = Promise.resolve();
  /** What the last `read()` saw, so that a change between it and `watch()` is heard too. */
  let lastRead: string | undefined;

  const readNamed: ReadText = (named) => {
    try {
      return { ok: true, text: readFileSync(path.resolve(path.dirname(file), named), 'utf8') };
    } catch (error) {
      return { ok: false, why: error instanceof Error && 'code' in error ? String(error.code) : 'unknown error' };
    }
  };

  /** The text, or undefined where there is no file. */
  function readText(): Result<string | undefined> {
    try {
      return ok(readFileSync(file, 'utf8'));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
      if (code === 'ENOENT') return ok(undefined);
      return fail({ code: 'config-invalid', file: name, ...say('cannot-be-read', code) });
    }
  }

  function parse(text: Result<string | undefined>): Result<ParsedConfig> {
    const read = !text.ok
      ? text
      : text.value === undefined
        ? ok(EMPTY_CONFIG)
        : parseConfig(text.value, name, env, readNamed);
    problem = read.ok ? undefined : read.problem;
    return read;
  }

  async function change(
    decide: (current: ParsedConfig) => Result<ConfigEdit>,
    beforeWrite: (after: ParsedConfig) => Promise<Result<void>> = async () => ok(undefined),
  ): Promise<Result<void>> {
    const text = readText();
    const current = parse(text);
    if (!text.ok) return text;
    if (!current.ok) return current;
    const decided = decide(current.value);
    if (!decided.ok) return decided;
    const before = text.value ?? '';
    const after = editConfig(before, decided.value);
    if (after === before) return beforeWrite(current.value);
    // What we write has to be what we would read.
    const checked = parseConfig(after, name, env, readNamed);
    if (!checked.ok) return checked;
    const prepared = await beforeWrite(checked.value);
    if (!prepared.ok) return prepared;
    // A person may have written meanwhile; what they wrote stays.
    if (JSON.stringify(readText()) !== JSON.stringify(text)) return change(decide, beforeWrite);
    try {
      await writeFileAtomic(file, after, 0o600);
    } catch (error) {
      const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
      return fail({ code: 'not-available', ...say('not-written', name, why) });
    }
    return ok(undefined);
  }

  return {
    read() {
      const text = readText();
      lastRead = JSON.stringify(text);
      const read = parse(text);
      if (read.ok) trust?.(read.value.config.trustedCertificates);
      return read;
    },
    edit(decide, beforeWrite) {
      const result = writing.then(() => change(decide, beforeWrite));
      writing = result.catch(() => {});
      return result;
    },
    preview(edit) {
      const text = readText();
      const current = parse(text);
      if (!text.ok) return text;
      return current.ok ? parseConfig(editConfig(text.value ?? '', edit), name, env, readNamed) : current;
    },
    watch(listener) {
      let known = lastRead ?? JSON.stringify(readText());
      let quiet: NodeJS.Timeout | undefined;
      const look = (): void => {
        const text = readText();
        const seen = JSON.stringify(text);
        if (seen === known) return;
        known = seen;
        const read = parse(text);
        if (read.ok) logger.info('config.reloaded', { count: read.value.config.servers.length });
        else logger.warn('config.invalid', { problem: read.problem.code, ...lineOf(read.problem) });
        listener(read);
      };
      const lookSoon = (): void => {
        clearTimeout(quiet);
        quiet = setTimeout(look, QUIET_MS).unref();
      };
      lookSoon();
      const looking = setInterval(look, LOOK_MS).unref();
      const stopWatching = watchForChanges(path.dirname(file), name, lookSoon, logger);
      return () => {
        clearTimeout(quiet);
        clearInterval(looking);
        stopWatching();
      };
    },
    get problem() {
      return problem;
    },
  };
}

function lineOf(problem: Problem): { detail?: string } {
  return problem.code === 'config-invalid' && problem.line !== undefined ? { detail: `line ${problem.line}` } : {};
}

/** The folder is watched, not the file: editors that save by renaming put another file in its place. */
function watchForChanges(folder: string, name: string, onChange: () => void, logger: Logger): Dispose {
  try {
    const watcher = watchFolder(folder, { persistent: false }, (_, changed) => {
      if (changed === null || changed === name) onChange();
    });
    watcher.on('error', (error) => logger.warn('config.watch-failed', { detail: error.message }));
    return () => watcher.close();
  } catch (error) {
    logger.warn('config.watch-failed', { detail: error instanceof Error ? error.message : String(error) });
    return () => {};
  }
}
