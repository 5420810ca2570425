import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog, nativeTheme, powerMonitor } from 'electron';
import { openDataFolder, resolveDataDir } from './adapters/data-folder.ts';
import { takePassphrase } from './adapters/file-vault/passphrase.ts';
import { workerEnvironment } from './adapters/keychain/worker-process.ts';
import { createSystemBrowser } from './adapters/open-in-browser.ts';
import { answer } from './control/connection.ts';
import { readWindowFile } from './control/window-files.ts';
import { SECURITY_HEADERS } from './control/window-guard.ts';
import { overallOf } from './engine/model/overall.ts';
import type { Problem } from './engine/model/problem.ts';
import { ok, type Result } from './engine/model/result.ts';
import { sentenceFor } from './engine/model/words.ts';
import { checkOpenableUrl } from './engine/oauth/safe-url.ts';
import { type RunningProgram, startProgram } from './program.ts';
import { openAppState } from './shell/app-state.ts';
import { serveIpc } from './shell/ipc.ts';
import { createKeychainProcess } from './shell/keychain-process.ts';
import { createDesktopBrowser } from './shell/open-in-browser.ts';
import { portChoice, portQuestion } from './shell/port-choice.ts';
import { createDesktopPresence } from './shell/presence.ts';
import { closeBeforeQuit } from './shell/quit.ts';
import { parseStartOptions, type StartOptions } from './shell/start-options.ts';
import { createStatusWindow } from './shell/status-window.ts';
import { createTray, trayImageName } from './shell/tray.ts';
import { registerWindowScheme, serveWindowFiles } from './shell/window-protocol.ts';
import { startDemoProcess } from './start-demo.ts';

/** Built files lie side by side: dist/main, dist/preload, dist/renderer. */
const HERE = import.meta.dirname;
const ASSETS = join(HERE, '../../assets');
const DEMO_SCRIPT = join(HERE, '../../scripts/demo.ts');

/** The exit codes of the command line, for who starts the app from one. */
const EXIT_CODES: Partial<Record<Problem['code'], number>> = {
  'invalid-input': 2,
  'already-running': 7,
  'port-busy': 8,
};

const { env, platform } = process;

/** Said where a person sees it: who clicked on an icon has no terminal. */
function refuse(problem: Problem): void {
  dialog.showErrorBox('Gatehouse cannot start', sentenceFor(problem));
  app.exit(EXIT_CODES[problem.code] ?? 1);
}

function prepare(): Result<StartOptions & { readonly dataDir: string }> {
  const options = parseStartOptions(process.argv.slice(app.isPackaged ? 1 : 2));
  if (!options.ok) return options;
  const folder = openDataFolder(resolveDataDir(options.value.dataDir, env, platform));
  if (!folder.ok) return folder;
  // Chromium's files, and the lock of the single instance: one app for each data folder.
  const userData = folder.value.path('app');
  mkdirSync(userData, { recursive: true, mode: 0o700 });
  app.setPath('userData', userData);
  return ok({ ...options.value, dataDir: folder.value.dir });
}

async function run(options: StartOptions & { readonly dataDir: string }): Promise<void> {
  const state = openAppState();
  nativeTheme.themeSource = state.get('theme');
  const browser = env.GATEHOUSE_BROWSER ? createSystemBrowser({ env }) : createDesktopBrowser(checkOpenableUrl);

  const given = takePassphrase(env);

  let show = (): void => {};
  const start = (chosen: { readonly port?: number }) =>
    startProgram({
      ...options,
      ...chosen,
      passphrase: {
        ...(options.passphraseFile === undefined ? {} : { file: options.passphraseFile }),
        ...(given ? { given } : {}),
      },
      env,
      browser,
      presence: createDesktopPresence(powerMonitor),
      spawnWorker: createKeychainProcess(join(HERE, 'keychain-worker.js'), workerEnvironment(env)),
      demo: app.isPackaged || !existsSync(DEMO_SCRIPT) ? 'absent' : env.GATEHOUSE_DEMO ? 'running-here' : 'offered',
      startDemo: () => startDemoProcess(DEMO_SCRIPT, env),
      openWindow: () => {
        show();
        return {};
      },
      theme: {
        get value() {
          return state.get('theme');
        },
        save: async (theme) => {
          state.set('theme', theme);
          nativeTheme.themeSource = theme;
          return ok(undefined);
        },
      },
      language: {
        get value() {
          return state.get('language');
        },
        save: async (language) => {
          state.set('language', language);
          return ok(undefined);
        },
      },
      // The reply goes out first.
      onStop: () => setImmediate(() => app.quit()),
    });
  let starting = start({});
  closeBeforeQuit(async () => {
    const program = await starting;
    if (program.ok) await program.value.close();
  });
  let started = await starting;
  if (!started.ok && started.problem.code === 'port-busy') {
    const { response } = await dialog.showMessageBox(portQuestion(started.problem));
    if (portChoice(response) === 'quit') return app.exit(EXIT_CODES['port-busy']);
    starting = start({ port: 0 });
    started = await starting;
  }
  if (!started.ok) {
    refuse(started.problem);
    return;
  }
  const program = started.value;
  show = showIn(program, state, browser.open);
  const vault = await program.vaultOpened;
  if (vault.ok) return;
  await program.close();
  refuse(vault.problem);
}

/** The window and the tray for a running program. Gives what shows the window. */
function showIn(
  { engine, handlers, subscribe, logger }: RunningProgram,
  state: ReturnType<typeof openAppState>,
  openLink: (url: string) => Promise<Result<void>>,
): () => void {
  serveWindowFiles({
    readFile: (path) => readWindowFile(join(HERE, '../renderer'), path),
    headers: SECURITY_HEADERS,
  });
  serveIpc({
    answer: (call, input) => answer(handlers, call, input),
    onRefused: (url) => logger.warn('ipc.refused', { url }),
  });
  const window = createStatusWindow({
    preload: join(HERE, '../preload/preload.cjs'),
    icon: join(ASSETS, 'icon.png'),
    savedBounds: state.get('windowBounds'),
    saveBounds: (bounds) => state.set('windowBounds', bounds),
    openLink: (url) => void openLink(url),
  });
  const tray = createTray(join(ASSETS, trayImageName(platform)), { open: window.show, quit: () => app.quit() });
  const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
  const tell = (): void => tray.tell(overallOf(engine.view().servers, (at) => time.format(at)).sentence);

  subscribe((event, payload) => {
    window.send(event, payload);
    tell();
  });
  tell();
  app.on('second-instance', window.show);
  app.on('activate', window.show);
  window.load().catch((error: unknown) => {
    logger.error('window.load-failed', { detail: error instanceof Error ? error.message : String(error) });
  });
  return window.show;
}

const prepared = prepare();
if (!prepared.ok) refuse(prepared.problem);
else if (app.requestSingleInstanceLock()) {
  registerWindowScheme();
  // Not awaited here: Electron gets ready only after this module has been evaluated.
  void app
    .whenReady()
    .then(() => run(prepared.value))
    .catch((error: unknown) => {
      dialog.showErrorBox('Gatehouse cannot start', error instanceof Error ? error.message : String(error));
      app.exit(1);
    });
  // The window hides instead of closing; without a listener Electron would quit when it is destroyed.
  app.on('window-all-closed', () => {});
} else {
  // The first one shows its window.
  app.quit();
}
