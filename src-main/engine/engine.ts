import type { ConfigEdit, EntryEdit, NewServerEntry, ServerChanges } from './config/edit-config.ts';
import { refusalOf } from './config/edit-refusal.ts';
import { EMPTY_CONFIG, type ParsedConfig } from './config/parse-config.ts';
import { GROUP_NAME_RULE } from './config/read-groups.ts';
import { KEY_OR_SECRET, NEEDS_CLIENT_ID } from './config/schema.ts';
import {
  asInput,
  type ProgramSettings,
  type ServerSettings,
  writtenProgramSettings,
  writtenSettings,
} from './config/written-settings.ts';
import { correlatedLogger } from './correlation.ts';
import { type Activity, ActivityRing } from './endpoint/activity.ts';
import { Aggregate } from './endpoint/aggregate/aggregate.ts';
import { namingOf } from './endpoint/aggregate/names.ts';
import { OfferKeeper } from './endpoint/aggregate/offer-keeper.ts';
import { ToolPins } from './endpoint/aggregate/tool-pins.ts';
import { CallCounts, type CallerCount } from './endpoint/call-counts.ts';
import { type CallerInfo, Callers, type LimitSet } from './endpoint/callers.ts';
import { Groups } from './endpoint/groups.ts';
import { LaneSessions } from './endpoint/lane-sessions.ts';
import { Listener } from './endpoint/listener.ts';
import { notNow } from './endpoint/login-required.ts';
import { RedirectListeners } from './endpoint/redirect-listeners.ts';
import type { EngineOptions, EnginePorts } from './engine-ports.ts';
import {
  type EngineView,
  type GroupView,
  type ServerView,
  serverViewOf,
  type ToolChangesView,
  toolChangesView,
  unusableViewOf,
} from './engine-view.ts';
import { FlowLog, type LoggedFlow } from './flow-log.ts';
import { LoginToAll, type LoginToAllReport } from './login/login-to-all.ts';
import { RedirectReceiver } from './login/redirect-receiver.ts';
import { SignIn, type SignInStarted } from './login/sign-in.ts';
import { StartLinks } from './login/start-links.ts';
import type { LimitChange } from './model/caller-limit.ts';
import type { Finding } from './model/finding.ts';
import { type EpochMs, type FlowId, isServerName, type ServerName } from './model/ids.ts';
import type { Pinning } from './model/pinned-tools.ts';
import type { Problem } from './model/problem.ts';
import { fail, ok, type Result } from './model/result.ts';
import { Secret } from './model/secret.ts';
import { type EngineSettings, isSameTools, type ProgramConfig, type ServerConfig } from './model/server-config.ts';
import type { ServerState } from './model/server-state.ts';
import type { History } from './model/timeline.ts';
import { loggedHttp } from './oauth-log.ts';
import type { Dispose, Logger, VaultHealth } from './ports.ts';
import { Removals } from './removals.ts';
import { TimelineRecorder } from './timeline/recorder.ts';
import { createLoginIndex } from './tokens/login-index.ts';
import { RefreshScheduler } from './tokens/refresh-scheduler.ts';
import { Refresher } from './tokens/refresher.ts';
import { staggeredAt } from './tokens/stagger.ts';
import { TokenStore } from './tokens/token-store.ts';
import { VaultAlarm } from './tokens/vault-alarm.ts';
import { FirstLooks } from './upstream/first-looks.ts';
import { Looks } from './upstream/looks.ts';
import { ProgramServer, type ProgramServerDeps } from './upstream/program-server.ts';
import type { Upstream } from './upstream/upstream.ts';
import { type UpstreamDeps, UpstreamServer } from './upstream/upstream-server.ts';

/** The name of what has none yet. */
const LOOKED_AT: ServerName = 'new-server';

export type EngineChange = { readonly kind: 'server'; readonly view: ServerView } | { readonly kind: 'all' };

export interface NewServer {
  readonly name: ServerName;
  readonly entry: NewServerEntry;
  readonly clientSecret?: string;
}

export interface ServerDetails {
  readonly callers: readonly CallerCount[];
  /** Absent where it was never asked, and cannot be asked now. */
  readonly tools?: readonly string[];
  readonly flow?: LoggedFlow;
}

export interface ServerEdit {
  readonly name: ServerName;
  readonly changes: ServerChanges;
  /** For the vault; null takes it away there. */
  readonly clientSecret?: string | null;
}

/** The product: keeps every login alive and lets callers through. Runs wherever Node runs. */
export class Engine {
  readonly #ports: EnginePorts;
  readonly #options: EngineOptions;
  readonly #logger: Logger;
  readonly #store: TokenStore;
  readonly #refresher: Refresher;
  readonly #scheduler: RefreshScheduler;
  readonly #vaultAlarm: VaultAlarm;
  readonly #timeline: TimelineRecorder;
  readonly #signIn: SignIn;
  readonly #loginToAll: LoginToAll;
  readonly #listener: Listener;
  readonly #aggregate: Aggregate;
  readonly #laneSessions: LaneSessions;
  readonly #groups: Groups;
  readonly #pins: ToolPins;
  readonly #callers: Callers;
  readonly #upstreamDeps: UpstreamDeps;
  readonly #firstLooks: FirstLooks;
  readonly #looks: Looks;
  readonly #flowLog: FlowLog;
  readonly #removals: Removals;
  readonly #programDeps: ProgramServerDeps;
  readonly #servers = new Map<ServerName, Upstream>();
  /** Entries of the configuration that cannot be used, and that had no server before. */
  readonly #unusable = new Map<ServerName, Problem>();
  readonly #calls: CallCounts;
  readonly #activity: ActivityRing;
  readonly #listeners = new Set<(change: EngineChange) => void>();
  readonly #disposers: Dispose[] = [];
  #configProblem: Problem | undefined;
  #settings: EngineSettings = { ...EMPTY_CONFIG.config, pinTools: 'off' };
  #tools = EMPTY_CONFIG.config.tools;
  #trustedCertificates: string | undefined;
  #applying: Promise<void> = Promise.resolve();
  readonly #startedAt: EpochMs;

  constructor(ports: EnginePorts, options: EngineOptions = {}) {
    const { clock, random } = ports;
    this.#flowLog = new FlowLog(clock);
    const logger = correlatedLogger(this.#flowLog.listen(ports.logger));
    const oauthHttp = loggedHttp(ports.http, logger, clock);
    this.#ports = ports;
    this.#options = options;
    this.#logger = logger;
    this.#startedAt = clock.now();
    const index = createLoginIndex(ports.loginIndexFile);
    this.#store = new TokenStore(ports.vault, index, clock, logger);
    this.#firstLooks = new FirstLooks(clock, options.firstLooksAfterMs);
    this.#vaultAlarm = new VaultAlarm(ports.vault, clock);
    this.#timeline = new TimelineRecorder(ports.timelines, clock);
    this.#refresher = new Refresher({
      store: this.#store,
      http: oauthHttp,
      clock,
      random,
      logger,
      configuredClient: (name) => this.#overHttp(name)?.config.client,
      allowsPrivateNetwork: (name) => this.#overHttp(name)?.config.allowPrivateNetwork === true,
    });
    this.#scheduler = new RefreshScheduler({
      store: this.#store,
      refresher: this.#refresher,
      clock,
      random,
      logger,
      onStart: (name) => this.#overHttp(name)?.refreshStarted(),
      onOutcome: (name, outcome) => {
        const server = this.#overHttp(name);
        server?.refreshEnded(outcome);
        // Renewed while paused: no state changes.
        if (server) this.#timeline.observe(server);
      },
    });
    const redirects = new RedirectListeners({ origin: () => this.#origin(), receiver: () => receiver, logger });
    this.#signIn = new SignIn({
      vault: ports.vault,
      index,
      http: oauthHttp,
      namedAddresses: ports.http,
      store: this.#store,
      clock,
      random,
      logger,
      browser: ports.browser,
      presence: ports.presence,
      automaticPagesFile: ports.automaticPagesFile,
      openRedirect: (redirectUri) => redirects.open(redirectUri),
      ...(options.flowDeadlineMs === undefined ? {} : { deadlineMs: options.flowDeadlineMs }),
      onEnd: (flow, outcome) => this.#overHttp(flow.server)?.flowEnded(flow, outcome),
    });
    const receiver = new RedirectReceiver(this.#signIn, random);
    this.#loginToAll = new LoginToAll({
      needing: () =>
        [...this.#servers.values()].filter(({ state }) => state.kind === 'login-needed').map(({ name }) => name),
      start: async (name, openBrowser) => {
        const started = await this.startLogin(name, { openBrowser, startOver: false });
        return started.ok ? ok(started.value.flow) : started;
      },
      waitForFlow: (flowId) => this.#signIn.coordinator.waitForFlow(flowId),
      current: (name) => this.#signIn.coordinator.current(name)?.flowId,
      cancel: (name) => void this.cancelLogin(name),
      onChange: () => this.#emit({ kind: 'all' }),
      logger,
    });
    this.#activity = new ActivityRing(clock);
    this.#calls = new CallCounts(clock, (name) => {
      const server = this.#servers.get(name);
      if (server) this.#emit({ kind: 'server', view: this.#view(server) });
    });
    this.#callers = new Callers(ports.callersFile, clock, random);
    this.#upstreamDeps = {
      store: this.#store,
      scheduler: this.#scheduler,
      signIn: this.#signIn,
      http: ports.http,
      upstreamHttp: ports.upstreamHttp,
      oauthHttp,
      clock,
      random,
      logger,
      onChange: (server) => this.#serverChanged(server),
    };
    this.#programDeps = {
      programs: ports.programs,
      clock,
      random,
      logger,
      onChange: (server) => this.#serverChanged(server),
      onOfferChange: (server) => this.#aggregate.offerChanged(server),
    };
    this.#removals = new Removals({
      clock,
      hold: (name) => this.#hold(name),
      remove: (name) => this.removeServer(name),
      onChange: (name) => {
        const view = this.serverView(name);
        if (view.ok) this.#emit({ kind: 'server', view: view.value });
      },
    });
    this.#looks = new Looks({ ...this.#upstreamDeps, http: ports.http, programs: ports.programs });
    const startLinks = new StartLinks(random);
    const turnedAway = (server: Upstream, problem: Problem) =>
      notNow({
        server: server.name,
        state: server.state,
        problem,
        url: wantsPerson(server.state) ? `${this.#origin()}${startLinks.pathFor(server.name)}` : undefined,
        formatTime: ports.formatTime,
      });
    this.#pins = new ToolPins(ports.pinnedTools, { logger, onChange: (name) => this.#toolsChanged(name) });
    this.#aggregate = new Aggregate({
      pins: this.#pins,
      upstreamHttp: ports.upstreamHttp,
      clock,
      random,
      logger: ports.logger,
      tools: () => this.#tools,
      keeper: new OfferKeeper(
        ports.offers,
        // A file with a mistake names no servers, and yet they are configured.
        (name) => this.#servers.has(name) || this.#unusable.has(name) || this.#configProblem !== undefined,
      ),
      notNow: turnedAway,
      onCall: (name, caller) => this.#calls.count(name, caller),
      onDone: (request) => this.#activity.add(request),
      accessOf: (caller) => this.#callers.accessOf(caller),
    });
    this.#laneSessions = new LaneSessions(ports);
    const shared = (id: string, servers: () => readonly Upstream[]) =>
      this.#aggregate.view(id, servers, (count) => namingOf(this.#tools)(count));
    this.#groups = new Groups({ server: (name) => this.#servers.get(name), view: shared });
    this.#listener = new Listener({
      aggregate: this.#aggregate,
      allServers: shared('', () => [...this.#servers.values()]),
      groups: this.#groups,
      callers: this.#callers,
      receiver,
      redirects,
      startLinks,
      random,
      server: (name) => this.#servers.get(name),
      problemOf: (name) => this.#unusable.get(name) ?? this.#unknown(name),
      onCall: (name, caller) => this.#calls.count(name, caller),
      lane: {
        upstreamHttp: ports.upstreamHttp,
        sessions: this.#laneSessions,
        random,
        clock,
        logger: ports.logger,
        notNow: turnedAway,
        onDone: (request) => this.#activity.add(request),
      },
    });
  }

  /** Listens and looks at every server. Opens no browser. */
  async start(): Promise<Result<void>> {
    const parsed = this.#readConfig();
    const listening = await this.#listen(parsed.config.port);
    if (!listening.ok) return listening;
    this.#logger.info('engine.listening', { url: this.#origin() });
    this.#apply(parsed);
    // A file with a mistake names no servers, and yet they are configured.
    if (!this.#configProblem) this.#signIn.forgetLeftExcept([...this.#servers.keys(), ...this.#unusable.keys()]);
    this.#disposers.push(
      this.#ports.config.watch(() => this.reload()),
      this.#ports.vault.onHealth((health) => this.#onVaultHealth(health)),
      () => this.#vaultAlarm.stop(),
      () => this.#firstLooks.stop(),
      this.#ports.clock.onJump(() => this.#reconnectSoon()),
      this.#ports.network.onReturn(() => {
        this.#logger.info('network.returned');
        this.#tryAgainSoon();
      }),
    );
    this.#vaultAlarm.start();
    if (this.#ports.vault.health().kind !== 'locked') this.#store.vaultCanBeRead();
    return ok(undefined);
  }

  /** Lets a refresh in flight be stored, then ends everything. */
  async stop(): Promise<void> {
    for (const dispose of this.#disposers) dispose();
    await this.#listener.close();
    await this.#aggregate.close();
    await this.#looks.stop();
    await this.#removals.finish();
    this.#calls.stop();
    this.#loginToAll.stop();
    await this.#signIn.stop();
    this.#scheduler.stop();
    await Promise.all([...this.#servers.values()].map((server) => server.stop()));
    await this.#refresher.stop();
    await this.#store.stop();
    await this.#timeline.stop();
    await this.#pins.stop();
    this.#logger.info('engine.stopped');
  }

  onChange(listener: (change: EngineChange) => void): Dispose {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  view(): EngineView {
    const unusable = [...this.#unusable].map(([name, problem]) => this.#unusableView(name, problem));
    const servers = [...this.#servers.values()].map((server) => this.#view(server));
    return {
      endpoint: `${this.#origin()}/mcp`,
      vault: this.#ports.vault.health(),
      ...(this.#configProblem ? { configProblem: this.#configProblem } : {}),
      callers: this.#callers.count,
      ...(this.#loginToAll.progress ? { loginToAll: this.#loginToAll.progress } : {}),
      servers: [...servers, ...unusable],
    };
  }

  serverView(name: ServerName): Result<ServerView> {
    const server = this.#servers.get(name);
    if (server) return ok(this.#view(server));
    const problem = this.#unusable.get(name);
    return problem ? ok(this.#unusableView(name, problem)) : fail(this.#unknown(name));
  }

  /** The last 24 hours of a server; nothing of one whose entry could never be used. */
  history(name: ServerName): Result<History> {
    const found = this.serverView(name);
    return found.ok ? ok(this.#timeline.history(name)) : found;
  }

  /** Who uses it, what it offers, and what its last look, sign-in or renewal left in the log. */
  async serverDetails(name: ServerName): Promise<Result<ServerDetails>> {
    const found = this.serverView(name);
    if (!found.ok) return found;
    const server = this.#servers.get(name);
    const tools = server && (await this.#aggregate.toolsOf(server));
    const flow = this.#flowLog.lastOf(name);
    return ok({ callers: this.#calls.callersOf(name), ...(tools ? { tools } : {}), ...(flow ? { flow } : {}) });
  }

  /** The last requests of all callers, those after a number that was seen. */
  activity(after: number): readonly Activity[] {
    return this.#activity.after(after);
  }

  /** What the configuration says for all servers. */
  get settings(): EngineSettings {
    return this.#settings;
  }

  changeSettings(change: Partial<EngineSettings>): Promise<Result<void>> {
    return this.#edit({ kind: 'change-settings', settings: change });
  }

  /** The file was edited. A mistake in it leaves the last good configuration in force. */
  reload(): void {
    const parsed = this.#ports.config.read();
    if (parsed.ok) {
      this.#configProblem = undefined;
      this.#apply(parsed.value);
    } else {
      this.#configProblem = parsed.problem;
      this.#logger.warn('config.invalid', { problem: parsed.problem.code });
    }
    this.#emit({ kind: 'all' });
  }

  /** What is found where a new server would be. Nothing is configured, registered or kept by it, and nothing opened. */
  async lookAt(entry: NewServerEntry): Promise<Result<Finding>> {
    const after = this.#ports.config.preview({ kind: 'add-server', name: LOOKED_AT, entry });
    if (!after.ok) return fail(asInput(after.problem, LOOKED_AT));
    const { config, serverProblems } = after.value;
    const mistake = serverProblems.find(({ name }) => name === LOOKED_AT);
    if (mistake) return fail(asInput(mistake.problem, LOOKED_AT));
    const program = config.programs.find(({ name }) => name === LOOKED_AT);
    if (program) return this.#looks.program(program);
    const server = config.servers.find(({ name }) => name === LOOKED_AT);
    return server ? this.#looks.address(server) : fail({ code: 'internal', detail: 'an entry that is none' });
  }

  async addServer(added: NewServer): Promise<Result<ServerView>> {
    if (this.#servers.has(added.name) || this.#unusable.has(added.name)) {
      return fail({ code: 'name-taken', name: added.name });
    }
    const { name, entry, clientSecret } = added;
    const edited = await this.#editEntry({ kind: 'add-server', name, entry }, clientSecret);
    return edited.ok ? this.serverView(name) : edited;
  }

  /** As it is written in the configuration, for a form to begin with. Fails where the entry is for nobody here. */
  async serverSettings(name: ServerName): Promise<Result<ServerSettings | ProgramSettings>> {
    const found = this.serverView(name);
    if (!found.ok) return found;
    const read = this.#ports.config.read();
    if (!read.ok) return read;
    const program = read.value.programEntries.get(name);
    if (program) return ok(writtenProgramSettings(program));
    const entry = read.value.entries.get(name);
    if (entry) return ok(writtenSettings(entry, await this.#hasClientSecret(name, read.value)));
    return found.value.state.kind === 'stopped' ? fail(found.value.state.problem) : fail(this.#unknown(name));
  }

  /**
   * Changes settings as an edit of the file by hand would: what no longer fits ends the login, and a mistake changes
   * nothing. A client secret goes to the vault, in the place of whatever the file names.
   */
  async editServer({ name, changes, clientSecret }: ServerEdit): Promise<Result<ServerView>> {
    const found = this.serverView(name);
    if (!found.ok) return found;
    const before = this.#overHttp(name)?.config.client?.clientId;
    const toFile = clientSecret === undefined ? changes : { ...changes, clientSecret: null };
    const edited = await this.#editEntry({ kind: 'edit-server', name, changes: toFile }, clientSecret ?? undefined);
    if (!edited.ok) return edited;
    const server = this.#overHttp(name);
    const isClientGone = before !== undefined && server?.config.client?.clientId !== before;
    if (clientSecret === null || (clientSecret === undefined && isClientGone))
      await this.#store.forgetClientSecret(name);
    if (clientSecret !== undefined) await server?.clientSecretChanged();
    return this.serverView(name);
  }

  /** Calls are refused from now on, and the server is removed when the time for an undo is over. */
  removeServerLater(name: ServerName): Result<void> {
    const found = this.serverView(name);
    if (!found.ok) return found;
    this.#removals.begin(name);
    return ok(undefined);
  }

  undoRemoval(name: ServerName): Result<ServerView> {
    const found = this.serverView(name);
    if (!found.ok) return found;
    return this.#removals.undo(name)
      ? this.serverView(name)
      : fail({ code: 'not-available', detail: 'This server is not being removed.' });
  }

  async removeServer(name: ServerName): Promise<Result<void>> {
    const found = this.serverView(name);
    this.#removals.forget(name);
    return found.ok ? this.#edit({ kind: 'remove-server', name }) : found;
  }

  async setEnabled(name: ServerName, enabled: boolean): Promise<Result<ServerView>> {
    const found = this.serverView(name);
    if (!found.ok) return found;
    const edited = await this.#edit({ kind: 'set-enabled', name, enabled });
    return edited.ok ? this.serverView(name) : edited;
  }

  async reconnect(name: ServerName): Promise<Result<ServerView>> {
    const server = this.#servers.get(name);
    if (!server) return fail(this.#unknown(name));
    const reached = await server.reconnect();
    return reached.ok ? ok(this.#view(server)) : reached;
  }

  /** One server, or all: logins are renewed, calls are refused. One that is disabled stays so. */
  pause(name?: ServerName): Result<void> {
    const chosen = this.#oneOrAll(name);
    if (!chosen.ok) return chosen;
    for (const server of chosen.value) server.pause();
    const isOff = name !== undefined && chosen.value.some(({ state }) => state.kind === 'disabled');
    return isOff ? fail({ code: 'server-disabled' }) : ok(undefined);
  }

  async resume(name?: ServerName): Promise<Result<void>> {
    const chosen = this.#oneOrAll(name);
    if (!chosen.ok) return chosen;
    await Promise.all(chosen.value.map((server) => server.resume()));
    return ok(undefined);
  }

  async startLogin(
    name: ServerName,
    input: { openBrowser: boolean; startOver: boolean; device?: boolean },
  ): Promise<Result<SignInStarted>> {
    const server = this.#servers.get(name);
    return server ? server.startLogin(input) : fail(this.#unknown(name));
  }

  async waitForLogin(name: ServerName, flowId: FlowId): Promise<Result<ServerView>> {
    const outcome = await this.#signIn.coordinator.waitForFlow(flowId);
    return outcome.ok ? this.serverView(name) : outcome;
  }

  /** Signs in to all that need it, one after the other; joins the run under way. */
  loginToAll(openBrowser: boolean): Promise<LoginToAllReport> {
    return this.#loginToAll.start(openBrowser);
  }

  stopLoginToAll(): Result<void> {
    return this.#loginToAll.stop()
      ? ok(undefined)
      : fail({ code: 'not-available', detail: 'No sign-in is under way.' });
  }

  async pasteCallback(name: ServerName, address: string): Promise<Result<void>> {
    const url = URL.parse(address.trim());
    if (!url)
      return fail({
        code: 'invalid-input',
        detail: 'That is not an address. Paste the whole line that the browser ended on.',
      });
    const { outcome } = await this.#signIn.receive(url, name);
    return outcome;
  }

  cancelLogin(name: ServerName): Result<void> {
    const server = this.#servers.get(name);
    if (!server) return fail(this.#unknown(name));
    return server.cancelLogin() ? ok(undefined) : fail({ code: 'not-available', detail: 'No sign-in is under way.' });
  }

  async logout(name: ServerName): Promise<Result<ServerView>> {
    const server = this.#servers.get(name);
    if (!server) return fail(this.#unknown(name));
    await server.logout();
    return ok(this.#view(server));
  }

  async unlockVault(): Promise<VaultHealth> {
    const health = await this.#ports.vault.retry();
    this.#onVaultHealth(health);
    return health;
  }

  /** What of a server's tools is not as it was approved, or seen first. */
  toolChanges(name: ServerName): Result<ToolChangesView> {
    const found = this.serverView(name);
    if (!found.ok) return found;
    const known = { pinTools: this.#pins.modeOf(name), approved: this.#pins.approvedOf(name) };
    return ok(toolChangesView(known, this.#pins.changes(name)));
  }

  /** @param shown what the person saw; a tool that is another one since then is not approved */
  async approveTools(
    name: ServerName,
    shown: readonly { readonly name: string; readonly hash: string }[],
  ): Promise<Result<ServerView>> {
    const found = this.serverView(name);
    if (!found.ok) return found;
    if (await this.#pins.approve(name, shown)) return this.serverView(name);
    return fail({ code: 'invalid-input', detail: 'These tools changed again since they were shown. Look once more.' });
  }

  listGroups(): readonly GroupView[] {
    return [...this.#groups.all].map(([name, servers]) => this.#groupView(name, servers));
  }

  async setGroup(name: string, servers: readonly ServerName[]): Promise<Result<GroupView>> {
    if (!isServerName(name)) return fail({ code: 'invalid-input', detail: GROUP_NAME_RULE });
    const unknown = servers.find((server) => !this.#serverNames().includes(server));
    if (unknown !== undefined) return fail(this.#unknown(unknown));
    const edited = await this.#edit({ kind: 'set-group', group: name, servers: [...new Set(servers)] });
    return edited.ok ? ok(this.#groupView(name, this.#groups.all.get(name) ?? [])) : edited;
  }

  async removeGroup(name: string): Promise<Result<void>> {
    if (!this.#groups.all.has(name)) return fail(this.#groups.unknown(name));
    return this.#edit({ kind: 'set-group', group: name, servers: null });
  }

  #groupView(name: string, servers: readonly ServerName[]): GroupView {
    return { name, servers, endpoint: `${this.#origin()}/mcp/g/${name}` };
  }

  listCallers(): readonly CallerInfo[] {
    return this.#callers.list();
  }

  /** @param wanted what the key may use; undefined: everything */
  async addCaller(
    name: string,
    wanted?: LimitChange,
  ): Promise<Result<LimitSet & { name: string; key: string; url: string }>> {
    const added = await this.#callers.add(name, wanted, this.#serverNames());
    if (!added.ok) return added;
    this.#emit({ kind: 'all' });
    return ok({ ...added.value, url: `${this.#origin()}/mcp` });
  }

  /** What a key may use, from now on, in sessions that are open too. Undefined takes the limit away. */
  async limitCaller(name: string, wanted: LimitChange | undefined): Promise<Result<LimitSet & CallerInfo>> {
    const before = this.#callers.accessOf(name);
    const limited = await this.#callers.limit(name, wanted, this.#serverNames());
    if (!limited.ok) return limited;
    const after = this.#callers.accessOf(name);
    for (const server of this.#servers.keys()) {
      // The next request takes another way, if any.
      if (before.of(server) !== after.of(server)) this.#listener.endRequestsOf({ server, caller: name });
    }
    this.#aggregate.accessChanged(name);
    this.#emit({ kind: 'all' });
    return limited;
  }

  /** A key that ends with this program, for a bridge that was started by its owner. */
  lendKey(caller: string | undefined): Result<{ name: string; key: string; url: string }> {
    const lent = this.#callers.lend(caller);
    return lent.ok ? ok({ ...lent.value, url: `${this.#origin()}/mcp` }) : lent;
  }

  async removeCaller(name: string): Promise<Result<void>> {
    const removed = await this.#callers.remove(name);
    if (removed.ok) {
      this.#listener.endRequestsOf({ caller: name });
      this.#aggregate.callerGone(name);
      this.#laneSessions.callerGone(name);
      this.#emit({ kind: 'all' });
    }
    return removed;
  }

  // ---- inside

  #origin(): string {
    return `http://127.0.0.1:${this.#listener.port}`;
  }

  async #listen(configured: number): Promise<Result<number>> {
    const wanted = this.#options.port ?? configured;
    if (wanted !== 0) return this.#listener.listen(wanted);
    // R5: the port that was chosen first is tried again, so that registered redirects stay right.
    const before = this.#ports.portFile.value;
    const again = before === 0 ? undefined : await this.#listener.listen(before);
    if (again?.ok) return again;
    const listening = await this.#listener.listen(0);
    if (listening.ok) await this.#ports.portFile.save(listening.value);
    return listening;
  }

  #readConfig(): ParsedConfig {
    const parsed = this.#ports.config.read();
    if (parsed.ok) return parsed.value;
    this.#configProblem = parsed.problem;
    this.#logger.warn('config.invalid', { problem: parsed.problem.code });
    return EMPTY_CONFIG;
  }

  /** The file is right before it, so a mistake is one of what was to be written, and it was not. */
  async #editEntry(edit: EntryEdit, clientSecret: string | undefined): Promise<Result<void>> {
    const before = this.#ports.config.read();
    if (!before.ok) return before;
    const edited = await this.#edit(edit, async (after) => {
      const refusal = edit.kind === 'edit-server' ? refusalOf(edit, after) : undefined;
      if (refusal) return fail(refusal);
      return clientSecret === undefined ? ok(undefined) : this.#keepClientSecret(edit.name, clientSecret, after);
    });
    return edited.ok ? edited : fail(asInput(edited.problem, edit.name));
  }

  async #keepClientSecret(name: ServerName, clientSecret: string, after: ParsedConfig): Promise<Result<void>> {
    const unusable = after.serverProblems.find((server) => server.name === name);
    if (unusable) return fail(unusable.problem);
    const client = after.config.servers.find((server) => server.name === name)?.client;
    if (!client) return fail({ code: 'invalid-input', field: 'clientSecret', detail: NEEDS_CLIENT_ID });
    if (client.privateKey) return fail({ code: 'invalid-input', field: 'clientSecret', detail: KEY_OR_SECRET });
    const saved = await this.#store.saveClientSecret(name, client.clientId, new Secret(clientSecret));
    if (saved.kind === 'locked') return fail({ code: 'vault-locked' });
    return saved.kind === 'unavailable' ? fail({ code: 'vault-unavailable', detail: saved.detail }) : ok(undefined);
  }

  async #hasClientSecret(name: ServerName, { config }: ParsedConfig): Promise<boolean> {
    const client = config.servers.find((server) => server.name === name)?.client;
    return client !== undefined && (await this.#store.clientSecret(name, client.clientId)) !== undefined;
  }

  async #edit(edit: ConfigEdit, beforeWrite?: (after: ParsedConfig) => Promise<Result<void>>): Promise<Result<void>> {
    const edited = await this.#ports.config.edit(() => ok(edit), beforeWrite);
    if (!edited.ok) return edited;
    this.reload();
    // A removal is over when the login is erased.
    await this.#applying;
    return ok(undefined);
  }

  #apply({ config, serverProblems, warnings }: ParsedConfig): void {
    for (const warning of warnings) this.#logger.warn('config.warning', { detail: warning.detail });
    this.#settings = { openBrowser: config.openBrowser, port: config.port, pinTools: config.pinning.all };
    this.#pin(config.pinning);
    const broken = new Map(serverProblems.map(({ name, problem }) => [name, problem]));
    const overHttp = new Set(config.servers.map(({ name }) => name));
    const programs = new Set(config.programs.map(({ name }) => name));
    const work: Promise<void>[] = [];
    for (const [name, server] of this.#servers) {
      const isWanted = (server.transport === 'stdio' ? programs : overHttp).has(name);
      if (isWanted || broken.has(name)) continue;
      this.#servers.delete(name);
      this.#calls.forget(name);
      this.#flowLog.forget(name);
      this.#removals.forget(name);
      work.push(this.#endSessionsOf(name), this.#pins.forget(name));
      work.push(server.remove(), this.#timeline.forget(name));
    }
    this.#unusable.clear();
    for (const [name, problem] of broken) {
      const server = this.#servers.get(name);
      if (server) server.breakOff(problem);
      else this.#unusable.set(name, problem);
    }
    for (const server of config.servers) work.push(this.#configure(server));
    for (const program of config.programs) this.#configureProgram(program);
    const areOtherGroups = this.#groups.configure(config.groups);
    if (areOtherGroups || !isSameTools(config.tools, this.#tools)) {
      this.#tools = config.tools;
      this.#aggregate.shownOtherwise();
    }
    // What failed for want of a certificate says little about now.
    if (config.trustedCertificates !== this.#trustedCertificates) this.#tryAgainSoon();
    this.#trustedCertificates = config.trustedCertificates;
    this.#applying = Promise.all(work).then(() => undefined);
  }

  #pin(pinning: Pinning): void {
    const held = [...this.#servers.keys()].map((name) => [name, this.#aggregate.isHolding(name)] as const);
    if (!this.#pins.configure(pinning)) return;
    // On the lane the next request takes another way.
    for (const [name, was] of held) if (this.#aggregate.isHolding(name) !== was) this.#endRequestsOf(name);
    this.#aggregate.pinningChanged([...this.#servers.values()]);
  }

  #toolsChanged(name: ServerName): void {
    this.#aggregate.toolsHeldOtherwise();
    const server = this.#servers.get(name);
    if (server) this.#emit({ kind: 'server', view: this.#view(server) });
  }

  async #configure(config: ServerConfig): Promise<void> {
    const existing = this.#overHttp(config.name);
    if (existing) {
      // What is being answered from the old address ends with it.
      if (existing.config.url !== config.url || existing.config.transport !== config.transport) {
        void this.#endSessionsOf(config.name);
        // The tools of another server under the same name were never approved.
        void this.#pins.forget(config.name);
      }
      // Not waited for: what it looks at may be slow, and the row tells.
      void existing.configure(config);
      return;
    }
    const server = new UpstreamServer(config, this.#upstreamDeps);
    this.#servers.set(config.name, server);
    this.#timeline.observe(server);
    // What a browser is about to come back to cannot wait for a place.
    if (this.#signIn.isLeft(config.name)) void server.connect('start');
    // A caller may have been let in meanwhile; then there is nothing to find out.
    else this.#firstLooks.add(async () => (server.state.kind === 'connecting' ? server.connect('start') : undefined));
  }

  #oneOrAll(name: ServerName | undefined): Result<readonly Upstream[]> {
    if (name === undefined) return ok([...this.#servers.values()]);
    const server = this.#servers.get(name);
    return server ? ok([server]) : fail(this.#unusable.get(name) ?? this.#unknown(name));
  }

  #tryAgainSoon(): void {
    this.#scheduler.networkReturned();
    this.#reconnectSoon();
  }

  #configureProgram(config: ProgramConfig): void {
    const existing = this.#servers.get(config.name);
    if (existing?.transport === 'stdio') {
      void existing.configure(config);
      return;
    }
    const server = new ProgramServer(config, this.#programDeps);
    this.#servers.set(config.name, server);
    this.#timeline.observe(server);
    this.#firstLooks.add(() => server.connect('start'));
  }

  /** Paused, and back to what it was. */
  #hold(name: ServerName): Dispose {
    const server = this.#servers.get(name);
    if (!server || server.state.kind === 'paused') return () => {};
    server.pause();
    return () => void server.resume();
  }

  #overHttp(name: ServerName): UpstreamServer | undefined {
    const server = this.#servers.get(name);
    return server?.transport === 'stdio' ? undefined : server;
  }

  #serverChanged(server: Upstream): void {
    if (server.state.kind === 'disabled' || server.state.kind === 'paused') this.#endRequestsOf(server.name);
    this.#aggregate.serverChanged(server);
    if (server.state.kind === 'ready') this.#laneSessions.serverReady(server.name);
    // One that was removed has no history any more.
    if (this.#servers.get(server.name) === server) this.#timeline.observe(server);
    this.#emit({ kind: 'server', view: this.#view(server) });
  }

  /** Who waits for a server looks at it within seconds, one after the other, however far away the next look was. */
  #reconnectSoon(): void {
    const now = this.#ports.clock.now();
    const waiting = [...this.#servers.values()].filter((server) => server.isWaitingToReconnect);
    waiting.forEach((server, position) => {
      server.reconnectAt(staggeredAt(now, position, waiting.length));
    });
  }

  #onVaultHealth(health: VaultHealth): void {
    if (health.kind !== 'locked') {
      this.#store.vaultCanBeRead();
      for (const server of this.#servers.values()) if (server.transport !== 'stdio') server.vaultUnlocked();
    }
    this.#emit({ kind: 'all' });
  }

  #view(server: Upstream): ServerView {
    const { length: count } = this.#pins.changes(server.name);
    const held = this.#aggregate.isHolding(server.name);
    const view = serverViewOf(server, {
      endpoint: this.#endpointOf(server.name),
      life: this.#scheduler.life(server.name),
      authorizationUrl: this.#signIn.authorizationUrl(server.name),
      device: this.#signIn.deviceCode(server.name),
      calls: this.#calls.of(server.name),
    });
    const changed = count === 0 ? {} : { toolChanges: { count, held } };
    return { ...view, ...changed, ...this.#removalOf(server.name) };
  }

  #removalOf(name: ServerName): Pick<ServerView, 'removedAt'> {
    const removedAt = this.#removals.at(name);
    return removedAt === undefined ? {} : { removedAt };
  }

  #unusableView(name: ServerName, problem: Problem): ServerView {
    return { ...unusableViewOf(name, this.#endpointOf(name), problem, this.#startedAt), ...this.#removalOf(name) };
  }

  #endpointOf(name: ServerName): string {
    return `${this.#origin()}/mcp/${name}`;
  }

  #unknown(server: ServerName): Problem {
    return { code: 'unknown-server', server, known: this.#serverNames() };
  }

  #serverNames(): readonly ServerName[] {
    return [...this.#servers.keys(), ...this.#unusable.keys()];
  }

  /** Off means off, for streams that are open too. */
  #endRequestsOf(server: ServerName): void {
    this.#listener.endRequestsOf({ server });
  }

  /** Removed, or at another address: nobody goes on with what was begun there. */
  #endSessionsOf(server: ServerName): Promise<void> {
    this.#endRequestsOf(server);
    this.#laneSessions.serverGone(server);
    return this.#aggregate.serverGone(server);
  }

  #emit(change: EngineChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

function wantsPerson(state: ServerState): boolean {
  switch (state.kind) {
    case 'login-needed':
    case 'logging-in':
      return true;
    case 'ready':
      return state.stepUp !== undefined;
    case 'waiting':
      return state.problem.code === 'token-rejected';
    default:
      return false;
  }
}
