import { randomBytes } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { cp, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { reasonOf } from '../engine/model/reason.ts';
import { fail, ok, type Result } from '../engine/model/result.ts';
import { say } from '../engine/model/sayings.ts';
import { replaceLink, syncFolder } from './atomic-file.ts';

/** One folder for each version, whole from the moment when it has its name. */
const VERSIONS = 'command-versions';
/** The link that everybody names. */
const CURRENT = 'command';

/**
 * Linux: keeps a copy of the command that an AppImage brings, whose own files are gone when it ends. `command` in the
 * data folder always leads to a whole version; an older one goes when no process runs from it. One program at a time may
 * do this to a data folder. Fails with `not-available`; what was there is then untouched.
 */
export async function keepCommandCopy(brought: string, dataDir: string): Promise<Result<void>> {
  const versions = join(dataDir, VERSIONS);
  const current = join(dataDir, CURRENT);
  try {
    const stamp = basename(readFileSync(join(brought, 'stamp'), 'utf8').trim());
    const version = join(versions, stamp);
    mkdirSync(versions, { recursive: true, mode: 0o700 });
    if (!existsSync(version)) await copyWhole(brought, version);
    if (existsSync(current) && !lstatSync(current).isSymbolicLink()) throw new Error(`${current} is no link`);
    lead(current, join(VERSIONS, stamp));
    await syncFolder(dataDir);
    await removeOthers(versions, stamp);
    return ok(undefined);
  } catch (error) {
    const why = reasonOf(error);
    return fail({ code: 'not-available', ...say('command-not-copied', dataDir, why) });
  }
}

async function copyWhole(from: string, to: string): Promise<void> {
  const temp = `${to}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await cp(from, temp, { recursive: true });
    for (const entry of await readdir(temp, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = await open(join(entry.parentPath, entry.name), 'r');
      await file.sync().finally(() => file.close());
    }
    await rename(temp, to);
  } catch (error) {
    await rm(temp, { recursive: true, force: true });
    throw error;
  }
}

function lead(link: string, target: string): void {
  if (lstatSync(link, { throwIfNoEntry: false }) && readlinkSync(link) === target) return;
  replaceLink(target, link);
}

async function removeOthers(versions: string, kept: string): Promise<void> {
  const inUse = runningPrograms();
  for (const name of readdirSync(versions)) {
    const folder = join(versions, name);
    const real = `${realpathSync(folder)}/`;
    // A bridge of the old version goes on for as long as its tool: parts of it are loaded only when they are needed.
    if (name === kept || inUse.some((program) => program.startsWith(real))) continue;
    await rm(folder, { recursive: true, force: true });
  }
}

/** The files of this person's processes. */
function runningPrograms(): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readlinkSync(`/proc/${pid}/exe`)];
      } catch {
        // It has ended, or is somebody else's.
        return [];
      }
    });
}
