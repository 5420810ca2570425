import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog, nativeTheme, powerMonitor } from 'electron';
import { autostartPath, openAutostartFile } from './adapters/autostart-file.ts';
import { isUsualDataDir, openDataFolder, resolveDataDir } from './adapters/data-folder.ts';
import { takePassphrase } from './adapters/file-vault/passphrase.ts';
import { workerEnvironment } from './adapters/keychain/worker-process.ts';
import { createSystemBrowser } from './adapters/open-in-browser.ts';
import { watchTrayHost } from './adapters/tray-host.ts';
import { attachToEngine } from './attached-engine.ts';
import { answer } from './control/connection.ts';
import { readWindowFile } from './control/window-files.ts';
import { SECURITY_HEADERS } from './control/window-guard.ts';
import type { Installation } from './engine/model/own-command.ts';
import type { Problem } from './engine/model/problem.ts';
import { ok, type Result } from './engine/model/result.ts';
import { sentenceFor } from './engine/model/words.ts';
import { checkOpenableUrl } from './engine/oauth/safe-url.ts';
import type { Browser, CommandLineTool, StartAtLogin } from './engine/ports.ts';
import { installationOfApp } from './installation.ts';
import { openCommandLineTool } from './open-command-line-tool.ts';
import { type RunningProgram, startProgram } from './program.ts';
import { appCommandAtLogin } from './shell/app-command.ts';
import { type AppStateFile, openAppState } from './shell/app-state.ts';
import { collectDeepLinks, type DeepLinks } from './shell/deep-links.ts';
import { type Desktop, type DesktopOptions, type ShownEngine, showDesktop } from './shell/desktop.ts';
import { createKeychainProcess } from './shell/keychain-process.ts';
import { createLoginItem, wasOpenedAtLogin } from './shell/login-item.ts';
import { createDesktopBrowser } from './shell/open-in-browser.ts';
import { portChoice, portQuestion } from './shell/port-choice.ts';
import { onReturn } from './shell/power-events.ts';
import { createDesktopPresence } from './shell/presence.ts';
import { closeBeforeQuit } from './shell/quit.ts';
import { parseStartOptions, type StartOptions } from './shell/start-options.ts';
import { watchSystemDark } from './shell/system-dark.ts';
import { createUpdates } from './shell/updates.ts';
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

async function run(options: StartOptions & { readonly dataDir: string }, links: DeepLinks): Promise<void> {
  const state = openAppState();
  const isSystemDark = watchSystemDark(platform);
  nativeTheme.themeSource = state.get('theme');
  const browser = env.GATEHOUSE_BROWSER ? createSystemBrowser({ env }) : createDesktopBrowser(checkOpenableUrl);
  const startAtLogin = await openStartAtLogin(options.dataDir);
  const installation = installationOfApp({
    isPackaged: app.isPackaged,
    execPath: process.execPath,
    resourcesPath: process.resourcesPath,
    script: join(HERE, 'cli.js'),
    copyFolder: options.dataDir,
    env,
    platform,
  });
  const { tool: commandLineTool, ready: commandReady } = openCommandLineTool({
    installation,
    resourcesPath: process.resourcesPath,
    env,
    platform,
    isUsualFolder: isUsualDataDir(options.dataDir, env, platform),
  });
  // A checkout has nothing to be updated from.
  const updater = app.isPackaged ? (await import('electron-updater')).default.autoUpdater : undefined;
  let desktop: Desktop | undefined;
  const openWindow = (): void => desktop?.showWindow();

  const show = async (engine: ShownEngine, warn: DesktopOptions['warn']): Promise<void> => {
    serveWindowFiles({
      readFile: (path) => readWindowFile(join(HERE, '../renderer'), path),
      headers: SECURITY_HEADERS,
    });
    desktop = await showDesktop({
      engine,
      state,
      assets: ASSETS,
      preload: join(HERE, '../preload/preload.cjs'),
      answer: (call, input) => answer(engine.handlers, call, input),
      openLink: browser.open,
      isHidden: options.hidden || wasOpenedAtLogin(app, platform),
      env,
      isSystemDark,
      startAtLogin,
      commandLineTool,
      watchTrayHost: async (onCome) => (platform === 'linux' ? watchTrayHost(env, onCome) : undefined),
      openUpdates:
        updater && ((onChange) => createUpdates(updater, onChange, (detail) => warn('update.failed', { detail }))),
      warn,
    });
    links.follow(engine.handlers);
    void commandReady.then((ready) => {
      if (!ready.ok) warn('command.not-copied', { detail: sentenceFor(ready.problem) });
    });
  };

  const started = await startOwnEngine(options, {
    state,
    browser,
    installation,
    startAtLogin,
    commandLineTool,
    openWindow,
  });
  if (started === 'quit') return app.exit(EXIT_CODES['port-busy']);
  if (started.ok) {
    const { logger, look, vaultOpened, close } = started.value;
    onReturn(powerMonitor, (event) => {
      logger.info('power.returned', { reason: event });
      look();
    });
    await show(started.value, (event, fields) => logger.warn(event, fields));
    const vault = await vaultOpened;
    if (vault.ok) return;
    await close();
    return refuse(vault.problem);
  }
  if (started.problem.code !== 'already-running') return refuse(started.problem);
  // Its only other owner can be an engine without a window: another app would have held the single instance.
  const attached = await attachToEngine({
    dataDir: options.dataDir,
    browser,
    startAtLogin,
    commandLineTool,
    openWindow,
  });
  if (!attached.ok) return refuse(started.problem);
  // The log file is the engine's.
  return show(attached.value, (event, fields) => process.stderr.write(`${event} ${JSON.stringify(fields)}\n`));
}

async function openStartAtLogin(dataDir: string): Promise<StartAtLogin> {
  const isUsual = isUsualDataDir(dataDir, env, platform);
  const { isPackaged } = app;
  const command = appCommandAtLogin({
    isPackaged,
    execPath: process.execPath,
    appPath: app.getAppPath(),
    env,
    dataDir: isUsual ? undefined : dataDir,
  });
  if (platform !== 'linux') return createLoginItem(app, platform, command);
  // A checkout or another data folder does not take the place of the installed app by itself.
  return openAutostartFile(autostartPath(env), command, { isRenewed: isPackaged && isUsual });
}

interface OwnEngineDoors {
  readonly state: AppStateFile;
  readonly browser: Browser;
  readonly installation: Installation;
  readonly startAtLogin: StartAtLogin;
  readonly commandLineTool: CommandLineTool;
  readonly openWindow: () => void;
}

/** On the port that the person chooses where the usual one is taken; `quit` where they want none. */
async function startOwnEngine(
  options: StartOptions & { readonly dataDir: string },
  { state, browser, installation, startAtLogin, commandLineTool, openWindow }: OwnEngineDoors,
): Promise<Result<RunningProgram> | 'quit'> {
  const given = takePassphrase(env);
  const start = (chosen: { readonly port?: number }) =>
    startProgram({
      ...options,
      ...chosen,
      passphrase: {
        ...(options.passphraseFile === undefined ? {} : { file: options.passphraseFile }),
        ...(given ? { given } : {}),
      },
      installation,
      env,
      browser,
      presence: createDesktopPresence(powerMonitor),
      spawnWorker: createKeychainProcess(join(HERE, 'keychain-worker.js'), workerEnvironment(env)),
      demo: app.isPackaged || !existsSync(DEMO_SCRIPT) ? 'absent' : env.GATEHOUSE_DEMO ? 'running-here' : 'offered',
      startDemo: () => startDemoProcess(DEMO_SCRIPT, env),
      startAtLogin,
      commandLineTool,
      openWindow: () => {
        openWindow();
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
  const started = await starting;
  if (started.ok || started.problem.code !== 'port-busy') return started;
  const { response } = await dialog.showMessageBox(portQuestion(started.problem));
  if (portChoice(response) === 'quit') return 'quit';
  starting = start({ port: 0 });
  return starting;
}

const prepared = prepare();
if (!prepared.ok) refuse(prepared.problem);
else if (app.requestSingleInstanceLock()) {
  registerWindowScheme();
  const links = collectDeepLinks(process.argv);
  // Not awaited here: Electron gets ready only after this module has been evaluated.
  void app
    .whenReady()
    .then(() => run(prepared.value, links))
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
