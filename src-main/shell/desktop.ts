import { join } from 'node:path';
import { app, clipboard } from 'electron';
import type { EventName, Handlers } from '../../src-preload/derive.ts';
import { ok, type Result } from '../engine/model/result.ts';
import type { CommandLineTool, Dispose, StartAtLogin } from '../engine/ports.ts';
import type { AppStateFile } from './app-state.ts';
import { type IpcOptions, serveIpc } from './ipc.ts';
import { createLiveTray } from './live-tray.ts';
import { createNotifications } from './notifications.ts';
import { afterEvent, type Shown } from './shown-servers.ts';
import { type Speech, speechFor } from './speech.ts';
import { createStatusWindow } from './status-window.ts';
import { createTrayCommands } from './tray-commands.ts';
import type { TrayCommand } from './tray-items.ts';
import type { Updates } from './updates.ts';

/** An engine to show: of this process, or of another one that the app is attached to. */
export interface ShownEngine {
  readonly handlers: Handlers;
  readonly subscribe: (listener: (event: EventName, payload: unknown) => void) => Dispose;
}

export interface DesktopOptions {
  readonly engine: ShownEngine;
  readonly state: AppStateFile;
  /** The icons, and the built preload. */
  readonly assets: string;
  readonly preload: string;
  readonly answer: IpcOptions['answer'];
  readonly openLink: (url: string) => Promise<Result<void>>;
  /** In the tray only, as at the start of the session. */
  readonly isHidden: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly isSystemDark: () => boolean;
  readonly startAtLogin: StartAtLogin;
  readonly commandLineTool: CommandLineTool;
  /** Tells when a panel came that shows tray icons, once it has resolved; silent where the system sees to that itself. */
  readonly watchTrayHost: (onCome: () => void) => Promise<unknown>;
  /** Undefined where there are no updates to be had. */
  readonly openUpdates: ((onChange: () => void) => Updates) | undefined;
  readonly warn: (event: string, fields: Readonly<Record<string, string>>) => void;
}

export interface Desktop {
  showWindow(): void;
}

/** Window and tray for an engine. */
export async function showDesktop(options: DesktopOptions): Promise<Desktop> {
  const { engine, state, assets, warn } = options;
  serveIpc({ answer: options.answer, onRefused: (url) => warn('ipc.refused', { url }) });
  const window = createStatusWindow({
    preload: options.preload,
    icon: join(assets, 'icon.png'),
    savedBounds: state.get('windowBounds'),
    saveBounds: (bounds) => state.set('windowBounds', bounds),
    openLink: (url) => void options.openLink(url),
    isHidden: options.isHidden,
    onCrash: (reason) => warn('window.crashed', { reason }),
  });
  let shown: Shown = { snapshot: undefined };
  const speech = (): Speech => speechFor(state.get('language'), app.getPreferredSystemLanguages(), Date.now);
  const updates = options.openUpdates?.(() => tray.redraw());
  const runCommand = createTrayCommands({
    handlers: engine.handlers,
    snapshot: () => shown.snapshot,
    copy: (text) => clipboard.writeText(text),
    open: window.show,
    setStartAtLogin: (isOn) => options.startAtLogin.set(isOn),
    installCommandLineTool: () => install(options.commandLineTool),
    updates,
    quit: () => app.quit(),
  });
  const perform = (command: TrayCommand): void => void runCommand(command);
  const tray = createLiveTray({
    assets,
    env: options.env,
    isSystemDark: options.isSystemDark,
    perform,
    startAtLogin: options.startAtLogin,
    commandLineTool: options.commandLineTool,
    speech,
    updates: () => updates?.state,
    watchHost: options.watchTrayHost,
    warn,
  });
  state.onDidChange('language', () => tray.redraw());
  const notifications = createNotifications({ speech, perform, isLooking: window.isLookedAt });
  const tell = (): void => {
    tray.tell(shown.snapshot);
    notifications.tell(shown.snapshot);
    updates?.look(shown.snapshot);
  };
  engine.subscribe((event, payload) => {
    window.send(event, payload);
    shown = afterEvent(shown, event, payload);
    tell();
  });
  const first = await engine.handlers.status({});
  if (first.ok) shown = afterEvent(shown, 'snapshot', first.value);
  tell();

  app.on('second-instance', window.show);
  app.on('activate', window.show);
  window.load().catch((error: unknown) => {
    warn('window.load-failed', { detail: error instanceof Error ? error.message : String(error) });
  });
  return { showWindow: window.show };
}

async function install(tool: CommandLineTool): Promise<Result<boolean>> {
  const done = await tool.set(true);
  if (!done.ok) return done;
  const { state } = tool;
  return ok(state.kind === 'installed' && state.reach.kind === 'found');
}
