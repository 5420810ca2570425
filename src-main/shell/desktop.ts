import { join } from 'node:path';
import { app, clipboard } from 'electron';
import type { EventName, Handlers } from '../../src-preload/derive.ts';
import type { Result } from '../engine/model/result.ts';
import type { Dispose, StartAtLogin } from '../engine/ports.ts';
import type { AppStateFile } from './app-state.ts';
import { type IpcOptions, serveIpc } from './ipc.ts';
import { createLiveTray } from './live-tray.ts';
import { afterEvent, type Shown } from './shown-servers.ts';
import { speechFor } from './speech.ts';
import { createStatusWindow } from './status-window.ts';

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
  readonly startAtLogin: StartAtLogin;
  /** Tells when a panel came that shows tray icons; silent where the system sees to that itself. */
  readonly watchTrayHost: (onCome: () => void) => Dispose;
  /** Undefined where there are no updates to be had. */
  readonly checkForUpdates: (() => void) | undefined;
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
  const tray = createLiveTray({
    assets,
    env: options.env,
    handlers: engine.handlers,
    startAtLogin: options.startAtLogin,
    speech: () => speechFor(state.get('language'), app.getPreferredSystemLanguages(), Date.now),
    checkForUpdates: options.checkForUpdates,
    watchHost: options.watchTrayHost,
    copy: (text) => clipboard.writeText(text),
    openWindow: window.show,
    quit: () => app.quit(),
    warn,
  });

  let shown: Shown = { snapshot: undefined };
  engine.subscribe((event, payload) => {
    window.send(event, payload);
    shown = afterEvent(shown, event, payload);
    tray.tell(shown.snapshot);
  });
  const first = await engine.handlers.status({});
  if (first.ok) shown = afterEvent(shown, 'snapshot', first.value);
  tray.tell(shown.snapshot);

  app.on('second-instance', window.show);
  app.on('activate', window.show);
  window.load().catch((error: unknown) => {
    warn('window.load-failed', { detail: error instanceof Error ? error.message : String(error) });
  });
  return { showWindow: window.show };
}
