import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { appImageOf } from './engine/model/app-image.ts';
import type { Installation } from './engine/model/own-command.ts';

interface AppFacts {
  readonly isPackaged: boolean;
  readonly execPath: string;
  /** `process.resourcesPath` of Electron. */
  readonly resourcesPath: string;
  /** The built command line of a checkout. */
  readonly script: string;
  /** Where an AppImage keeps a copy of what it brings: its own files are gone with its end. */
  readonly copyFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
}

/** Asked by the app, whose own program is Electron. */
export function installationOfApp(app: AppFacts): Installation {
  const { env, platform } = app;
  // From a checkout: npm says which Node started it.
  if (!app.isPackaged) return { kind: 'node', node: env.npm_node_execpath ?? 'node', script: app.script };
  return { kind: 'app', resources: appImageOf(env, app.execPath) ? app.copyFolder : app.resourcesPath, platform };
}

interface CommandFacts {
  /** The Node that runs, with all links followed. */
  readonly execPath: string;
  /** As it was started, links not followed: npm's own link outlives what it leads to, as that of an AppImage's copy does. */
  readonly script: string;
  readonly platform: string;
}

/** Asked by the command line: the one that the app brings runs on the Node in the folder above it. */
export function installationOfCommand({ execPath, script, platform }: CommandFacts): Installation {
  const command = dirname(dirname(script));
  const brought = join(command, platform === 'win32' ? 'node.exe' : 'node');
  return existsSync(brought) && realpathSync(brought) === realpathSync(execPath)
    ? { kind: 'app', resources: dirname(command), platform }
    : { kind: 'node', node: execPath, script };
}
