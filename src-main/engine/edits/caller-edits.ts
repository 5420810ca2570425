import type { ConfiguredServers } from '../configured-servers.ts';
import type { Aggregate } from '../endpoint/aggregate/aggregate.ts';
import type { CallerInfo, Callers, LimitSet } from '../endpoint/callers.ts';
import type { LaneSessions } from '../endpoint/lane-sessions.ts';
import type { Listener } from '../endpoint/listener.ts';
import type { LimitChange } from '../model/caller-limit.ts';
import { ok, type Result } from '../model/result.ts';

/** A key, which cannot be had a second time, and where to use it. */
interface NewKey {
  readonly name: string;
  readonly key: string;
  readonly url: string;
}

interface CallerEditsDeps {
  readonly callers: Callers;
  readonly servers: ConfiguredServers;
  readonly listener: Listener;
  readonly aggregate: Aggregate;
  readonly laneSessions: LaneSessions;
  readonly endpoint: () => string;
  readonly onChange: () => void;
}

/** What a person changes of the callers' keys; it holds at once, in sessions that are open too. */
export class CallerEdits {
  readonly #deps: CallerEditsDeps;

  constructor(deps: CallerEditsDeps) {
    this.#deps = deps;
  }

  /** @param wanted what the key may use; undefined: everything */
  async add(name: string, wanted?: LimitChange): Promise<Result<LimitSet & NewKey>> {
    const { callers, servers, endpoint, onChange } = this.#deps;
    const added = await callers.add(name, wanted, servers.names);
    if (!added.ok) return added;
    onChange();
    return ok({ ...added.value, url: endpoint() });
  }

  /** @param wanted undefined takes the limit away */
  async limit(name: string, wanted: LimitChange | undefined): Promise<Result<LimitSet & CallerInfo>> {
    const { callers, servers, listener, aggregate, onChange } = this.#deps;
    const before = callers.accessOf(name);
    const limited = await callers.limit(name, wanted, servers.names);
    if (!limited.ok) return limited;
    const after = callers.accessOf(name);
    for (const { name: server } of servers.all) {
      // The next request takes another way, if any.
      if (before.of(server) !== after.of(server)) listener.endRequestsOf({ server, caller: name });
    }
    aggregate.accessChanged(name);
    onChange();
    return limited;
  }

  /** A key that ends with this program, for a bridge that was started by its owner. */
  lend(caller: string | undefined): Result<NewKey> {
    const lent = this.#deps.callers.lend(caller);
    return lent.ok ? ok({ ...lent.value, url: this.#deps.endpoint() }) : lent;
  }

  async remove(name: string): Promise<Result<void>> {
    const { callers, listener, aggregate, laneSessions, onChange } = this.#deps;
    const removed = await callers.remove(name);
    if (!removed.ok) return removed;
    listener.endRequestsOf({ caller: name });
    aggregate.callerGone(name);
    laneSessions.callerGone(name);
    onChange();
    return removed;
  }
}
