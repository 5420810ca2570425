import type { NewServerEntry } from './config/edit-config.ts';
import { EMPTY_CONFIG } from './config/parse-config.ts';
import type { ProgramSettings, ServerSettings } from './config/written-settings.ts';
import type { CallerEdits } from './edits/caller-edits.ts';
import type { NewServer, ServerEdit } from './edits/server-edits.ts';
import type { Activity } from './endpoint/activity.ts';
import type { CallerCount } from './endpoint/call-counts.ts';
import type { CallerInfo } from './endpoint/callers.ts';
import { createParts, type EngineChange, type EngineParts } from './engine-parts.ts';
import type { EngineOptions, EnginePorts } from './engine-ports.ts';
import type { EngineView, GroupView, ServerView, ToolChangesView } from './engine-view.ts';
import type { LoggedFlow } from './flow-log.ts';
import type { LoginToAllReport } from './login/login-to-all.ts';
import type { SignInStarted } from './login/sign-in.ts';
import type { LimitChange } from './model/caller-limit.ts';
import type { Finding } from './model/finding.ts';
import type { FlowId, ServerName } from './model/ids.ts';
import type { ToolChange } from './model/pinned-tools.ts';
import { fail, ok, type Result } from './model/result.ts';
import { say } from './model/sayings.ts';
import type { EngineSettings } from './model/server-config.ts';
import type { History } from './model/timeline.ts';
import type { Dispose, VaultHealth } from './ports.ts';

export type { NewServer, ServerEdit };

export interface ServerDetails {
  readonly callers: readonly CallerCount[];
  /** Absent where it was never asked, and cannot be asked now. */
  readonly tools?: readonly string[];
  readonly flow?: LoggedFlow;
}

const NO_SIGN_IN = fail({ code: 'not-available', ...say('no-sign-in') });

/** The product: keeps every login alive and lets callers through. Runs wherever Node runs. */
export class Engine {
  readonly #ports: EnginePorts;
  readonly #options: EngineOptions;
  readonly #parts: EngineParts;
  readonly #listeners = new Set<(change: EngineChange) => void>();
  readonly #disposers: Dispose[] = [];

  constructor(ports: EnginePorts, options: EngineOptions = {}) {
    this.#ports = ports;
    this.#options = options;
    this.#parts = createParts(ports, options, (change) => this.#tell(change));
  }

  /** Listens and looks at every server. Opens no browser. */
  async start(): Promise<Result<void>> {
    const { config, vault, clock, network } = this.#ports;
    const { configuration, consequences, logger, signIn, servers, store, vaultAlarm, firstLooks } = this.#parts;
    const parsed = configuration.read() ?? EMPTY_CONFIG;
    const listening = await this.#listen(parsed.config.port);
    if (!listening.ok) return listening;
    logger.info('engine.listening', { url: this.#parts.origin() });
    configuration.apply(parsed);
    // A file with a mistake names no servers, and yet they are configured.
    if (!configuration.problem) signIn.forgetLeftExcept(servers.names);
    this.#disposers.push(
      config.watch(() => this.reload()),
      vault.onHealth((health) => this.#onVaultHealth(health)),
      () => vaultAlarm.stop(),
      () => firstLooks.stop(),
      clock.onJump(() => servers.reconnectSoon()),
      network.onReturn(() => {
        logger.info('network.returned');
        consequences.networkReturned();
      }),
    );
    vaultAlarm.start();
    if (vault.health().kind !== 'locked') store.vaultCanBeRead();
    return ok(undefined);
  }

  /** Lets a refresh in flight be stored, then ends everything. */
  async stop(): Promise<void> {
    const parts = this.#parts;
    for (const dispose of this.#disposers) dispose();
    await parts.listener.close();
    await parts.aggregate.close();
    await parts.looks.stop();
    await parts.removals.finish();
    parts.calls.stop();
    parts.loginToAll.stop();
    await parts.signIn.stop();
    parts.scheduler.stop();
    await parts.servers.stop();
    await parts.refresher.stop();
    await parts.store.stop();
    await parts.timeline.stop();
    await parts.pins.stop();
    parts.logger.info('engine.stopped');
  }

  onChange(listener: (change: EngineChange) => void): Dispose {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  // ---- what there is

  view(): EngineView {
    const { problem } = this.#parts.configuration;
    return {
      endpoint: this.#parts.endpoint(),
      vault: this.#ports.vault.health(),
      ...(problem ? { configProblem: problem } : {}),
      callers: this.#parts.callers.count,
      ...(this.#parts.loginToAll.progress ? { loginToAll: this.#parts.loginToAll.progress } : {}),
      servers: this.#parts.views.all(),
    };
  }

  serverView(name: ServerName): Result<ServerView> {
    return this.#parts.views.find(name);
  }

  /** The last 24 hours of a server; nothing of one whose entry could never be used. */
  history(name: ServerName): Result<History> {
    const found = this.serverView(name);
    return found.ok ? ok(this.#parts.timeline.history(name)) : found;
  }

  /** Who uses it, what it offers, and what its last look, sign-in or renewal left in the log. */
  async serverDetails(name: ServerName): Promise<Result<ServerDetails>> {
    const found = this.serverView(name);
    if (!found.ok) return found;
    const server = this.#parts.servers.get(name);
    const tools = server && (await this.#parts.aggregate.toolsOf(server));
    const flow = this.#parts.flowLog.lastOf(name);
    return ok({ callers: this.#parts.calls.callersOf(name), ...(tools ? { tools } : {}), ...(flow ? { flow } : {}) });
  }

  /** The last requests of all callers, those after a number that was seen. */
  activity(after: number): readonly Activity[] {
    return this.#parts.activity.after(after);
  }

  // ---- what is configured

  get settings(): EngineSettings {
    return this.#parts.configuration.settings;
  }

  changeSettings(change: Partial<EngineSettings>): Promise<Result<void>> {
    return this.#parts.configuration.edit({ kind: 'change-settings', settings: change });
  }

  reload(): void {
    this.#parts.configuration.reload();
  }

  lookAt(entry: NewServerEntry): Promise<Result<Finding>> {
    return this.#parts.serverEdits.lookAt(entry);
  }

  addServer(added: NewServer): Promise<Result<ServerView>> {
    return this.#parts.serverEdits.add(added);
  }

  serverSettings(name: ServerName): Promise<Result<ServerSettings | ProgramSettings>> {
    return this.#parts.serverEdits.settingsOf(name);
  }

  editServer(edit: ServerEdit): Promise<Result<ServerView>> {
    return this.#parts.serverEdits.edit(edit);
  }

  removeServerLater(name: ServerName): Result<void> {
    return this.#parts.serverEdits.removeLater(name);
  }

  undoRemoval(name: ServerName): Result<ServerView> {
    return this.#parts.serverEdits.undoRemoval(name);
  }

  removeServer(name: ServerName): Promise<Result<void>> {
    return this.#parts.serverEdits.remove(name);
  }

  setEnabled(name: ServerName, enabled: boolean): Promise<Result<ServerView>> {
    return this.#parts.serverEdits.setEnabled(name, enabled);
  }

  listGroups(): readonly GroupView[] {
    return this.#parts.groupEdits.list();
  }

  setGroup(name: string, servers: readonly ServerName[]): Promise<Result<GroupView>> {
    return this.#parts.groupEdits.set(name, servers);
  }

  removeGroup(name: string): Promise<Result<void>> {
    return this.#parts.groupEdits.remove(name);
  }

  listCallers(): readonly CallerInfo[] {
    return this.#parts.callers.list();
  }

  addCaller(name: string, wanted?: LimitChange): ReturnType<CallerEdits['add']> {
    return this.#parts.callerEdits.add(name, wanted);
  }

  limitCaller(name: string, wanted: LimitChange | undefined): ReturnType<CallerEdits['limit']> {
    return this.#parts.callerEdits.limit(name, wanted);
  }

  lendKey(caller: string | undefined): ReturnType<CallerEdits['lend']> {
    return this.#parts.callerEdits.lend(caller);
  }

  removeCaller(name: string): Promise<Result<void>> {
    return this.#parts.callerEdits.remove(name);
  }

  toolChanges(name: ServerName): Result<ToolChangesView> {
    return this.#parts.toolApprovals.changes(name);
  }

  approveTools(name: ServerName, shown: readonly Pick<ToolChange, 'name' | 'hash'>[]): Promise<Result<ServerView>> {
    return this.#parts.toolApprovals.approve(name, shown);
  }

  // ---- connections and logins

  async reconnect(name: ServerName): Promise<Result<ServerView>> {
    const server = this.#parts.servers.find(name);
    if (!server.ok) return server;
    const reached = await server.value.reconnect();
    return reached.ok ? ok(this.#parts.views.of(server.value)) : reached;
  }

  /** One server, or all: logins are renewed, calls are refused. One that is disabled stays so. */
  pause(name?: ServerName): Result<void> {
    const chosen = this.#parts.servers.oneOrAll(name);
    if (!chosen.ok) return chosen;
    for (const server of chosen.value) server.pause();
    const isOff = name !== undefined && chosen.value.some(({ state }) => state.kind === 'disabled');
    return isOff ? fail({ code: 'server-disabled' }) : ok(undefined);
  }

  async resume(name?: ServerName): Promise<Result<void>> {
    const chosen = this.#parts.servers.oneOrAll(name);
    if (!chosen.ok) return chosen;
    await Promise.all(chosen.value.map((server) => server.resume()));
    return ok(undefined);
  }

  async startLogin(
    name: ServerName,
    input: { openBrowser: boolean; startOver: boolean; device?: boolean },
  ): Promise<Result<SignInStarted>> {
    const server = this.#parts.servers.find(name);
    return server.ok ? server.value.startLogin(input) : server;
  }

  async waitForLogin(name: ServerName, flowId: FlowId): Promise<Result<ServerView>> {
    const outcome = await this.#parts.signIn.coordinator.waitForFlow(flowId);
    return outcome.ok ? this.serverView(name) : outcome;
  }

  /** Signs in to all that need it, one after the other; joins the run under way. */
  loginToAll(openBrowser: boolean): Promise<LoginToAllReport> {
    return this.#parts.loginToAll.start(openBrowser);
  }

  stopLoginToAll(): Result<void> {
    return this.#parts.loginToAll.stop() ? ok(undefined) : NO_SIGN_IN;
  }

  async pasteCallback(name: ServerName, address: string): Promise<Result<void>> {
    const url = URL.parse(address.trim());
    if (!url) return fail({ code: 'invalid-input', ...say('pasted-no-address') });
    const { outcome } = await this.#parts.signIn.receive(url, name);
    return outcome;
  }

  cancelLogin(name: ServerName): Result<void> {
    const server = this.#parts.servers.find(name);
    if (!server.ok) return server;
    return server.value.cancelLogin() ? ok(undefined) : NO_SIGN_IN;
  }

  async logout(name: ServerName): Promise<Result<ServerView>> {
    const server = this.#parts.servers.find(name);
    if (!server.ok) return server;
    await server.value.logout();
    return ok(this.#parts.views.of(server.value));
  }

  async unlockVault(): Promise<VaultHealth> {
    const health = await this.#ports.vault.retry();
    this.#onVaultHealth(health);
    return health;
  }

  // ---- inside

  async #listen(configured: number): Promise<Result<number>> {
    const wanted = this.#options.port ?? configured;
    if (wanted !== 0) return this.#parts.listener.listen(wanted);
    // R5: the port that was chosen first is tried again, so that registered redirects stay right.
    const before = this.#ports.portFile.value;
    const again = before === 0 ? undefined : await this.#parts.listener.listen(before);
    if (again?.ok) return again;
    const listening = await this.#parts.listener.listen(0);
    if (listening.ok) await this.#ports.portFile.save(listening.value);
    return listening;
  }

  #onVaultHealth(health: VaultHealth): void {
    this.#parts.consequences.vaultHealth(health);
    this.#tell({ kind: 'all' });
  }

  #tell(change: EngineChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
