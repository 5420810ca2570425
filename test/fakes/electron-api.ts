// What of Electron the app uses, for a main process under plain Node. It keeps Electron's order (what needs `ready`
// refuses before it) and tells its parent process everything that a person would see; `electron-driver.ts` is the other end.
import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import type * as Electron from 'electron';

/**
 * Holds a fake against electron.d.ts: a member that Electron renames or drops, or whose parameters change, is a type
 * error here. Results are left open, since a fake of a class gives fakes.
 */
type Held<Real, Names extends keyof Real> = {
  [Name in Names]: Real[Name] extends (...args: infer Args) => unknown ? (...args: Args) => unknown : Real[Name];
};

export interface Told {
  readonly told: string;
  readonly [detail: string]: unknown;
}

/** The parent may ask for these; each is answered with a `Told` of the same id. */
export type Ask =
  | { readonly ask: 'invoke'; readonly channel: string; readonly args: readonly unknown[]; readonly frame: Frame }
  | { readonly ask: 'fetch'; readonly url: string; readonly method?: string }
  | { readonly ask: 'click-tray' | 'close-window' | 'quit' }
  | { readonly ask: 'second-instance'; readonly argv?: readonly string[] }
  | { readonly ask: 'open-url'; readonly url: string }
  | { readonly ask: 'power'; readonly event: 'suspend' | 'resume' | 'lock-screen' | 'unlock-screen' }
  | { readonly ask: 'crash-page'; readonly reason: string }
  | { readonly ask: 'click-menu'; readonly label: string }
  | { readonly ask: 'notification'; readonly event: 'action' | 'click' }
  | { readonly ask: 'menu'; readonly event: 'menu-will-show' | 'menu-will-close' }
  | { readonly ask: 'open-window' | 'navigate'; readonly url: string }
  | { readonly ask: 'permission'; readonly permission: string; readonly url: string };

interface Frame {
  readonly url: string;
  readonly parent: { readonly url: string } | null;
}

const tell = (told: string, details: object = {}): void => {
  process.send?.({ told, ...details } satisfies Told);
};

let isReady = false;
let markCodeLoaded: () => void = () => {};
const codeLoaded = new Promise<void>((resolve) => {
  markCodeLoaded = resolve;
});

/** Electron gets ready after the main module has been evaluated, so one that awaits `ready` at its top waits for ever. */
export function mainModuleEvaluated(): void {
  isReady = true;
  markCodeLoaded();
}

function needsReady(what: string): void {
  if (!isReady) throw new Error(`${what} can only be used after ready.`);
}

interface Preventable {
  preventDefault(): void;
}

/** Emits with an event that listeners may prevent. Says whether one did. */
function emitPreventable(emitter: EventEmitter, name: string, ...args: unknown[]): boolean {
  let isPrevented = false;
  const event: Preventable = {
    preventDefault: () => {
      isPrevented = true;
    },
  };
  emitter.emit(name, event, ...args);
  return isPrevented;
}

const paths = new Map<string, string>();

class FakeApp
  extends EventEmitter
  implements
    Held<
      Electron.App,
      | 'whenReady'
      | 'setPath'
      | 'getPath'
      | 'getVersion'
      | 'requestSingleInstanceLock'
      | 'quit'
      | 'exit'
      | 'isPackaged'
      | 'setAsDefaultProtocolClient'
      | 'getAppPath'
      | 'setAppUserModelId'
      | 'getPreferredSystemLanguages'
      | 'getLoginItemSettings'
      | 'setLoginItemSettings'
      | 'on'
    >
{
  readonly isPackaged = false;

  whenReady(): Promise<void> {
    return codeLoaded;
  }
  setPath(name: string, path: string): void {
    paths.set(name, path);
  }
  getPath(name: string): string {
    const path = paths.get(name);
    if (path === undefined) throw new Error(`No path was set for ${name}: a person's own folder would be used.`);
    return path;
  }
  getVersion(): string {
    return '0.0.0';
  }
  setAppUserModelId(): void {}
  getAppPath(): string {
    return '/app';
  }
  getPreferredSystemLanguages(): string[] {
    return ['en-GB'];
  }
  /** Only macOS and Windows have them. */
  getLoginItemSettings(): Partial<Electron.LoginItemSettings> {
    return {};
  }
  setLoginItemSettings(settings: Electron.Settings): void {
    tell('login-item', { settings });
  }
  setAsDefaultProtocolClient(protocol: string): boolean {
    tell('protocol-client', { protocol });
    return true;
  }
  requestSingleInstanceLock(): boolean {
    return process.env.FAKE_ELECTRON_IS_SECOND === undefined;
  }
  quit(): void {
    if (emitPreventable(this, 'before-quit')) return;
    for (const window of FakeBrowserWindow.open) {
      if (!window.closeFor()) return;
    }
    if (emitPreventable(this, 'will-quit')) return;
    this.exit(0);
  }
  exit(exitCode = 0): void {
    tell('exit', { exitCode });
    process.exit(exitCode);
  }
}

class FakeSession
  implements
    Held<Electron.Session, 'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'>
{
  requestHandler: Parameters<Electron.Session['setPermissionRequestHandler']>[0] = null;
  checkHandler: Parameters<Electron.Session['setPermissionCheckHandler']>[0] = null;

  setPermissionRequestHandler(handler: Parameters<Electron.Session['setPermissionRequestHandler']>[0]): void {
    this.requestHandler = handler;
  }
  setPermissionCheckHandler(handler: Parameters<Electron.Session['setPermissionCheckHandler']>[0]): void {
    this.checkHandler = handler;
  }
  setDevicePermissionHandler(): void {}
}

class FakeWebContents
  extends EventEmitter
  implements Held<Electron.WebContents, 'send' | 'setWindowOpenHandler' | 'reload' | 'on'>
{
  readonly session = new FakeSession();
  openHandler: Parameters<Electron.WebContents['setWindowOpenHandler']>[0] = () => ({ action: 'allow' });

  send(channel: string, ...args: unknown[]): void {
    tell('sent', { channel, args });
  }
  reload(): void {
    tell('window-reloads');
  }
  setWindowOpenHandler(handler: Parameters<Electron.WebContents['setWindowOpenHandler']>[0]): void {
    this.openHandler = handler;
  }
}

class FakeBrowserWindow
  extends EventEmitter
  implements
    Held<
      Electron.BrowserWindow,
      | 'loadURL'
      | 'show'
      | 'hide'
      | 'focus'
      | 'restore'
      | 'isMinimized'
      | 'isDestroyed'
      | 'isVisible'
      | 'isFocused'
      | 'getNormalBounds'
      | 'on'
      | 'once'
    >
{
  static readonly open: FakeBrowserWindow[] = [];
  readonly webContents = new FakeWebContents();
  #isDestroyed = false;
  #isVisible = false;

  constructor(options: Electron.BrowserWindowConstructorOptions) {
    needsReady('BrowserWindow');
    super();
    FakeBrowserWindow.open.push(this);
    tell('window-created', { options });
  }
  async loadURL(url: string): Promise<void> {
    tell('window-loads', { url });
    this.emit('ready-to-show');
  }
  show(): void {
    this.#isVisible = true;
    tell('window-shown');
  }
  hide(): void {
    this.#isVisible = false;
    tell('window-hidden');
  }
  focus(): void {
    tell('window-focused');
  }
  restore(): void {}
  isVisible(): boolean {
    return this.#isVisible;
  }
  /** One that is there has the focus. */
  isFocused(): boolean {
    return this.#isVisible;
  }
  isMinimized(): boolean {
    return false;
  }
  isDestroyed(): boolean {
    return this.#isDestroyed;
  }
  getNormalBounds(): Electron.Rectangle {
    return { x: 10, y: 20, width: 900, height: 700 };
  }
  /** Closes unless a listener prevents it. */
  closeFor(): boolean {
    if (emitPreventable(this, 'close')) return false;
    this.#isDestroyed = true;
    tell('window-closed');
    return true;
  }
}

class FakeTray
  extends EventEmitter
  implements Held<Electron.Tray, 'setImage' | 'setToolTip' | 'setContextMenu' | 'destroy' | 'on'>
{
  static latest: FakeTray | undefined;
  #isDestroyed = false;

  constructor(image: { readonly path: string }) {
    needsReady('Tray');
    if (process.env.FAKE_ELECTRON_HAS_NO_TRAY) throw new Error('There is no tray here.');
    super();
    FakeTray.latest = this;
    tell('tray-created', { image: image.path });
  }
  setImage(image: unknown): void {
    this.#needsLife();
    tell('tray-image', { image: (image as { readonly path: string }).path });
  }
  setToolTip(toolTip: string): void {
    this.#needsLife();
    tell('tray-tooltip', { toolTip });
  }
  setContextMenu(menu: object | null): void {
    this.#needsLife();
    if (!(menu instanceof FakeMenu)) return;
    FakeMenu.shown = menu;
    tell('tray-menu', { labels: labelsOf(menu.template) });
  }
  destroy(): void {
    this.#isDestroyed = true;
    tell('tray-destroyed');
  }
  #needsLife(): void {
    if (this.#isDestroyed) throw new Error('Tray is destroyed');
  }
}

type MenuTemplate = readonly (Electron.MenuItemConstructorOptions | Electron.MenuItem)[];

function labelsOf(template: MenuTemplate): string[] {
  return template.map(({ label }) => label ?? '');
}

class FakeMenu extends EventEmitter {
  static shown: FakeMenu | undefined;
  readonly template: MenuTemplate;

  constructor(template: MenuTemplate) {
    super();
    this.template = template;
  }
  static buildFromTemplate(template: MenuTemplate): FakeMenu {
    return new FakeMenu(template);
  }
  /** The item of that label, in a submenu too: "notes: Connected > Reconnect". */
  find(label: string): Electron.MenuItemConstructorOptions | Electron.MenuItem | undefined {
    return label.split(' > ').reduce<{ found?: MenuTemplate[number]; inside: MenuTemplate }>(
      ({ inside }, step) => {
        const found = inside.find((item) => item.label === step);
        const submenu = found?.submenu;
        return { ...(found ? { found } : {}), inside: Array.isArray(submenu) ? submenu : [] };
      },
      { inside: this.template },
    ).found;
  }
}
FakeMenu satisfies Held<typeof Electron.Menu, 'buildFromTemplate'>;

class FakeNotification extends EventEmitter implements Held<Electron.Notification, 'show' | 'close' | 'on'> {
  static readonly shown: FakeNotification[] = [];
  readonly #title: string;
  readonly #options: Electron.NotificationConstructorOptions;

  constructor(options: Electron.NotificationConstructorOptions) {
    needsReady('Notification');
    super();
    this.#title = options.title ?? '';
    this.#options = options;
  }
  static isSupported(): boolean {
    return true;
  }
  show(): void {
    FakeNotification.shown.push(this);
    const { title, body, actions } = this.#options;
    tell('notification', { title, body, buttons: actions?.map(({ text }) => text) });
  }
  close(): void {
    tell('notification-closed', { title: this.#title });
  }
}
FakeNotification satisfies Held<typeof Electron.Notification, 'isSupported'>;

/** A utility process is played by a forked one: what it serves on its parent port it serves on Node's channel too. */
class FakeUtilityProcess
  extends EventEmitter
  implements Held<Electron.UtilityProcess, 'postMessage' | 'kill' | 'on' | 'once' | 'pid'>
{
  readonly #child: ReturnType<typeof fork>;

  constructor(child: ReturnType<typeof fork>) {
    super();
    this.#child = child;
    child.on('spawn', () => this.emit('spawn'));
    child.on('message', (message) => this.emit('message', message));
    child.on('exit', (code) => this.emit('exit', code ?? 1));
    tell('utility-process', { pid: child.pid });
  }
  get pid(): number | undefined {
    return this.#child.exitCode === null ? this.#child.pid : undefined;
  }
  postMessage(message: object): void {
    if (this.#child.connected) this.#child.send(message);
  }
  kill(): boolean {
    return this.#child.kill('SIGTERM');
  }
}

const handlers = new Map<string, (event: { senderFrame: Frame | null }, ...args: unknown[]) => unknown>();
const schemes = new Map<string, (request: Request) => Response | Promise<Response>>();

export const app = new FakeApp();
export const BrowserWindow = FakeBrowserWindow;
export const Tray = FakeTray;
export const Menu = FakeMenu;
export const Notification = FakeNotification;

export const dialog = {
  showErrorBox: (title: string, content: string) => tell('error-box', { title, content }),
  /** Pressed is the button that FAKE_ELECTRON_PRESSES names. */
  showMessageBox: async (first: unknown, ofWindow?: Electron.MessageBoxOptions) => {
    const options = ofWindow ?? (first as Electron.MessageBoxOptions);
    tell('message-box', { options });
    const response = options.buttons?.indexOf(process.env.FAKE_ELECTRON_PRESSES ?? '') ?? -1;
    return { response, checkboxChecked: false };
  },
} satisfies Held<Electron.Dialog, 'showErrorBox' | 'showMessageBox'>;

export const ipcMain = {
  handle: (channel: string, listener: (event: never, ...args: never[]) => unknown) => {
    handlers.set(channel, listener as (event: { senderFrame: Frame | null }, ...args: unknown[]) => unknown);
  },
  on: () => undefined,
} satisfies Held<Electron.IpcMain, 'handle' | 'on'>;

export const nativeImage = {
  createFromPath: (path: string) => ({ path }),
} satisfies Held<typeof Electron.nativeImage, 'createFromPath'>;

class FakeNativeTheme
  extends EventEmitter
  implements
    Held<
      Electron.NativeTheme,
      'themeSource' | 'shouldUseDarkColors' | 'shouldUseDarkColorsForSystemIntegratedUI' | 'on'
    >
{
  themeSource: Electron.NativeTheme['themeSource'] = 'system';
  readonly shouldUseDarkColors = false;
  readonly shouldUseDarkColorsForSystemIntegratedUI = false;
}
export const nativeTheme = new FakeNativeTheme();

export const clipboard = {
  writeText: (text: string) => tell('copied', { text }),
} satisfies Held<Electron.Clipboard, 'writeText'>;

class FakePowerMonitor
  extends EventEmitter
  implements Held<Electron.PowerMonitor, 'getSystemIdleState' | 'getSystemIdleTime' | 'on'>
{
  getSystemIdleState(): string {
    return 'active';
  }
  getSystemIdleTime(): number {
    return 0;
  }
}
export const powerMonitor = new FakePowerMonitor();

export const protocol = {
  registerSchemesAsPrivileged: (privileged: Electron.CustomScheme[]) => {
    if (isReady) throw new Error('Schemes can only be registered before ready.');
    tell('schemes', { privileged });
  },
  handle: (scheme: string, handler: (request: Request) => Response | Promise<Response>) => {
    needsReady('protocol');
    schemes.set(scheme, handler);
  },
} satisfies Held<Electron.Protocol, 'registerSchemesAsPrivileged' | 'handle'>;

export const screen = {
  getAllDisplays: () => {
    needsReady('screen');
    return [{ workArea: { x: 0, y: 0, width: 1920, height: 1040 } }];
  },
} satisfies Held<Electron.Screen, 'getAllDisplays'>;

export const shell = {
  openExternal: async (url: string) => tell('opened-externally', { url }),
} satisfies Held<Electron.Shell, 'openExternal'>;

export const utilityProcess = {
  fork: (modulePath: string, args: string[] = [], options: Electron.ForkOptions = {}) => {
    needsReady('utilityProcess');
    const env: NodeJS.ProcessEnv = { ...(options.env ?? process.env) };
    return new FakeUtilityProcess(
      fork(modulePath, args, { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'], env }),
    );
  },
} satisfies Held<typeof Electron.utilityProcess, 'fork'>;

// electron-store asks for the whole module.
export default {
  app,
  BrowserWindow,
  Tray,
  Menu,
  Notification,
  dialog,
  ipcMain,
  nativeImage,
  nativeTheme,
  clipboard,
  powerMonitor,
  protocol,
  screen,
  shell,
  utilityProcess,
};

async function perform(asked: Ask): Promise<unknown> {
  const window = FakeBrowserWindow.open[0];
  const contents = window?.webContents;
  switch (asked.ask) {
    case 'invoke': {
      const handler = handlers.get(asked.channel);
      if (!handler) throw new Error(`No handler registered for '${asked.channel}'`);
      // As Electron does: what goes to the page is cloned.
      return structuredClone(await handler({ senderFrame: asked.frame }, ...asked.args));
    }
    case 'fetch': {
      const handler = schemes.get(new URL(asked.url).protocol.replace(':', ''));
      if (!handler) throw new Error(`Nobody serves ${asked.url}`);
      const response = await handler(new Request(asked.url, { method: asked.method ?? 'GET' }));
      const { status, headers } = response;
      return { status, headers: Object.fromEntries(headers), text: await response.text() };
    }
    case 'second-instance':
      return app.emit('second-instance', {}, ['electron', '.', ...(asked.argv ?? [])], '/');
    case 'open-url':
      return emitPreventable(app, 'open-url', asked.url);
    case 'power':
      return powerMonitor.emit(asked.event);
    case 'crash-page':
      return contents?.emit('render-process-gone', {}, { reason: asked.reason, exitCode: 1 });
    case 'click-tray':
      return FakeTray.latest?.emit('click');
    case 'close-window':
      return window?.closeFor();
    case 'quit':
      return app.quit();
    case 'click-menu': {
      const item = FakeMenu.shown?.find(asked.label);
      if (!item?.click) throw new Error(`The menu has nothing to click that is labelled ${asked.label}`);
      return Reflect.apply(item.click, undefined, []);
    }
    case 'notification':
      return FakeNotification.shown.at(-1)?.emit(asked.event, { actionIndex: 0 });
    case 'menu':
      return FakeMenu.shown?.emit(asked.event);
    case 'open-window':
      return contents?.openHandler({
        url: asked.url,
        frameName: '',
        features: '',
        disposition: 'new-window',
        referrer: { url: '', policy: 'default' },
      });
    case 'navigate':
      return contents ? emitPreventable(contents, 'will-navigate', asked.url) : undefined;
    case 'permission':
      return decide(contents?.session, asked.permission, asked.url);
  }
}

function decide(session: FakeSession | undefined, permission: string, url: string): boolean {
  let isGranted = false;
  const args = [{}, permission, (granted: boolean) => (isGranted = granted), { requestingUrl: url, isMainFrame: true }];
  if (session?.requestHandler) Reflect.apply(session.requestHandler, undefined, args);
  else isGranted = true;
  const isAllowed = session?.checkHandler
    ? Reflect.apply(session.checkHandler, undefined, [{}, permission, url, {}]) === true
    : true;
  return isGranted && isAllowed;
}

process.on('message', (asked: Ask & { readonly id: number }) => {
  perform(asked).then(
    (value) => tell('answer', { id: asked.id, value }),
    (error: unknown) => tell('answer', { id: asked.id, error: String(error) }),
  );
});
// Electron's own handler of these signals.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => app.quit());
