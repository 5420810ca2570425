import { appImageOf } from '../engine/model/app-image.ts';
import type { CommandLine } from '../engine/model/own-command.ts';

export interface AppPlace {
  readonly isPackaged: boolean;
  /** Electron's own program, or the packaged app. */
  readonly execPath: string;
  /** The folder of a checkout. */
  readonly appPath: string;
  readonly env: NodeJS.ProcessEnv;
  /** As it was given; undefined for the usual place. */
  readonly dataDir: string | undefined;
}

/** How the app starts itself at login: in its tray, on the data folder that it has now. */
export function appCommandAtLogin({ isPackaged, execPath, appPath, env, dataDir }: AppPlace): CommandLine {
  // An AppImage runs from a mount that is gone with it; the file itself stays.
  const file = (isPackaged && appImageOf(env, execPath)) || execPath;
  return {
    file,
    args: [...(isPackaged ? [] : [appPath]), '--hidden', ...(dataDir === undefined ? [] : ['--data-dir', dataDir])],
  };
}
