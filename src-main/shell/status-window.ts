import { app, BrowserWindow, type Rectangle, type Session, screen, type WebContents } from 'electron';
import { EVENT_CHANNEL } from '../../src-preload/channels.ts';
import type { EventName } from '../../src-preload/derive.ts';
import { isWindowUrl, WINDOW_URL } from './window-address.ts';
import { boundsToOpen, SMALLEST_SIZE } from './window-bounds.ts';

export interface StatusWindowOptions {
  readonly preload: string;
  readonly icon: string;
  readonly savedBounds: Rectangle | undefined;
  readonly saveBounds: (bounds: Rectangle) => void;
  /** A link in the page that leads elsewhere: it goes to the person's browser. */
  readonly openLink: (url: string) => void;
  /** It is made, and shown only when somebody asks for it. */
  readonly isHidden: boolean;
  /** Its page died; it is loaded again by itself. */
  readonly onCrash: (reason: string) => void;
}

export interface StatusWindow {
  /** Shows it in front of everything, wherever it was. */
  show(): void;
  /** Whether a person has it before them. */
  isLookedAt(): boolean;
  /** Resolves when the page is there. */
  load(): Promise<void>;
  send(event: EventName, payload: unknown): void;
}

/** The one window. Closing it hides it; the program lives on in the tray. */
export function createStatusWindow(options: StatusWindowOptions): StatusWindow {
  const workAreas = screen.getAllDisplays().map((display) => display.workArea);
  const window = new BrowserWindow({
    ...boundsToOpen(options.savedBounds, workAreas),
    minWidth: SMALLEST_SIZE.width,
    minHeight: SMALLEST_SIZE.height,
    title: 'Gatehouse',
    icon: options.icon,
    show: false,
    autoHideMenuBar: true,
    webPreferences: {
      preload: options.preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
    },
  });
  keepToItself(window.webContents, options.openLink);
  denyPermissions(window.webContents.session);

  let isQuitting = false;
  app.on('before-quit', () => {
    isQuitting = true;
  });
  window.on('close', (event) => {
    options.saveBounds(window.getNormalBounds());
    if (isQuitting) return;
    event.preventDefault();
    window.hide();
  });
  if (!options.isHidden) window.once('ready-to-show', () => window.show());
  healCrashes(window.webContents, options.onCrash);

  return {
    load: () => window.loadURL(WINDOW_URL),
    show: () => {
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
    isLookedAt: () => !window.isDestroyed() && window.isVisible() && window.isFocused(),
    send: (event, payload) => {
      if (!window.isDestroyed()) window.webContents.send(EVENT_CHANNEL, event, payload);
    },
  };
}

/** A page that dies again and again is left as it is; the tray still does everything. */
const RELOADS_IN_A_ROW = 3;
/** One that lived for so long has healed. */
const HEALED_AFTER_MS = 60_000;

function healCrashes(contents: WebContents, onCrash: (reason: string) => void): void {
  let reloads = 0;
  let lastAt = 0;
  contents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    onCrash(reason);
    reloads = Date.now() - lastAt > HEALED_AFTER_MS ? 1 : reloads + 1;
    lastAt = Date.now();
    if (reloads <= RELOADS_IN_A_ROW) contents.reload();
  });
}

/** No navigation, no second window, no guest page. */
function keepToItself(contents: WebContents, openLink: (url: string) => void): void {
  contents.setWindowOpenHandler(({ url }) => {
    openLink(url);
    return { action: 'deny' };
  });
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/** The page needs one permission, for its Copy buttons: to write text to the clipboard. */
const GRANTED = 'clipboard-sanitized-write';

function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, decide, details) =>
    decide(permission === GRANTED && isWindowUrl(details.requestingUrl)),
  );
  session.setPermissionCheckHandler((_contents, permission, origin) => permission === GRANTED && isWindowUrl(origin));
  session.setDevicePermissionHandler(() => false);
}
