import type { Settings, Snapshot } from '../../src-preload/contract.ts';
import type { Handlers } from '../../src-preload/derive.ts';
import type { Engine, NewServer } from '../engine/engine.ts';
import type { CallerLimit } from '../engine/model/caller-limit.ts';
import type { CommandLine } from '../engine/model/own-command.ts';
import { fail, ok, type Result } from '../engine/model/result.ts';
import { say } from '../engine/model/sayings.ts';
import type { CommandLineTool, Dispose, StartAtLogin } from '../engine/ports.ts';
import type { Subscribe } from './connection.ts';

/** What the program around the engine adds: its version, its window, its demo, its end. */
export interface Program {
  readonly version: string;
  readonly pid: number;
  readonly dataDir: string;
  /** How another program runs the command line for this engine. */
  readonly command: CommandLine;
  readonly demo: Snapshot['demo'];
  /** Shows the window, or makes a fresh link to it. */
  openWindow(): { url?: string };
  startDemo: Handlers['startDemo'];
  readonly settings: ProgramSettings;
  /** Ends the program; the reply is on its way first. */
  stop(): void;
}

/** What the person's system keeps of the program. */
export type SystemSettings = Pick<ProgramSettings, 'startAtLogin' | 'commandLineTool'>;

/** Settings that are the program's own. */
export interface ProgramSettings {
  readonly theme: Settings['theme'];
  readonly language: Settings['language'];
  readonly logLevel: Settings['logLevel'];
  saveTheme(theme: Settings['theme']): Promise<Result<void>>;
  saveLanguage(language: Settings['language']): Promise<Result<void>>;
  setLogLevel(level: Settings['logLevel']): void;
  readonly startAtLogin: StartAtLogin;
  readonly commandLineTool: CommandLineTool;
}

export function systemSettings({
  startAtLogin,
  commandLineTool,
}: SystemSettings): Pick<Settings, 'startAtLogin' | 'commandLineTool'> {
  return { startAtLogin: startAtLogin.state, commandLineTool: commandLineTool.state };
}

type SystemChange = Pick<Parameters<Handlers['changeSettings']>[0], 'startAtLogin' | 'commandLineTool'>;

export async function changeSystem(system: SystemSettings, change: SystemChange): Promise<Result<void>> {
  const { startAtLogin, commandLineTool } = change;
  if (startAtLogin !== undefined) {
    const changed = await system.startAtLogin.set(startAtLogin === 'on');
    if (!changed.ok) return changed;
  }
  return commandLineTool === undefined ? ok(undefined) : system.commandLineTool.set(commandLineTool === 'installed');
}

/** More names than anybody reads. */
const TOOLS_TOLD = 1000;

/** The contract's calls, answered by the engine. */
export function createHandlers(engine: Engine, program: Program): Handlers {
  return {
    status: async () => ok(snapshotOf(engine, program)),
    history: async ({ name }) => {
      const found = engine.history(name);
      if (!found.ok) return found;
      const { spans, points, ...shown } = found.value;
      return ok({ ...shown, spans: [...spans], points: [...points] });
    },
    serverDetails: async ({ name }) => {
      const found = await engine.serverDetails(name);
      if (!found.ok) return found;
      const { callers, tools, flow } = found.value;
      return ok({
        callers: [...callers],
        ...(tools ? { tools: tools.slice(0, TOOLS_TOLD), toolCount: tools.length } : {}),
        ...(flow ? { flow: { ...flow, lines: [...flow.lines] } } : {}),
      });
    },
    activity: async ({ after }) => ok([...engine.activity(after)]),
    settings: async () => ok(settingsOf(engine, program)),
    changeSettings: async ({ theme, language, logLevel, openBrowser, port, pinTools, ...ofSystem }) => {
      if (openBrowser !== undefined || port !== undefined || pinTools !== undefined) {
        const changed = await engine.changeSettings({
          ...(openBrowser === undefined ? {} : { openBrowser }),
          ...(port === undefined ? {} : { port }),
          ...(pinTools === undefined ? {} : { pinTools }),
        });
        if (!changed.ok) return changed;
      }
      if (logLevel !== undefined) program.settings.setLogLevel(logLevel);
      const changed = await changeSystem(program.settings, ofSystem);
      if (!changed.ok) return changed;
      const savedTheme = theme === undefined ? ok(undefined) : await program.settings.saveTheme(theme);
      if (!savedTheme.ok) return savedTheme;
      const saved = language === undefined ? ok(undefined) : await program.settings.saveLanguage(language);
      return saved.ok ? ok(settingsOf(engine, program)) : saved;
    },
    lookAt: async (input) => {
      const entry = entryFrom(input);
      if (!entry.ok) return entry;
      const found = await engine.lookAt(entry.value);
      if (!found.ok) return found;
      const { access, ...told } = found.value;
      return ok({ ...told, access: access.kind === 'sign-in' ? { ...access, scopes: [...access.scopes] } : access });
    },
    addServer: async ({ name, clientSecret, ...input }) => {
      const entry = entryFrom(input);
      if (!entry.ok) return entry;
      return engine.addServer({ name, entry: entry.value, ...(clientSecret === undefined ? {} : { clientSecret }) });
    },
    serverSettings: async ({ name }) => {
      const settings = await engine.serverSettings(name);
      if (!settings.ok) return settings;
      if ('command' in settings.value) return ok({ ...settings.value, args: [...settings.value.args] });
      const { scopes, ...others } = settings.value;
      return ok({ ...others, ...(scopes ? { scopes: [...scopes] } : {}) });
    },
    editServer: ({ name, clientSecret, headerEnv, env, ...changes }) =>
      engine.editServer({
        name,
        changes: {
          ...changes,
          ...(headerEnv ? { headers: fromEnvironment(headerEnv) } : {}),
          ...(env ? { env: fromEnvironment(env) } : {}),
        },
        ...(clientSecret === undefined ? {} : { clientSecret }),
      }),
    removeServer: async ({ name, undoable }) =>
      done(undoable ? engine.removeServerLater(name) : await engine.removeServer(name)),
    undoRemoval: async ({ name }) => engine.undoRemoval(name),
    enableServer: ({ name }) => engine.setEnabled(name, true),
    disableServer: ({ name }) => engine.setEnabled(name, false),
    reconnectServer: ({ name }) => engine.reconnect(name),
    pause: async ({ name }) => done(engine.pause(name)),
    resume: async ({ name }) => done(await engine.resume(name)),
    startLogin: async ({ name, openBrowser, startOver, device: withCode }) => {
      const started = await engine.startLogin(name, {
        openBrowser,
        startOver: startOver ?? false,
        device: withCode ?? false,
      });
      if (!started.ok) return started;
      const { flow, authorizationUrl, browserOpened, browserError, joined, device } = started.value;
      return ok({
        flowId: flow.flowId,
        correlationId: flow.correlationId,
        authorizationUrl,
        browserOpened,
        joined,
        deadline: flow.deadline,
        ...(browserError === undefined ? {} : { browserError }),
        ...(device ? { device } : {}),
      });
    },
    waitForLogin: ({ name, flowId }) => engine.waitForLogin(name, flowId),
    startLoginToAll: async ({ openBrowser }) => {
      const { signedIn, passedOver, stopped } = await engine.loginToAll(openBrowser);
      return ok({ signedIn: [...signedIn], passedOver: [...passedOver], stopped });
    },
    stopLoginToAll: async () => done(engine.stopLoginToAll()),
    pasteCallback: async ({ name, address }) => done(await engine.pasteCallback(name, address)),
    cancelLogin: async ({ name }) => done(engine.cancelLogin(name)),
    logout: ({ name }) => engine.logout(name),
    unlockVault: async () => ok(await engine.unlockVault()),
    toolChanges: async ({ name }) => {
      const found = engine.toolChanges(name);
      if (!found.ok) return found;
      const { changes, ...known } = found.value;
      return ok({ ...known, changes: changes.map(({ lines, ...change }) => ({ ...change, lines: [...lines] })) });
    },
    approveTools: ({ name, tools }) => engine.approveTools(name, tools),
    listGroups: async () => ok(engine.listGroups().map(groupToSend)),
    setGroup: async ({ name, servers }) => {
      const set = await engine.setGroup(name, servers);
      return set.ok ? ok(groupToSend(set.value)) : set;
    },
    removeGroup: async ({ name }) => done(await engine.removeGroup(name)),
    listCallers: async () => ok(engine.listCallers().map(limitToSend)),
    addCaller: async ({ name, limit }) => {
      const added = await engine.addCaller(name, limit);
      return added.ok ? ok({ ...limitToSend(added.value), unknown: [...added.value.unknown] }) : added;
    },
    limitCaller: async ({ name, limit }) => {
      const limited = await engine.limitCaller(name, limit ?? undefined);
      return limited.ok ? ok({ ...limitToSend(limited.value), unknown: [...limited.value.unknown] }) : limited;
    },
    lendKey: async ({ caller }) => engine.lendKey(caller),
    removeCaller: async ({ name }) => done(await engine.removeCaller(name)),
    openWindow: async () => ok(program.openWindow()),
    startDemo: (input) => program.startDemo(input),
    stop: async () => {
      program.stop();
      return ok({});
    },
  };
}

/** The contract's events, from what the engine tells. */
export function createSubscribe(engine: Engine, program: Program): Subscribe {
  return (listener): Dispose => {
    const tellAll = (): void => listener('snapshot', snapshotOf(engine, program));
    const disposers = [
      engine.onChange((change) => (change.kind === 'server' ? listener('server', change.view) : tellAll())),
      // With a snapshot windows ask for the settings again.
      program.settings.startAtLogin.onChange(tellAll),
      program.settings.commandLineTool.onChange(tellAll),
    ];
    return () => {
      for (const dispose of disposers) dispose();
    };
  };
}

function snapshotOf(engine: Engine, program: Program): Snapshot {
  const { version, pid, dataDir, demo, command } = program;
  const { servers, ...view } = engine.view();
  return {
    version,
    pid,
    dataDir,
    demo,
    command: { file: command.file, args: [...command.args] },
    ...view,
    servers: [...servers],
  };
}

function settingsOf(engine: Engine, { settings }: Program): Settings {
  const { theme, language, logLevel, ...ofSystem } = settings;
  return { theme, language, logLevel, ...systemSettings(ofSystem), ...engine.settings };
}

function done(result: Awaited<ReturnType<Engine['removeServer']>>) {
  return result.ok ? ok({}) : fail(result.problem);
}

function groupToSend({ name, servers, endpoint }: ReturnType<Engine['listGroups']>[number]) {
  return { name, servers: [...servers], endpoint };
}

/** The contract's arrays can be changed, the engine's cannot. */
function limitToSend<T extends { readonly limit?: CallerLimit }>({ limit, ...rest }: T) {
  return { ...rest, ...(limit ? { limit: { ...limit, allow: [...limit.allow], deny: [...limit.deny] } } : {}) };
}

type Added = Parameters<Handlers['lookAt']>[0];

/** As the configuration has it. */
function entryFrom({ url, transport, command, args, cwd, env, ...rest }: Added): Result<NewServer['entry']> {
  if ((url === undefined) === (command === undefined)) {
    return fail({ code: 'invalid-input', ...say('command-or-address') });
  }
  if (command !== undefined) {
    return ok({
      command,
      ...(args && args.length > 0 ? { args } : {}),
      ...(env ? { env: fromEnvironment(env) } : {}),
      ...(cwd === undefined ? {} : { cwd }),
    });
  }
  const { headerEnv, clientId, scopes } = rest;
  return ok({
    ...(transport === 'sse' ? { type: transport } : {}),
    url: url ?? '',
    ...(headerEnv ? { headers: fromEnvironment(headerEnv) } : {}),
    ...(clientId === undefined ? {} : { clientId }),
    ...(scopes && scopes.length > 0 ? { scopes } : {}),
  });
}

/** Secrets stay out of the configuration: it names the variables. */
function fromEnvironment<T extends string | null>(headerEnv: Readonly<Record<string, T>>): Record<string, string | T> {
  const named = Object.entries(headerEnv).map(([header, variable]): [string, string | T] => [
    header,
    variable === null ? variable : `\${${variable}}`,
  ]);
  return Object.fromEntries(named);
}
