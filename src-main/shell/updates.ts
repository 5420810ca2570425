import type { AppUpdater } from 'electron-updater';
import type { Snapshot } from '../../src-preload/contract.ts';
import { isInTheMiddle, nextUpdateState, type UpdateEvent, type UpdateState } from './update-policy.ts';

const LOOK_EVERY_MS = 24 * 60 * 60 * 1000;

/** What of electron-updater is used. It checks the publisher's signature on Windows and macOS, the release's hash on Linux. */
export type Updater = Pick<
  AppUpdater,
  'on' | 'checkForUpdates' | 'quitAndInstall' | 'autoDownload' | 'autoInstallOnAppQuit' | 'allowDowngrade' | 'logger'
>;

export interface Updates {
  readonly state: UpdateState;
  check(): void;
  /** Restarts into the update as soon as nothing is cut short by it. */
  install(): void;
  /** For every change of what the engine shows: an update that is wanted may go on now. */
  look(snapshot: Snapshot | undefined): void;
}

/**
 * The app's own updates, of the channel that its version belongs to: `1.2.0` of the stable one, `1.2.0-beta.1` of beta.
 * What was downloaded is also installed when the person quits.
 */
export function createUpdates(updater: Updater, onChange: () => void, warn: (detail: string) => void): Updates {
  let state: UpdateState = { kind: 'none' };
  let shown: Snapshot | undefined;
  const tell = (event: UpdateEvent): void => {
    state = nextUpdateState(state, event);
    onChange();
  };
  const restartWhenFree = (): void => {
    // `before-quit` lets the engine store what is under way, as for every other end.
    if (state.kind === 'restarting-soon' && !isInTheMiddle(shown)) updater.quitAndInstall();
  };
  const check = (): void => {
    tell({ event: 'check' });
    // Its error is told by the event too.
    updater.checkForUpdates().catch(() => undefined);
  };

  updater.autoDownload = true;
  updater.autoInstallOnAppQuit = true;
  updater.allowDowngrade = false;
  // It writes addresses and headers; what matters of it is in the events.
  updater.logger = null;
  updater.on('update-not-available', () => tell({ event: 'not-available' }));
  updater.on('update-available', ({ version }) => tell({ event: 'available', version }));
  updater.on('update-downloaded', ({ version }) => tell({ event: 'downloaded', version }));
  updater.on('error', ({ message }) => {
    const detail = message.split('\n', 1)[0] ?? '';
    warn(detail);
    tell({ event: 'error', detail });
  });
  setInterval(check, LOOK_EVERY_MS).unref();

  return {
    get state() {
      return state;
    },
    check,
    install: () => {
      tell({ event: 'wanted' });
      restartWhenFree();
    },
    look: (snapshot) => {
      shown = snapshot;
      restartWhenFree();
    },
  };
}
