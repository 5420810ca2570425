import type { Installation } from './engine/model/own-command.ts';

interface AppFacts {
  readonly isPackaged: boolean;
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
  return { kind: 'app', resources: env.APPIMAGE ? app.copyFolder : app.resourcesPath, platform };
}
