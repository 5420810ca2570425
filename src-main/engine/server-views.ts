import type { ConfiguredServers } from './configured-servers.ts';
import type { ToolPins } from './endpoint/aggregate/tool-pins.ts';
import type { CallCounts } from './endpoint/call-counts.ts';
import { type ServerView, serverViewOf, unusableViewOf } from './engine-view.ts';
import type { SignIn } from './login/sign-in.ts';
import type { EpochMs, ServerName } from './model/ids.ts';
import type { Problem } from './model/problem.ts';
import { fail, ok, type Result } from './model/result.ts';
import type { Removals } from './removals.ts';
import type { RefreshScheduler } from './tokens/refresh-scheduler.ts';
import type { Upstream } from './upstream/upstream.ts';

interface ServerViewsDeps {
  readonly servers: ConfiguredServers;
  readonly scheduler: RefreshScheduler;
  readonly signIn: SignIn;
  readonly calls: CallCounts;
  readonly pins: ToolPins;
  readonly removals: Removals;
  /** Whether changed tools of it are held back. */
  readonly isHolding: (name: ServerName) => boolean;
  readonly endpoint: () => string;
  readonly startedAt: EpochMs;
}

/** What each server's row tells, put together from the parts that know it. */
export class ServerViews {
  readonly #deps: ServerViewsDeps;

  constructor(deps: ServerViewsDeps) {
    this.#deps = deps;
  }

  all(): readonly ServerView[] {
    const { all, unusable } = this.#deps.servers;
    return [
      ...all.map((server) => this.of(server)),
      ...[...unusable].map(([name, problem]) => this.#unusable(name, problem)),
    ];
  }

  find(name: ServerName): Result<ServerView> {
    const { servers } = this.#deps;
    const server = servers.get(name);
    if (server) return ok(this.of(server));
    const problem = servers.unusable.get(name);
    return problem ? ok(this.#unusable(name, problem)) : fail(servers.unknown(name));
  }

  of(server: Upstream): ServerView {
    const { scheduler, signIn, calls, pins, isHolding } = this.#deps;
    const { name } = server;
    const { length: count } = pins.changes(name);
    const view = serverViewOf(server, {
      endpoint: this.#endpointOf(name),
      life: scheduler.life(name),
      authorizationUrl: signIn.authorizationUrl(name),
      device: signIn.deviceCode(name),
      calls: calls.of(name),
    });
    const changed = count === 0 ? {} : { toolChanges: { count, held: isHolding(name) } };
    return { ...view, ...changed, ...this.#removalOf(name) };
  }

  #unusable(name: ServerName, problem: Problem): ServerView {
    return {
      ...unusableViewOf(name, this.#endpointOf(name), problem, this.#deps.startedAt),
      ...this.#removalOf(name),
    };
  }

  #removalOf(name: ServerName): Pick<ServerView, 'removedAt'> {
    const removedAt = this.#deps.removals.at(name);
    return removedAt === undefined ? {} : { removedAt };
  }

  #endpointOf(name: ServerName): string {
    return `${this.#deps.endpoint()}/${name}`;
  }
}
