import type { Socket } from 'node:net';
import type { Settings, Snapshot } from '../src-preload/contract.ts';
import type { Handlers } from '../src-preload/derive.ts';
import { createConfigFile } from './adapters/config-file.ts';
import { isUsualDataDir, openDataFolder, resolveDataDir } from './adapters/data-folder.ts';
import type { PassphraseSources } from './adapters/file-vault/passphrase.ts';
import { createHttp } from './adapters/http.ts';
import { createKeptRecord } from './adapters/kept-record.ts';
import type { SpawnWorker } from './adapters/keychain/worker-process.ts';
import { createLogFile } from './adapters/log-file.ts';
import { createNetwork } from './adapters/network.ts';
import { createPrograms } from './adapters/programs/programs.ts';
import { readProxyVariables } from './adapters/proxy-variables.ts';
import { createStoredJson } from './adapters/stored-json.ts';
import { createSystemClock } from './adapters/system-clock.ts';
import { createSystemRandom } from './adapters/system-random.ts';
import { createUpstreamHttp } from './adapters/upstream-http.ts';
import { type ControlSide, type Subscribe, serveControl } from './control/connection.ts';
import { createHandlers, createSubscribe } from './control/handlers.ts';
import { claimDataFolder } from './control/owner-lock.ts';
import {
  NO_TIMELINES,
  parseAutomaticPages,
  parseCallers,
  parseLoginIndex,
  parseOffers,
  parsePinnedTools,
  parsePort,
  parseTimelines,
} from './engine/config/stored-values.ts';
import { Engine } from './engine/engine.ts';
import { type CommandLine, type Installation, ownCommand } from './engine/model/own-command.ts';
import type { PinnedTools } from './engine/model/pinned-tools.ts';
import type { Problem } from './engine/model/problem.ts';
import { fail, ok, type Result } from './engine/model/result.ts';
import { VERSION } from './engine/model/version.ts';
import { LANGUAGES, THEMES } from './engine/model/window-settings.ts';
import type {
  Browser,
  Clock,
  CommandLineTool,
  Logger,
  Presence,
  Random,
  StartAtLogin,
  Stored,
  VaultHealth,
} from './engine/ports.ts';
import { namePortHolder } from './name-port-holder.ts';
import { NO_COMMAND_LINE_TOOL } from './open-command-line-tool.ts';
import { openVault, type VaultKind } from './open-vault.ts';

type Theme = Settings['theme'];
type Language = Settings['language'];

/** A caller that waited for the start is answered before fifty servers are looked at. */
const FIRST_LOOKS_AFTER_MS = 200;

export interface ProgramOptions {
  readonly dataDir: string;
  /** Goes before the configured port; 0 chooses a free one and keeps it. */
  readonly port?: number;
  readonly vault: VaultKind;
  /** Where the passphrase of the `file` vault comes from. */
  readonly passphrase?: PassphraseSources;
  /** Where this program was started from. */
  readonly installation: Installation;
  readonly env: NodeJS.ProcessEnv;
  readonly browser: Browser;
  readonly presence: Presence;
  readonly spawnWorker: SpawnWorker;
  readonly demo: Snapshot['demo'];
  readonly startDemo: Handlers['startDemo'];
  readonly openWindow: () => { url?: string };
  /** Where the theme is kept; without it in the data folder. */
  readonly theme?: Stored<Theme>;
  /** The same for the window's language. */
  readonly language?: Stored<Language>;
  /** Left out where nothing of it could be started at login. */
  readonly startAtLogin?: StartAtLogin;
  /** Left out where it brings no command. */
  readonly commandLineTool?: CommandLineTool;
  /** Somebody asked the program to end. */
  readonly onStop: () => void;
}

export interface RunningProgram {
  readonly handlers: Handlers;
  readonly subscribe: Subscribe;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly endpoint: string;
  readonly vault: VaultHealth;
  /**
   * Whether the vault can be used: an encrypted one proves its passphrase while everything else is up already. A program
   * whose vault did not open is to be closed.
   */
  readonly vaultOpened: Promise<Result<void>>;
  /** The machine woke, or the person came back to it: what is due is looked at now, and a locked keychain tried quietly. */
  look(): void;
  close(): Promise<void>;
}

/** What both entries share: claims the data folder, makes the adapters and the engine, and starts it. */
export async function startProgram(options: ProgramOptions): Promise<Result<RunningProgram>> {
  const folder = openDataFolder(options.dataDir);
  if (!folder.ok) return folder;
  const { dir, id, path } = folder.value;

  // Who connects while the engine is being made waits for it.
  let side: ControlSide | undefined;
  const early: Socket[] = [];
  const claimed = await claimDataFolder({
    dataDir: dir,
    onConnection: (socket) => {
      if (side) serveControl(socket, side);
      else early.push(socket);
    },
  });
  if (!claimed.ok) return claimed;

  const logger = createLogFile({ dir: path('logs'), level: logLevel(options.env) });
  const clock = createSystemClock();
  const random = createSystemRandom();
  const proxyFor = readProxyVariables(options.env);
  const http = createHttp({ proxyFor });
  const upstreamHttp = createUpstreamHttp({ proxyFor });
  const programs = createPrograms({ env: options.env });
  const trust = (certificates: string | undefined): void => {
    http.trust(certificates);
    upstreamHttp.trust(certificates);
  };
  const closeAdapters = async (): Promise<void> => {
    await Promise.all([http.close(), upstreamHttp.close(), programs.close()]);
    clock.stop();
    await logger.flush();
    await claimed.value.release();
  };
  const vaultRefused = (problem: Problem): void => logger.error('vault.not-opened', { problem: problem.code });
  const opened = await openVault({
    ...options,
    dataDir: dir,
    dataFolderId: id,
    pidFile: path('keychain-worker.pid'),
    logger,
    clock,
  });
  if (!opened.ok) {
    vaultRefused(opened.problem);
    await closeAdapters();
    return opened;
  }
  const vault = opened.value;
  const engine = new Engine(
    {
      clock,
      vault,
      random,
      http,
      upstreamHttp,
      programs,
      network: createNetwork(clock),
      logger,
      browser: options.browser,
      presence: options.presence,
      config: createConfigFile({ path: path('config.json'), env: options.env, logger, trust }),
      callersFile: createStoredJson({ path: path('callers.json'), parse: parseCallers, empty: [], logger }),
      loginIndexFile: createStoredJson({ path: path('logins.json'), parse: parseLoginIndex, empty: {}, logger }),
      pinnedTools: createKeptRecord<PinnedTools>(
        createStoredJson({ path: path('tools.json'), parse: parsePinnedTools, empty: [], logger }),
      ),
      timelines: createKeptRecord(
        createStoredJson({ path: path('history.json'), parse: parseTimelines, empty: NO_TIMELINES, logger }),
      ),
      offers: createKeptRecord(createStoredJson({ path: path('offers.json'), parse: parseOffers, empty: {}, logger })),
      portFile: createStoredJson({ path: path('port.json'), parse: parsePort, empty: 0, logger }),
      automaticPagesFile: createStoredJson({
        path: path('automatic-pages.json'),
        parse: parseAutomaticPages,
        empty: {},
        logger,
      }),
      formatTime: (at) => new Intl.DateTimeFormat(undefined, { timeStyle: 'short' }).format(at),
    },
    { firstLooksAfterMs: FIRST_LOOKS_AFTER_MS, ...(options.port === undefined ? {} : { port: options.port }) },
  );

  const close = async (): Promise<void> => {
    await engine.stop();
    await vault.close();
    await closeAdapters();
  };

  const started = await engine.start();
  if (!started.ok) {
    await close();
    const { problem } = started;
    if (problem.code !== 'port-busy') return started;
    return fail(await namePortHolder(problem, resolveDataDir(undefined, options.env, process.platform)));
  }
  const theme =
    options.theme ??
    createStoredJson({ path: path('window.json'), parse: parseTheme, empty: 'system' as const, logger });
  const language =
    options.language ??
    createStoredJson({ path: path('language.json'), parse: parseLanguage, empty: 'system' as const, logger });
  const program = {
    version: VERSION,
    pid: process.pid,
    dataDir: dir,
    command: commandOn(dir, options),
    demo: options.demo,
    openWindow: options.openWindow,
    startDemo: options.startDemo,
    settings: {
      get theme() {
        return theme.value;
      },
      get language() {
        return language.value;
      },
      get logLevel() {
        return logger.level === 'debug' ? ('debug' as const) : ('info' as const);
      },
      startAtLogin: options.startAtLogin ?? NO_START_AT_LOGIN,
      commandLineTool: options.commandLineTool ?? NO_COMMAND_LINE_TOOL,
      saveTheme: (next: Theme) => theme.save(next),
      saveLanguage: (next: Language) => language.save(next),
      setLogLevel: (level: Settings['logLevel']) => {
        logger.level = level;
      },
    },
    stop: options.onStop,
  };
  const handlers = createHandlers(engine, program);
  const subscribe = createSubscribe(engine, program);
  side = { handlers, subscribe, pid: process.pid, version: VERSION };
  for (const socket of early) serveControl(socket, side);
  const { endpoint } = engine.view();
  const look = (): void => {
    clock.look();
    if (vault.health().kind === 'locked') void vault.retryQuietly();
  };
  const vaultOpened = vault.opened.then((result) => {
    if (!result.ok) vaultRefused(result.problem);
    return result;
  });
  return ok({
    handlers,
    subscribe,
    clock,
    random,
    logger,
    endpoint,
    vault: vault.health(),
    vaultOpened,
    look,
    close,
  });
}

/** How another program runs the command line for this engine: the usual folder needs no word. */
function commandOn(dataDir: string, { installation, env }: ProgramOptions): CommandLine {
  const isUsual = isUsualDataDir(dataDir, env, process.platform);
  return ownCommand(installation, ...(isUsual ? [] : ['--data-dir', dataDir]));
}

function logLevel({ GATEHOUSE_LOG_LEVEL: wanted }: NodeJS.ProcessEnv): 'debug' | 'info' {
  return wanted === 'debug' ? 'debug' : 'info';
}

function parseLanguage(value: unknown): Language | undefined {
  return LANGUAGES.find((language) => language === value);
}

function parseTheme(value: unknown): Theme | undefined {
  return THEMES.find((theme) => theme === value);
}

/** Said by who runs without a desktop; its own way is named in the sentence. */
const NO_START_AT_LOGIN: StartAtLogin = {
  state: 'not-here',
  set: async () =>
    fail({
      code: 'not-available',
      detail:
        'Only the desktop app can be started at login so. Without a desktop, "gatehouse service install" starts it with the system.',
    }),
  onChange: () => () => undefined,
};
