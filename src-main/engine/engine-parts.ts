import { Configuration } from './configuration.ts';
import { ConfiguredServers } from './configured-servers.ts';
import { Consequences } from './consequences.ts';
import { correlatedLogger } from './correlation.ts';
import { CallerEdits } from './edits/caller-edits.ts';
import { GroupEdits } from './edits/group-edits.ts';
import { ServerEdits } from './edits/server-edits.ts';
import { ToolApprovals } from './edits/tool-approvals.ts';
import { ActivityRing } from './endpoint/activity.ts';
import { Aggregate } from './endpoint/aggregate/aggregate.ts';
import { namingOf } from './endpoint/aggregate/names.ts';
import { OfferKeeper } from './endpoint/aggregate/offer-keeper.ts';
import { ToolPins } from './endpoint/aggregate/tool-pins.ts';
import { CallCounts } from './endpoint/call-counts.ts';
import { Callers } from './endpoint/callers.ts';
import { Groups } from './endpoint/groups.ts';
import { LaneSessions } from './endpoint/lane-sessions.ts';
import { Listener } from './endpoint/listener.ts';
import { notNow, wantsPerson } from './endpoint/login-required.ts';
import { RedirectListeners } from './endpoint/redirect-listeners.ts';
import type { EngineOptions, EnginePorts } from './engine-ports.ts';
import type { ServerView } from './engine-view.ts';
import { FlowLog } from './flow-log.ts';
import { LoginToAll } from './login/login-to-all.ts';
import { RedirectReceiver } from './login/redirect-receiver.ts';
import { SignIn } from './login/sign-in.ts';
import { StartLinks } from './login/start-links.ts';
import type { ServerName } from './model/ids.ts';
import type { Problem } from './model/problem.ts';
import { ok } from './model/result.ts';
import { loggedHttp } from './oauth-log.ts';
import { Removals } from './removals.ts';
import { ServerViews } from './server-views.ts';
import { TimelineRecorder } from './timeline/recorder.ts';
import { createLoginIndex } from './tokens/login-index.ts';
import { RefreshScheduler } from './tokens/refresh-scheduler.ts';
import { Refresher } from './tokens/refresher.ts';
import { TokenStore } from './tokens/token-store.ts';
import { VaultAlarm } from './tokens/vault-alarm.ts';
import { FirstLooks } from './upstream/first-looks.ts';
import { Looks } from './upstream/looks.ts';
import type { Upstream } from './upstream/upstream.ts';
import type { UpstreamDeps } from './upstream/upstream-server.ts';

export type EngineChange = { readonly kind: 'server'; readonly view: ServerView } | { readonly kind: 'all' };

export type EngineParts = ReturnType<typeof createParts>;

/** Makes the parts of the engine and lets each know of the others what it needs. Nothing runs or listens yet. */
export function createParts(ports: EnginePorts, options: EngineOptions, tell: (change: EngineChange) => void) {
  const { clock, random } = ports;
  const flowLog = new FlowLog(clock);
  const logger = correlatedLogger(flowLog.listen(ports.logger));
  const oauthHttp = loggedHttp(ports.http, logger, clock);
  const origin = (): string => `http://127.0.0.1:${listener.port}`;
  const endpoint = (): string => `${origin()}/mcp`;
  const tellAll = (): void => tell({ kind: 'all' });
  const tellServer = (name: ServerName): void => {
    const view = views.find(name);
    if (view.ok) tell({ kind: 'server', view: view.value });
  };

  // ---- logins
  const index = createLoginIndex(ports.loginIndexFile);
  const store = new TokenStore(ports.vault, index, clock, logger);
  const vaultAlarm = new VaultAlarm(ports.vault, clock);
  const timeline = new TimelineRecorder(ports.timelines, clock);
  const refresher = new Refresher({
    store,
    http: oauthHttp,
    clock,
    random,
    logger,
    configuredClient: (name) => servers.overHttp(name)?.config.client,
    allowsPrivateNetwork: (name) => servers.overHttp(name)?.config.allowPrivateNetwork === true,
  });
  const scheduler = new RefreshScheduler({
    store,
    refresher,
    clock,
    random,
    logger,
    onStart: (name) => servers.overHttp(name)?.refreshStarted(),
    onOutcome: (name, outcome) => {
      const server = servers.overHttp(name);
      server?.refreshEnded(outcome);
      // Renewed while paused: no state changes.
      if (server) timeline.observe(server);
    },
  });
  const redirects = new RedirectListeners({ origin, receiver: () => receiver, logger });
  const signIn = new SignIn({
    vault: ports.vault,
    index,
    http: oauthHttp,
    namedAddresses: ports.http,
    store,
    clock,
    random,
    logger,
    browser: ports.browser,
    presence: ports.presence,
    automaticPagesFile: ports.automaticPagesFile,
    openRedirect: (redirectUri) => redirects.open(redirectUri),
    ...(options.flowDeadlineMs === undefined ? {} : { deadlineMs: options.flowDeadlineMs }),
    onEnd: (flow, outcome) => servers.overHttp(flow.server)?.flowEnded(flow, outcome),
  });
  const receiver = new RedirectReceiver(signIn, random);
  const loginToAll = new LoginToAll({
    needing: () => servers.all.filter(({ state }) => state.kind === 'login-needed').map(({ name }) => name),
    start: async (name, openBrowser) => {
      const server = servers.find(name);
      if (!server.ok) return server;
      const started = await server.value.startLogin({ openBrowser, startOver: false });
      return started.ok ? ok(started.value.flow) : started;
    },
    waitForFlow: (flowId) => signIn.coordinator.waitForFlow(flowId),
    current: (name) => signIn.coordinator.current(name)?.flowId,
    cancel: (name) => void servers.get(name)?.cancelLogin(),
    onChange: tellAll,
    logger,
  });

  // ---- servers
  const firstLooks = new FirstLooks(clock, options.firstLooksAfterMs);
  const onChange = (server: Upstream): void => {
    // One that was removed has no row and no history any more.
    if (servers.get(server.name) !== server) return;
    consequences.serverChanged(server);
    tell({ kind: 'server', view: views.of(server) });
  };
  const upstream: UpstreamDeps = {
    store,
    scheduler,
    signIn,
    http: ports.http,
    upstreamHttp: ports.upstreamHttp,
    oauthHttp,
    clock,
    random,
    logger,
    onChange,
  };
  const servers = new ConfiguredServers({
    clock,
    firstLooks,
    upstream,
    program: {
      programs: ports.programs,
      clock,
      random,
      logger,
      onChange,
      onOfferChange: (server) => aggregate.offerChanged(server),
    },
    isAwaited: (name) => signIn.isLeft(name),
    onNew: (server) => timeline.observe(server),
    onMoved: (name) => consequences.serverMoved(name),
    onGone: (name) => consequences.serverGone(name),
  });
  const configuration = new Configuration({
    source: ports.config,
    logger,
    apply: (now, before) => consequences.configured(now, before),
    onReload: tellAll,
  });
  const removals = new Removals({
    clock,
    hold: (name) => servers.hold(name),
    remove: (name) => serverEdits.remove(name),
    onChange: tellServer,
  });
  const looks = new Looks({ ...upstream, http: ports.http, programs: ports.programs });

  // ---- callers
  const activity = new ActivityRing(clock);
  const calls = new CallCounts(clock, tellServer);
  const callers = new Callers(ports.callersFile, clock, random);
  const startLinks = new StartLinks(random);
  const turnedAway = (server: Upstream, problem: Problem) =>
    notNow({
      server: server.name,
      state: server.state,
      problem,
      url: wantsPerson(server.state) ? `${origin()}${startLinks.pathFor(server.name)}` : undefined,
      formatTime: ports.formatTime,
    });
  const pins = new ToolPins(ports.pinnedTools, {
    logger,
    onChange: (name) => {
      aggregate.toolsHeldOtherwise();
      tellServer(name);
    },
  });
  const aggregate = new Aggregate({
    pins,
    upstreamHttp: ports.upstreamHttp,
    clock,
    random,
    logger: ports.logger,
    tools: () => configuration.current.tools,
    // A file with a mistake names no servers, and yet they are configured.
    keeper: new OfferKeeper(ports.offers, (name) => servers.has(name) || configuration.problem !== undefined),
    notNow: turnedAway,
    onCall: (name, caller) => calls.count(name, caller),
    onDone: (request) => activity.add(request),
    accessOf: (caller) => callers.accessOf(caller),
  });
  const laneSessions = new LaneSessions(ports);
  const shared = (id: string, chosen: () => readonly Upstream[]) =>
    aggregate.view(id, chosen, (count) => namingOf(configuration.current.tools)(count));
  const groups = new Groups({ server: (name) => servers.get(name), view: shared });
  const listener = new Listener({
    aggregate,
    allServers: shared('', () => servers.all),
    groups,
    callers,
    receiver,
    redirects,
    startLinks,
    random,
    server: (name) => servers.get(name),
    problemOf: (name) => servers.problemOf(name),
    onCall: (name, caller) => calls.count(name, caller),
    lane: {
      upstreamHttp: ports.upstreamHttp,
      sessions: laneSessions,
      random,
      clock,
      logger: ports.logger,
      notNow: turnedAway,
      onDone: (request) => activity.add(request),
    },
  });

  const consequences = new Consequences({
    servers,
    store,
    scheduler,
    timeline,
    flowLog,
    removals,
    calls,
    listener,
    laneSessions,
    aggregate,
    groups,
    pins,
  });
  const views = new ServerViews({
    servers,
    scheduler,
    signIn,
    calls,
    pins,
    removals,
    isHolding: (name) => aggregate.isHolding(name),
    endpoint,
    startedAt: clock.now(),
  });

  // ---- what a person changes
  const serverEdits = new ServerEdits({ source: ports.config, configuration, servers, views, store, removals, looks });
  const groupEdits = new GroupEdits({ configuration, servers, groups, endpoint });
  const callerEdits = new CallerEdits({
    callers,
    servers,
    listener,
    aggregate,
    laneSessions,
    endpoint,
    onChange: tellAll,
  });
  const toolApprovals = new ToolApprovals({ pins, views });

  return {
    logger,
    flowLog,
    origin,
    endpoint,
    store,
    vaultAlarm,
    timeline,
    refresher,
    scheduler,
    signIn,
    loginToAll,
    firstLooks,
    servers,
    configuration,
    removals,
    looks,
    activity,
    calls,
    callers,
    pins,
    aggregate,
    listener,
    consequences,
    views,
    serverEdits,
    groupEdits,
    callerEdits,
    toolApprovals,
  };
}
