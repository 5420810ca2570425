import { accessSync, constants, lstatSync, mkdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import {
  type CommandLineToolState,
  type CommandReach,
  isOwnLink,
  type LinkThere,
  pathAdvice,
  reachOf,
} from '../../engine/model/command-line-tool.ts';
import { Listeners } from '../../engine/model/listeners.ts';
import { reasonOf } from '../../engine/model/reason.ts';
import { fail, ok, type Result } from '../../engine/model/result.ts';
import { say } from '../../engine/model/sayings.ts';
import type { CommandLineTool } from '../../engine/ports.ts';
import { replaceLink } from '../atomic-file.ts';
import { askLoginShellPath } from './login-shell.ts';

export interface LinkedCommandOptions {
  /** The launcher that the app brings. */
  readonly launcher: string;
  /** When it is there: an AppImage copies it first. */
  readonly launcherReady: Promise<Result<void>>;
  /** A link to another place of Gatehouse is made to lead here. */
  readonly isRenewed: boolean;
  /** Where a package of the system has it. */
  readonly packageLauncher: string;
  readonly env: NodeJS.ProcessEnv;
  readonly platform: string;
}

/**
 * macOS and Linux: a link in `~/.local/bin`, where no administrator is asked and no other person is concerned.
 * @see XDG Base Directory Specification, "User-specific executable files"
 */
export function openLinkedCommand(options: LinkedCommandOptions): CommandLineTool {
  const { launcher, env, platform } = options;
  const folder = join(env.HOME || homedir(), '.local', 'bin');
  const at = join(folder, 'gatehouse');
  const listeners = new Listeners();
  let reach: CommandReach = { kind: 'unknown', folder };

  const look = async (): Promise<void> => {
    const shell = env.SHELL || userInfo().shell || '/bin/sh';
    const own = env.PATH?.split(':') ?? [];
    const path = own.includes(folder) ? own : await askLoginShellPath(shell, env);
    reach = reachOf(folder, path, commandIn(at), pathAdvice(shell, platform));
    listeners.tell();
  };

  const install = async (): Promise<Result<void>> => {
    const ready = await options.launcherReady;
    if (!ready.ok) return ready;
    const there = lookAtLink(at);
    if (there.kind !== 'nothing' && !isOwnLink(there)) return taken(at);
    if (isPassing(launcher)) return fail({ code: 'not-available', ...say('command-passing') });
    const linked = link(launcher, at);
    if (linked.ok) await look();
    return linked;
  };

  const remove = (): Result<void> => {
    const there = lookAtLink(at);
    if (there.kind === 'nothing') return ok(undefined);
    if (!isOwnLink(there)) return taken(at);
    return tried(at, () => rmSync(at));
  };

  const first = lookAtLink(at);
  if (isOwnLink(first)) {
    const isElsewhere = first.kind === 'link' && first.target !== launcher;
    if (options.isRenewed && isElsewhere && !isPassing(launcher)) {
      void options.launcherReady.then((ready) => ready.ok && link(launcher, at));
    }
    void look();
  }
  return {
    // Looked at each time: a person may take it away by hand.
    get state(): CommandLineToolState {
      if (isPackageLauncher(options.packageLauncher, launcher))
        return { kind: 'with-package', at: options.packageLauncher };
      const there = lookAtLink(at);
      if (there.kind === 'nothing') return { kind: 'absent', at };
      return isOwnLink(there) ? { kind: 'installed', at, reach } : { kind: 'taken', at };
    },
    set: async (isWanted) => {
      const done = isWanted ? await install() : remove();
      listeners.tell();
      return done;
    },
    onChange: listeners.add,
  };
}

/** A disk image, or the place from which macOS runs what was downloaded and not moved. */
function isPassing(launcher: string): boolean {
  return launcher.startsWith('/Volumes/') || launcher.includes('/AppTranslocation/');
}

function lookAtLink(at: string): LinkThere {
  try {
    return lstatSync(at).isSymbolicLink() ? { kind: 'link', target: readlinkSync(at) } : { kind: 'other' };
  } catch (error) {
    // What cannot be looked at is not ours to replace.
    return hasCode(error, 'ENOENT') ? { kind: 'nothing' } : { kind: 'other' };
  }
}

function link(launcher: string, at: string): Result<void> {
  return tried(at, () => {
    mkdirSync(dirname(at), { recursive: true });
    replaceLink(launcher, at);
  });
}

const commandIn =
  (at: string) =>
  (folder: string): { readonly file: string; readonly isOwn: boolean } | undefined => {
    const file = join(folder, 'gatehouse');
    try {
      accessSync(file, constants.X_OK);
      return { file, isOwn: file === at || realpathSync(file) === realpathSync(at) };
    } catch {
      return undefined;
    }
  };

function isPackageLauncher(file: string, launcher: string): boolean {
  try {
    return readFileSync(file, 'utf8').includes(`${launcher} `);
  } catch {
    return false;
  }
}

function taken(at: string): Result<never> {
  return fail({ code: 'not-available', ...say('command-taken', at) });
}

function tried(at: string, change: () => void): Result<void> {
  try {
    change();
    return ok(undefined);
  } catch (error) {
    return fail({ code: 'not-available', ...say('command-not-changed', at, reasonOf(error)) });
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
