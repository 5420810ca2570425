import type { Random, UpstreamHttp } from '../ports.ts';
import type { UpstreamServer } from '../upstream/upstream-server.ts';
import { LaneSession, type Opening } from './lane-session.ts';

/** More than any tool keeps open at one server; past it the one that was quiet the longest is ended. */
export const SESSIONS_AT_MOST = 200;

/** Ids of sessions that are over are told so, and go to no server any more. */
const REMEMBERED_AT_MOST = 10_000;

/** The callers' sessions on the lane: each may be used by the caller that opened it, and by nobody else. */
export class LaneSessions {
  readonly #deps: { readonly random: Random; readonly upstreamHttp: UpstreamHttp };
  /** By server and by the id that the caller has, the one that was quiet the longest first. */
  readonly #open = new Map<string, Map<string, LaneSession>>();
  readonly #over = new Set<string>();

  constructor(deps: { readonly random: Random; readonly upstreamHttp: UpstreamHttp }) {
    this.#deps = deps;
  }

  /** Undefined: none of this caller's. One from before our start is the first one's who uses it. */
  use(server: UpstreamServer, id: string, caller: string): LaneSession | undefined {
    const open = this.#of(server);
    const known = open.get(id);
    if (known) {
      if (known.caller !== caller) return undefined;
      open.delete(id);
      open.set(id, known);
      return known;
    }
    if (this.#over.has(keyOf(server.name, id)) || isBehindAnother(open, id)) return undefined;
    const session = new LaneSession({ server, id, upstreamId: id, caller }, undefined);
    this.#add(open, session);
    return session;
  }

  /** The server opened a session; its `id` is what the caller gets. */
  opened(server: UpstreamServer, upstreamId: string, caller: string, opening: Opening | undefined): LaneSession {
    const open = this.#of(server);
    // A server that begins to count anew gives ids that somebody still has.
    const isTaken = open.has(upstreamId) || this.#over.has(keyOf(server.name, upstreamId));
    const id = isTaken ? this.#deps.random.token(24) : upstreamId;
    const opened = new LaneSession({ server, id, upstreamId, caller }, opening);
    this.#add(open, opened);
    return opened;
  }

  ended({ server: { name }, id }: LaneSession): void {
    this.#open.get(name)?.delete(id);
    this.#over.add(keyOf(name, id));
    for (const oldest of this.#over) {
      if (this.#over.size <= REMEMBERED_AT_MOST) break;
      this.#over.delete(oldest);
    }
  }

  /** It can be used again: the streams that wait for it go on. */
  serverReady(name: string): void {
    for (const { streams } of this.#open.get(name)?.values() ?? []) for (const stream of streams) stream.onReady();
  }

  /** Removed, or at another address: its ids go nowhere any more. */
  serverGone(name: string): void {
    for (const session of this.#open.get(name)?.values() ?? []) this.ended(session);
    this.#open.delete(name);
  }

  /** The caller's key was taken away. */
  callerGone(caller: string): void {
    const own = [...this.#open.values()].flatMap((open) => [...open.values()]).filter((one) => one.caller === caller);
    for (const session of own) this.#forget(session);
  }

  #add(open: Map<string, LaneSession>, session: LaneSession): void {
    open.set(session.id, session);
    const others = [...open.values()].filter((one) => one.caller === session.caller && one !== session);
    if (others.length < SESSIONS_AT_MOST) return;
    const forgotten = others.find(({ streams }) => streams.size === 0) ?? others[0];
    if (forgotten) this.#forget(forgotten);
  }

  /** Nobody uses it any more: the server need not keep it. */
  #forget(session: LaneSession): void {
    this.ended(session);
    session.endUpstream(this.#deps.upstreamHttp);
  }

  #of(server: UpstreamServer): Map<string, LaneSession> {
    const known = this.#open.get(server.name);
    if (known) return known;
    const none = new Map<string, LaneSession>();
    this.#open.set(server.name, none);
    return none;
  }
}

/** The id that a server gave to a session which its caller knows under another. */
function isBehindAnother(open: ReadonlyMap<string, LaneSession>, id: string): boolean {
  for (const { upstreamId } of open.values()) if (upstreamId === id) return true;
  return false;
}

function keyOf(server: string, id: string): string {
  return `${server}\n${id}`;
}
