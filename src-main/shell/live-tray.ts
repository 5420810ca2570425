import type { Snapshot } from '../../src-preload/contract.ts';
import type { Handlers } from '../../src-preload/derive.ts';
import type { Dispose, StartAtLogin } from '../engine/ports.ts';
import type { Speech } from './speech.ts';
import { createTray } from './tray.ts';
import { createTrayCommands } from './tray-commands.ts';
import { trayLook } from './tray-menu.ts';
import { menuWrites } from './tray-policy.ts';

export interface LiveTrayOptions {
  readonly assets: string;
  readonly env: NodeJS.ProcessEnv;
  readonly handlers: Handlers;
  readonly startAtLogin: StartAtLogin;
  /** Asked at each drawing: the person may choose another language. */
  readonly speech: () => Speech;
  /** Undefined where there are no updates to be had. */
  readonly checkForUpdates: (() => void) | undefined;
  /** Linux: tells when a panel came that shows icons. */
  readonly watchHost: (onCome: () => void) => Dispose;
  readonly copy: (text: string) => void;
  readonly openWindow: () => void;
  readonly quit: () => void;
  readonly warn: (event: string, fields: Readonly<Record<string, string>>) => void;
}

export interface LiveTray {
  /** The engine's last words; undefined while it does not answer. */
  tell(snapshot: Snapshot | undefined): void;
}

/** Several changes of one moment are one drawing; a person sees each within a second. */
const TOGETHER_MS = 200;
/** How often spans are written anew, in milliseconds. */
const REWRITE_MS = 20_000;

/** The tray icon of a program that lives as long as the process. */
export function createLiveTray(options: LiveTrayOptions): LiveTray {
  const { handlers, startAtLogin, checkForUpdates, openWindow, warn } = options;
  const writes = menuWrites(process.platform);
  let snapshot: Snapshot | undefined;
  let isPlanned = false;

  const perform = createTrayCommands({
    handlers,
    snapshot: () => snapshot,
    copy: options.copy,
    open: openWindow,
    setStartAtLogin: (isOn) => startAtLogin.set(isOn),
    checkForUpdates: () => checkForUpdates?.(),
    quit: options.quit,
  });
  const tray = createTray({
    assets: options.assets,
    env: options.env,
    perform: (command) => void perform(command),
    onAbsent: (reason) => warn('tray.absent', { reason }),
  });
  const draw = (): void => {
    const { state } = startAtLogin;
    const speech = options.speech();
    tray.show(
      trayLook(
        {
          snapshot,
          startsAtLogin: state === 'not-here' ? undefined : state === 'on',
          updates: checkForUpdates && speech.texts.checkForUpdates,
        },
        { ...speech, now: Date.now(), writes },
      ),
    );
  };
  const drawSoon = (): void => {
    if (isPlanned) return;
    isPlanned = true;
    setTimeout(() => {
      isPlanned = false;
      draw();
    }, TOGETHER_MS);
  };

  startAtLogin.onChange(drawSoon);
  options.watchHost(() => tray.renew());
  if (writes === 'spans') setInterval(draw, REWRITE_MS);
  return {
    tell: (next) => {
      const isFirst = snapshot === undefined;
      snapshot = next;
      if (isFirst) draw();
      else drawSoon();
    },
  };
}
