import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { Listeners } from '../engine/model/listeners.ts';
import type { CommandLine } from '../engine/model/own-command.ts';
import { reasonOf } from '../engine/model/reason.ts';
import { fail, ok, type Result } from '../engine/model/result.ts';
import { say } from '../engine/model/sayings.ts';
import type { StartAtLogin } from '../engine/ports.ts';
import { writeFileAtomic } from './atomic-file.ts';
import { autostartEntry, isEntryOn } from './autostart-entry.ts';

/** Where desktops look for what starts with the session. */
export function autostartPath(env: NodeJS.ProcessEnv): string {
  // XDG Base Directory: a relative path is not used.
  const { XDG_CONFIG_HOME: chosen } = env;
  const config = chosen?.startsWith('/') ? chosen : join(env.HOME || homedir(), '.config');
  return join(config, 'autostart', 'gatehouse.desktop');
}

/**
 * Linux: the file that starts the app with the session.
 * @param isRenewed one that starts another place is written anew: an AppImage gets another name with each version
 */
export async function openAutostartFile(
  path: string,
  command: CommandLine,
  { isRenewed }: { readonly isRenewed: boolean },
): Promise<StartAtLogin> {
  const listeners = new Listeners();
  const wanted = autostartEntry(command);
  if (isRenewed && isOn(path) && read(path) !== wanted) await write(path, wanted);
  return {
    // Read each time: the desktop's own settings switch it too.
    get state() {
      return isOn(path) ? 'on' : 'off';
    },
    set: async (isWanted) => {
      const done = isWanted ? await write(path, wanted) : remove(path);
      listeners.tell();
      return done;
    },
    onChange: listeners.add,
  };
}

/** For who is not the app and cannot know what to start: looks, and takes away. */
export function createAutostartRemoval(path: string): { isOn(): boolean; remove(): Result<void> } {
  return { isOn: () => isOn(path), remove: () => remove(path) };
}

function isOn(path: string): boolean {
  const text = read(path);
  return text !== undefined && isEntryOn(text);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

async function write(path: string, text: string): Promise<Result<void>> {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    await writeFileAtomic(path, text, 0o644);
    return ok(undefined);
  } catch (error) {
    return refused(path, error);
  }
}

function remove(path: string): Result<void> {
  try {
    rmSync(path, { force: true });
    return ok(undefined);
  } catch (error) {
    return refused(path, error);
  }
}

function refused(path: string, error: unknown): Result<never> {
  const why = reasonOf(error);
  return fail({ code: 'not-available', ...say('not-written', path, why) });
}
