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
}

export interface StatusWindow {
  /** Shows it in front of everything, wherever it was. */
  show(): void;
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
  window.once('ready-to-show', () => window.show());

  return {
    load: () => window.loadURL(WINDOW_URL),
    show: () => {
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
    send: (event, payload) => {
      if (!window.isDestroyed()) window.webContents.send(EVENT_CHANNEL, event, payload);
    },
  };
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
