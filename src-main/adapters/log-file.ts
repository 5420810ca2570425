import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import log from 'electron-log/node';
import type { EpochMs } from '../engine/model/ids.ts';
import { redact } from '../engine/model/redact.ts';
import type { LogFields, Logger } from '../engine/ports.ts';

const FILE_NAME = 'gatehouse.log';
const MAX_BYTES = 5 * 1024 * 1024;
const OLD_FILES = 3;
/** Foreign text in a field is cut here. */
const LONGEST_FIELD = 2000;
/** Lines are gathered for so long and written at once: a file opened for each would cost a call a quarter of its time. */
const GATHERED_MS = 50;
/** More than this is written without waiting. */
const GATHERED_LINES = 1000;

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** A line before it is one. */
interface Entry {
  readonly at: EpochMs;
  readonly level: LogLevel;
  readonly event: string;
  readonly fields: LogFields | undefined;
}

export interface LogFileOptions {
  /** Created where it is missing. */
  readonly dir: string;
  /** The least level that is written. */
  readonly level: LogLevel;
  /** A file that has grown longer becomes an old one. */
  readonly maxBytes?: number;
}

export interface LogFile extends Logger {
  /** Resolves when every line until now is on disk, or was given up. */
  flush(): Promise<void>;
  /** The least level that is written, from now on. */
  level: LogLevel;
  /** The file that is written to. */
  readonly path: string;
}

/** What electron-log's own file object has besides its types; the version is pinned. */
interface OpenFile {
  readonly path: string;
  readonly size: number;
  readonly asyncWriteQueue?: readonly string[];
  readonly hasActiveAsyncWriting?: boolean;
}

/** What has to be on disk before the process ends. */
const openLogs = new Set<() => void>();
process.on('exit', () => {
  for (const finish of openLogs) finish();
});

let toldOfTrouble = false;
// Where electron-log puts its own errors. Standard output belongs to the CLI, so one sentence goes to standard error.
log.transports.console.level = false;
log.transports.console.writeFn = ({ message }) => {
  if (toldOfTrouble) return;
  toldOfTrouble = true;
  process.stderr.write(`The log cannot be written: ${redact(message.data.map(String).join(' '))}\n`);
};

/**
 * JSON lines `{"at","level","event",...}` in `gatehouse.log`, with three old files beside it, all for their owner only.
 * Writes behind the caller's back, some lines at a time, and never throws; at the process's end what is left is
 * written at once.
 */
export function createLogFile({ dir, level: firstLevel, maxBytes = MAX_BYTES }: LogFileOptions): LogFile {
  const file = path.join(dir, FILE_NAME);
  // electron-log would make the folder for everybody.
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  } catch {
    // electron-log meets the same error and tells of it.
  }

  const logger = log.create({ logId: file });
  logger.transports.console.level = false;
  const transport = logger.transports.file;
  // Otherwise it looks for a package.json above the working directory, and writes nothing where there is none.
  transport.setAppName('Gatehouse');
  // What is below `level` never comes this far.
  transport.level = 'info';
  transport.sync = false;
  transport.maxSize = maxBytes;
  transport.writeOptions = { flag: 'a', mode: 0o600, encoding: 'utf8' };
  transport.resolvePathFn = () => file;
  // The line is made here, so nothing of the library's own formatting touches it.
  transport.transforms = [({ data }) => data];

  let level = firstLevel;
  let gathered: Entry[] = [];
  let writing: NodeJS.Timeout | undefined;
  /** Text since the file was last known to be whole on disk, and how long it was then. */
  let unsure: string[] = [];
  let sureBytes = 0;

  const openFile = (): OpenFile => transport.getFile();
  const isIdle = ({ asyncWriteQueue, hasActiveAsyncWriting }: OpenFile): boolean =>
    !hasActiveAsyncWriting && (asyncWriteQueue?.length ?? 0) === 0;

  transport.archiveLogFn = () => {
    try {
      keepOldFiles(file);
      unsure = [];
      sureBytes = 0;
    } catch {
      // Better one long file than a lost line.
    }
  };

  function write(lineLevel: LogLevel, event: string, fields: LogFields | undefined): void {
    if (LEVELS.indexOf(lineLevel) < LEVELS.indexOf(level)) return;
    gathered.push({ at: Date.now(), level: lineLevel, event, fields });
    if (gathered.length >= GATHERED_LINES) handOver();
    else writing ??= setTimeout(handOver, GATHERED_MS).unref();
  }

  function takeGathered(): string {
    clearTimeout(writing);
    writing = undefined;
    const entries = gathered;
    gathered = [];
    return entries.map(lineOf).join('');
  }

  function handOver(): void {
    const text = takeGathered();
    if (text === '') return;
    try {
      const current = openFile();
      if (isIdle(current)) {
        unsure = [];
        sureBytes = current.size;
      }
      // The library ends it with a line feed of its own.
      logger.info(text.slice(0, -1));
      unsure.push(text);
    } catch {
      // A log that fails must not take with it what it tells about.
    }
  }

  openLogs.add(() => {
    try {
      const rest = takeGathered();
      if (isIdle(openFile())) {
        if (rest !== '') appendFileSync(file, rest, { mode: 0o600 });
        return;
      }
      // What is under way may have reached the disk already, in part or as a whole.
      const onDisk = (existsSync(file) ? statSync(file).size : 0) - sureBytes;
      const text = unsure.join('') + rest;
      appendFileSync(file, Buffer.from(text).subarray(Math.max(onDisk, 0)), { mode: 0o600 });
    } catch {
      // Nobody is left to tell.
    }
  });

  return {
    path: file,
    get level() {
      return level;
    },
    set level(next) {
      level = next;
    },
    debug: (event, fields) => write('debug', event, fields),
    info: (event, fields) => write('info', event, fields),
    warn: (event, fields) => write('warn', event, fields),
    error: (event, fields) => write('error', event, fields),
    async flush() {
      handOver();
      while (!isIdle(openFile())) await nextTurn();
    },
  };
}

/** gatehouse.log -> gatehouse.1.log -> ... -> gatehouse.3.log, whose own is overwritten. */
function keepOldFiles(file: string): void {
  const { dir, name, ext } = path.parse(file);
  const nth = (n: number): string => (n === 0 ? file : path.join(dir, `${name}.${n}${ext}`));
  for (let n = OLD_FILES - 1; n >= 0; n -= 1) {
    if (existsSync(nth(n))) renameSync(nth(n), nth(n + 1));
  }
}

function lineOf({ at, level, event, fields }: Entry): string {
  return `${redact(JSON.stringify({ at: new Date(at).toISOString(), level, event, ...cut(fields) }))}\n`;
}

/** `at` is when the line was written; a field of that name becomes `forAt`. */
function cut(fields: LogFields | undefined): Record<string, unknown> {
  const short: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields ?? {})) {
    const isLong = typeof value === 'string' && value.length > LONGEST_FIELD;
    short[name === 'at' ? 'forAt' : name] = isLong ? `${value.slice(0, LONGEST_FIELD)}…` : value;
  }
  return short;
}
