import type { ParsedConfig } from './config/parse-config.ts';
import type { ServerName } from './model/ids.ts';
import type { Problem } from './model/problem.ts';
import { fail, ok, type Result } from './model/result.ts';
import type { ProgramConfig, ServerConfig } from './model/server-config.ts';
import type { Clock, Dispose } from './ports.ts';
import { staggeredAt } from './tokens/stagger.ts';
import type { FirstLooks } from './upstream/first-looks.ts';
import { ProgramServer, type ProgramServerDeps } from './upstream/program-server.ts';
import type { Upstream } from './upstream/upstream.ts';
import { type UpstreamDeps, UpstreamServer } from './upstream/upstream-server.ts';

interface ConfiguredServersDeps {
  readonly clock: Clock;
  readonly firstLooks: FirstLooks;
  readonly upstream: UpstreamDeps;
  readonly program: ProgramServerDeps;
  /** Whether a browser is about to come back to it. */
  readonly isAwaited: (name: ServerName) => boolean;
  readonly onNew: (server: Upstream) => void;
  /** Another server under the same name: nothing of the one before holds for it. */
  readonly onMoved: (name: ServerName) => void;
  /** Not in the configuration any more. Resolves when nothing of it is kept. */
  readonly onGone: (name: ServerName) => Promise<void>;
}

/** What the configuration names: a running server for each entry, or why an entry has none. */
export class ConfiguredServers {
  readonly #deps: ConfiguredServersDeps;
  readonly #servers = new Map<ServerName, Upstream>();
  /** Entries of the configuration that cannot be used, and that had no server before. */
  readonly #unusable = new Map<ServerName, Problem>();

  constructor(deps: ConfiguredServersDeps) {
    this.#deps = deps;
  }

  get all(): readonly Upstream[] {
    return [...this.#servers.values()];
  }

  get unusable(): ReadonlyMap<ServerName, Problem> {
    return this.#unusable;
  }

  /** Of all entries, those that cannot be used included. */
  get names(): readonly ServerName[] {
    return [...this.#servers.keys(), ...this.#unusable.keys()];
  }

  has(name: ServerName): boolean {
    return this.#servers.has(name) || this.#unusable.has(name);
  }

  get(name: ServerName): Upstream | undefined {
    return this.#servers.get(name);
  }

  overHttp(name: ServerName): UpstreamServer | undefined {
    const server = this.#servers.get(name);
    return server?.transport === 'stdio' ? undefined : server;
  }

  find(name: ServerName): Result<Upstream> {
    const server = this.#servers.get(name);
    return server ? ok(server) : fail(this.unknown(name));
  }

  oneOrAll(name: ServerName | undefined): Result<readonly Upstream[]> {
    if (name === undefined) return ok(this.all);
    const server = this.#servers.get(name);
    return server ? ok([server]) : fail(this.problemOf(name));
  }

  unknown(server: ServerName): Problem {
    return { code: 'unknown-server', server, known: this.names };
  }

  /** Why there is no server of this name: unknown, or its entry cannot be used. */
  problemOf(name: ServerName): Problem {
    return this.#unusable.get(name) ?? this.unknown(name);
  }

  /** Resolves when what is configured no more is erased. */
  async configure({ config, serverProblems }: ParsedConfig): Promise<void> {
    const broken = new Map(serverProblems.map(({ name, problem }) => [name, problem]));
    const overHttp = new Set(config.servers.map(({ name }) => name));
    const programs = new Set(config.programs.map(({ name }) => name));
    const erasures: Promise<void>[] = [];
    for (const [name, server] of this.#servers) {
      const isWanted = (server.transport === 'stdio' ? programs : overHttp).has(name);
      if (isWanted || broken.has(name)) continue;
      this.#servers.delete(name);
      erasures.push(this.#deps.onGone(name), server.remove());
    }
    this.#unusable.clear();
    for (const [name, problem] of broken) {
      const server = this.#servers.get(name);
      if (server) server.breakOff(problem);
      else this.#unusable.set(name, problem);
    }
    for (const server of config.servers) this.#configureServer(server);
    for (const program of config.programs) this.#configureProgram(program);
    await Promise.all(erasures);
  }

  /** Who waits for a server looks at it within seconds, one after the other, however far away the next look was. */
  reconnectSoon(): void {
    const now = this.#deps.clock.now();
    const waiting = this.all.filter((server) => server.isWaitingToReconnect);
    waiting.forEach((server, position) => {
      server.reconnectAt(staggeredAt(now, position, waiting.length));
    });
  }

  /** Paused; answers what brings it back to what it was. */
  hold(name: ServerName): Dispose {
    const server = this.#servers.get(name);
    if (!server || server.state.kind === 'paused') return () => {};
    server.pause();
    return () => void server.resume();
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map((server) => server.stop()));
  }

  #configureServer(config: ServerConfig): void {
    const { firstLooks, isAwaited, onMoved, upstream } = this.#deps;
    const existing = this.overHttp(config.name);
    if (existing) {
      if (existing.config.url !== config.url || existing.config.transport !== config.transport) onMoved(config.name);
      // Not waited for: what it looks at may be slow, and the row tells.
      void existing.configure(config);
      return;
    }
    const server = new UpstreamServer(config, upstream);
    this.#add(server);
    // What a browser is about to come back to cannot wait for a place.
    if (isAwaited(config.name)) void server.connect('start');
    // A caller may have been let in meanwhile; then there is nothing to find out.
    else firstLooks.add(async () => (server.state.kind === 'connecting' ? server.connect('start') : undefined));
  }

  #configureProgram(config: ProgramConfig): void {
    const existing = this.#servers.get(config.name);
    if (existing?.transport === 'stdio') {
      void existing.configure(config);
      return;
    }
    const server = new ProgramServer(config, this.#deps.program);
    this.#add(server);
    this.#deps.firstLooks.add(() => server.connect('start'));
  }

  #add(server: Upstream): void {
    this.#servers.set(server.name, server);
    this.#deps.onNew(server);
  }
}
