import { existsSync } from 'node:fs';
import { win32 } from 'node:path';
import { type CommandLineToolState, reachOf } from '../../engine/model/command-line-tool.ts';
import { Listeners } from '../../engine/model/listeners.ts';
import { fail, type Result } from '../../engine/model/result.ts';
import { say } from '../../engine/model/sayings.ts';
import { foldersOf, hasFolder, withFolder, withoutFolder } from '../../engine/model/windows-path.ts';
import type { CommandLineTool } from '../../engine/ports.ts';
import type { UserPath } from './user-path.ts';

export interface PathCommandOptions {
  /** The launcher that the app brings. */
  readonly launcher: string;
  readonly userPath: UserPath;
  readonly env: NodeJS.ProcessEnv;
}

/** What Windows runs where only a name was typed, in its order. */
const ENDINGS = ['.com', '.exe', '.bat', '.cmd'];

/** Windows: the launcher's folder on the person's own `Path`; no file is written, so none has a path in it. */
export function openPathCommand({ launcher, userPath, env }: PathCommandOptions): CommandLineTool {
  const folder = win32.dirname(launcher);
  const listeners = new Listeners();
  // As it was when this program started; from then on what was written.
  const started = env.Path ?? env.PATH ?? '';
  let isInstalled = hasFolder(started, folder, env);

  const change = async (isWanted: boolean): Promise<Result<void>> => {
    const before = await userPath.read();
    if (!before.ok) return unavailable(folder, before);
    const after = (isWanted ? withFolder : withoutFolder)(before.value, folder, env);
    const written = after === before.value ? before : await userPath.write(after);
    if (!written.ok) return unavailable(folder, written);
    isInstalled = isWanted;
    return { ok: true, value: undefined };
  };

  return {
    get state(): CommandLineToolState {
      if (!isInstalled) return { kind: 'absent', at: launcher };
      const path = foldersOf(withFolder(started, folder, env));
      const commandIn = (one: string): { file: string; isOwn: boolean } | undefined => {
        if (hasFolder(one, folder, env)) return { file: launcher, isOwn: true };
        const file = ENDINGS.map((ending) => win32.join(one, `gatehouse${ending}`)).find(existsSync);
        return file === undefined ? undefined : { file, isOwn: false };
      };
      return { kind: 'installed', at: launcher, reach: reachOf(folder, path, commandIn, undefined) };
    },
    set: async (isWanted) => {
      const done = await change(isWanted);
      listeners.tell();
      return done;
    },
    onChange: listeners.add,
  };
}

function unavailable(folder: string, refused: Result<string> & { readonly ok: false }): Result<never> {
  const { problem } = refused;
  const why = problem.code === 'not-available' ? problem.detail : problem.code;
  return fail({ code: 'not-available', ...say('path-not-changed', why, folder) });
}
