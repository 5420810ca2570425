import type { ParsedConfig } from './config/parse-config.ts';
import type { ConfiguredServers } from './configured-servers.ts';
import type { Aggregate } from './endpoint/aggregate/aggregate.ts';
import type { ToolPins } from './endpoint/aggregate/tool-pins.ts';
import type { CallCounts } from './endpoint/call-counts.ts';
import type { Groups } from './endpoint/groups.ts';
import type { LaneSessions } from './endpoint/lane-sessions.ts';
import type { Listener } from './endpoint/listener.ts';
import type { FlowLog } from './flow-log.ts';
import type { ServerName } from './model/ids.ts';
import type { Pinning } from './model/pinned-tools.ts';
import { type Config, isSameTools } from './model/server-config.ts';
import type { VaultHealth } from './ports.ts';
import type { Removals } from './removals.ts';
import type { TimelineRecorder } from './timeline/recorder.ts';
import type { RefreshScheduler } from './tokens/refresh-scheduler.ts';
import type { TokenStore } from './tokens/token-store.ts';
import type { Upstream } from './upstream/upstream.ts';

interface ConsequencesDeps {
  readonly servers: ConfiguredServers;
  readonly store: TokenStore;
  readonly scheduler: RefreshScheduler;
  readonly timeline: TimelineRecorder;
  readonly flowLog: FlowLog;
  readonly removals: Removals;
  readonly calls: CallCounts;
  readonly listener: Listener;
  readonly laneSessions: LaneSessions;
  readonly aggregate: Aggregate;
  readonly groups: Groups;
  readonly pins: ToolPins;
}

/** What the news of one part means for the others. */
export class Consequences {
  readonly #deps: ConsequencesDeps;

  constructor(deps: ConsequencesDeps) {
    this.#deps = deps;
  }

  /** Resolves when what is configured no more is erased. */
  configured(parsed: ParsedConfig, before: Config): Promise<void> {
    const { servers, groups, aggregate } = this.#deps;
    const { config } = parsed;
    this.#pin(config.pinning);
    const configured = servers.configure(parsed);
    const areOtherGroups = groups.configure(config.groups);
    if (areOtherGroups || !isSameTools(config.tools, before.tools)) aggregate.shownOtherwise();
    // What failed for want of a certificate says little about now.
    if (config.trustedCertificates !== before.trustedCertificates) this.networkReturned();
    return configured;
  }

  serverChanged(server: Upstream): void {
    const { aggregate, laneSessions, timeline } = this.#deps;
    // Off means off, for streams that are open too.
    if (server.state.kind === 'disabled' || server.state.kind === 'paused') this.#endRequestsOf(server.name);
    aggregate.serverChanged(server);
    if (server.state.kind === 'ready') laneSessions.serverReady(server.name);
    timeline.observe(server);
  }

  /** At another address: nobody goes on with what was begun at the one before. */
  serverMoved(server: ServerName): void {
    void this.#endSessionsOf(server);
    // The tools of another server under the same name were never approved.
    void this.#deps.pins.forget(server);
  }

  /** Not configured any more. Resolves when nothing of it is kept. */
  async serverGone(server: ServerName): Promise<void> {
    const { calls, flowLog, removals, pins, timeline } = this.#deps;
    calls.forget(server);
    flowLog.forget(server);
    removals.forget(server);
    await Promise.all([this.#endSessionsOf(server), pins.forget(server), timeline.forget(server)]);
  }

  /** What waits for the network tries again soon. */
  networkReturned(): void {
    this.#deps.scheduler.networkReturned();
    this.#deps.servers.reconnectSoon();
  }

  vaultHealth(health: VaultHealth): void {
    if (health.kind === 'locked') return;
    this.#deps.store.vaultCanBeRead();
    for (const server of this.#deps.servers.all) if (server.transport !== 'stdio') server.vaultUnlocked();
  }

  #pin(pinning: Pinning): void {
    const { servers, aggregate, pins } = this.#deps;
    const held = servers.all.map(({ name }) => [name, aggregate.isHolding(name)] as const);
    if (!pins.configure(pinning)) return;
    // On the lane the next request takes another way.
    for (const [name, was] of held) if (aggregate.isHolding(name) !== was) this.#endRequestsOf(name);
    aggregate.pinningChanged(servers.all);
  }

  #endRequestsOf(server: ServerName): void {
    this.#deps.listener.endRequestsOf({ server });
  }

  #endSessionsOf(server: ServerName): Promise<void> {
    this.#endRequestsOf(server);
    this.#deps.laneSessions.serverGone(server);
    return this.#deps.aggregate.serverGone(server);
  }
}
