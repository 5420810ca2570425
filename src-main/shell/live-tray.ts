import type { Snapshot } from '../../src-preload/contract.ts';
import type { CommandLineTool, StartAtLogin } from '../engine/ports.ts';
import type { Speech } from './speech.ts';
import { createTray } from './tray.ts';
import type { TrayCommand } from './tray-items.ts';
import { trayLook } from './tray-menu.ts';
import { menuWrites } from './tray-policy.ts';
import type { UpdateState } from './update-policy.ts';

export interface LiveTrayOptions {
  readonly assets: string;
  readonly env: NodeJS.ProcessEnv;
  readonly isSystemDark: () => boolean;
  readonly perform: (command: TrayCommand) => void;
  readonly startAtLogin: StartAtLogin;
  readonly commandLineTool: CommandLineTool;
  /** Asked at each drawing: the person may choose another language. */
  readonly speech: () => Speech;
  /** Asked at each drawing; undefined where there are no updates to be had. */
  readonly updates: () => UpdateState | undefined;
  /** Linux: tells when a panel came that shows icons. Resolves when it does so. */
  readonly watchHost: (onCome: () => void) => Promise<unknown>;
  readonly warn: (event: string, fields: Readonly<Record<string, string>>) => void;
}

export interface LiveTray {
  /** The engine's last words; undefined while it does not answer. */
  tell(snapshot: Snapshot | undefined): void;
  /** Something else that it shows changed. */
  redraw(): void;
}

/** Several changes of one moment are one drawing; a person sees each within a second. */
const TOGETHER_MS = 200;
/** How often spans are written anew, in milliseconds. */
const REWRITE_MS = 20_000;

/** The tray icon of a program that lives as long as the process. */
export function createLiveTray(options: LiveTrayOptions): LiveTray {
  const { startAtLogin, commandLineTool, warn } = options;
  const writes = menuWrites(process.platform);
  let snapshot: Snapshot | undefined;
  let isPlanned = false;

  const tray = createTray({
    assets: options.assets,
    env: options.env,
    isSystemDark: options.isSystemDark,
    perform: options.perform,
    onAbsent: (reason) => warn('tray.absent', { reason }),
  });
  let isWatched = false;
  const draw = (): void => {
    // A panel that comes between the icon and the watch would be missed.
    if (!isWatched) return;
    const { state } = startAtLogin;
    const speech = options.speech();
    tray.show(
      trayLook(
        {
          snapshot,
          startsAtLogin: state === 'not-here' ? undefined : state === 'on',
          offersCommandLineTool: commandLineTool.state.kind === 'absent',
          updates: options.updates(),
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
  commandLineTool.onChange(drawSoon);
  void options
    .watchHost(() => tray.renew())
    .then(() => {
      isWatched = true;
      draw();
    });
  if (writes === 'spans') setInterval(draw, REWRITE_MS);
  return {
    redraw: drawSoon,
    tell: (next) => {
      const isFirst = snapshot === undefined;
      snapshot = next;
      if (isFirst) draw();
      else drawSoon();
    },
  };
}
