import type { ClientCapabilities, Implementation, Notification, Result } from '@modelcontextprotocol/client';
import type { McpHttpHandler, ServerContext } from '@modelcontextprotocol/server';
import type { Dispose, Random } from '../../ports.ts';
import { CLIENT_CAPABILITIES, CLIENT_INFO, LOG_LEVEL } from '../../upstream/modern-meta.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import type { PassageDeps } from '../passage.ts';
import { type Behalf, type Forwarded, withAnswers } from './caller-server.ts';
import { LIST_KINDS, type ListKind, type Target } from './catalogue.ts';
import { type ArrivedCall, passDirectly } from './direct-call.ts';
import { GATEHOUSE_INFO } from './gatehouse-info.ts';
import { PendingCall } from './pending-call.ts';
import { type Profile, profileOf } from './profile.ts';
import type { ToolListing } from './search/tool-listing.ts';
import { type LinkDeps, progressOf, ServerLink } from './server-link.ts';
import type { View } from './view.ts';

/** A caller that was asked something answers within this time, or the call is given up. */
const ANSWERED_WITHIN_MS = 10 * 60_000;

/** Other names are encoded in a header. @see MCP 2026-07-28, basic/transports, "Standard headers" */
const HEADER_SAFE = /^[\x21-\x7e]+$/;

/** Sessions that no call used in this time are closed. */
const IDLE_MS = 5 * 60_000;

interface Pooled {
  readonly link: ServerLink;
  readonly identity: string;
  usedAt: number;
}

interface OpenRound {
  readonly call: PendingCall;
  readonly server: string;
  readonly over: AbortController;
  /** The request that waits now. */
  current: ServerContext;
  /** While it is the caller's turn. */
  forgetLater: Dispose;
}

export interface ModernCallerDeps extends LinkDeps {
  readonly random: Random;
}

/**
 * A caller of revision 2026-07-28 on `/mcp`. It has no session; its sessions with servers are used by one call at a
 * time, so that whatever a legacy server asks meanwhile belongs to that call.
 */
export class ModernCaller implements Behalf {
  readonly caller: string;
  readonly view: View;
  readonly listing: ToolListing;
  readonly #deps: ModernCallerDeps;
  readonly #pool = new Map<string, Pooled[]>();
  /** Calls whose next word is the caller's. */
  readonly #unanswered = new Map<string, OpenRound>();
  /** Sessions that watch resources for the caller's listen streams. */
  readonly #watches = new Map<string, ServerLink>();
  #handler: McpHttpHandler | undefined;
  #cancelTidying: Dispose | undefined;

  constructor(caller: string, view: View, listing: ToolListing, deps: ModernCallerDeps) {
    this.caller = caller;
    this.view = view;
    this.listing = listing;
    this.#deps = deps;
  }

  serve(handler: McpHttpHandler): void {
    this.#handler = handler;
  }

  handle(request: Request, parsedBody: unknown): Promise<Response> {
    if (!this.#handler) throw new Error('a caller that is not served');
    return this.#handler.fetch(request, { parsedBody });
  }

  profile(context: ServerContext): Profile {
    return profileOf(reserved(context, CLIENT_CAPABILITIES) as ClientCapabilities | undefined);
  }

  async forward(server: Upstream, request: Forwarded, context: ServerContext): Promise<Result> {
    const { mcpReq } = context;
    const state = mcpReq.requestState<string>();
    const round = state === undefined ? undefined : this.#unanswered.get(state);
    if (round?.server === server.name) {
      round.forgetLater();
      this.#unanswered.delete(round.call.id);
      round.current = context;
      round.call.answer(mcpReq.inputResponses ?? {});
      return this.#next(round);
    }
    return this.#start(server, withAnswers(request, context), context);
  }

  /**
   * A call to a modern server needs no session: bytes both ways.
   *
   * @param otherwise answers the caller where the server turns out not to be modern any more
   * @returns false where it has to go another way
   */
  callDirectly(
    call: ArrivedCall,
    to: { readonly server: Upstream; readonly target: Target },
    deps: PassageDeps,
    otherwise: () => void,
  ): boolean {
    const { eras } = this.#deps;
    const { server, target } = to;
    if (server.transport !== 'http' || eras.of(server)?.kind !== 'modern' || !HEADER_SAFE.test(target.name))
      return false;
    const onHandOver = (status?: number): void => {
      // What a 400 means tells the answer to the same in a session.
      if (status !== 400) eras.forget(server);
      otherwise();
    };
    // M2: who renames a tool rewrites body and header together.
    passDirectly(
      call,
      {
        server,
        target,
        headers: { ...call.rewritten?.headers, 'mcp-name': target.name },
        // M1: 400 is a header or a revision that it does not take, and nothing was done.
        handsOver: [400, 404, 405],
        onHandOver,
      },
      deps,
    );
    return true;
  }

  /** Modern callers name the level in each request. */
  setLogLevel(): void {}

  listChanged(kind: ListKind): void {
    const { notify } = this.#handler ?? {};
    if (kind === 'tools') notify?.toolsChanged();
    else if (kind === 'prompts') notify?.promptsChanged();
    else notify?.resourcesChanged();
  }

  /**
   * For a listen stream that names this resource.
   *
   * @param shownAs its address as the caller has it
   */
  async watch(server: Upstream, uri: string, shownAs: string): Promise<void> {
    const known = this.#watches.get(server.name);
    const link =
      known ??
      new ServerLink(
        server,
        { clientInfo: GATEHOUSE_INFO, capabilities: {} },
        { ask: () => Promise.reject(new Error('nobody is asked anything here')), tell: (told) => this.#onTold(told) },
        this.#deps,
      );
    this.#watches.set(server.name, link);
    const request = { method: 'resources/subscribe', params: { uri }, shownAs };
    await link.send(request, { signal: new AbortController().signal, ask: NOBODY, tell: (told) => this.#onTold(told) });
  }

  /** Its state is another one. */
  serverChanged(name: string): void {
    for (const { link } of this.#pool.get(name) ?? []) link.serverChanged();
    this.#watches.get(name)?.serverChanged();
  }

  forgetServer(name: string): void {
    for (const { link } of this.#pool.get(name) ?? []) void link.close();
    this.#pool.delete(name);
    void this.#watches.get(name)?.close();
    this.#watches.delete(name);
  }

  /** The caller's key may use something else now. */
  accessChanged(): void {
    for (const name of new Set([...this.#pool.keys(), ...this.#watches.keys()])) {
      if (!this.view.server(name)) this.forgetServer(name);
    }
    for (const kind of LIST_KINDS) this.listChanged(kind);
  }

  async close(): Promise<void> {
    this.#cancelTidying?.();
    for (const { call, over, forgetLater } of this.#unanswered.values()) {
      forgetLater();
      call.giveUp();
      over.abort();
    }
    this.#unanswered.clear();
    await this.#handler?.close();
    for (const name of new Set([...this.#pool.keys(), ...this.#watches.keys()])) this.forgetServer(name);
  }

  async #start(server: Upstream, request: Forwarded, context: ServerContext): Promise<Result> {
    const pooled = this.#take(server, context);
    const level = reserved(context, LOG_LEVEL);
    if (typeof level === 'string') await pooled.link.setLogLevel(level).catch(() => {});
    const over = new AbortController();
    const current = (): ServerContext => round.current;
    const call = new PendingCall(this.#deps.random.token(32), (ask) => {
      const tell = (told: Notification): void =>
        void current()
          .mcpReq.notify(told)
          .catch(() => {});
      const open = { signal: over.signal, ...progressOf(request, context, tell), ask, tell };
      return pooled.link.send(typeof level === 'string' ? withLogLevel(request, level) : request, open).finally(() => {
        pooled.usedAt = this.#deps.clock.monotonicMs();
        this.#tidyLater();
      });
    });
    const round: OpenRound = { call, server: server.name, over, current: context, forgetLater: () => {} };
    return this.#next(round);
  }

  /** The end of this request: the call's result, or a question to the caller, whose answer comes with another request. */
  async #next(round: OpenRound): Promise<Result> {
    const { call, over } = round;
    const { signal } = round.current.mcpReq;
    const giveUp = (): void => over.abort();
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      const result = await call.next();
      if (result.resultType === 'input_required' && result.requestState === call.id) this.#leaveToCaller(round);
      return result;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  #leaveToCaller(round: OpenRound): void {
    const { clock } = this.#deps;
    this.#unanswered.set(round.call.id, round);
    round.forgetLater = clock.setAlarm(clock.now() + ANSWERED_WITHIN_MS, () => {
      this.#unanswered.delete(round.call.id);
      round.call.giveUp();
      round.over.abort();
    });
  }

  #take(server: Upstream, context: ServerContext): Pooled {
    const clientInfo = (reserved(context, CLIENT_INFO) as Implementation | undefined) ?? GATEHOUSE_INFO;
    const capabilities = (reserved(context, CLIENT_CAPABILITIES) as ClientCapabilities | undefined) ?? {};
    const identity = JSON.stringify([clientInfo, capabilities]);
    const pool = this.#pool.get(server.name) ?? [];
    this.#pool.set(server.name, pool);
    const idle = pool.find(({ link, identity: own }) => !link.isBusy && own === identity && link.server === server);
    if (idle) return idle;
    const link = new ServerLink(
      server,
      { clientInfo, capabilities },
      { ask: NOBODY, tell: (told) => this.#onTold(told) },
      this.#deps,
    );
    const pooled = { link, identity, usedAt: this.#deps.clock.monotonicMs() };
    pool.push(pooled);
    return pooled;
  }

  #onTold({ method, params }: Notification): void {
    if (method !== 'notifications/resources/updated' || typeof params?.uri !== 'string') return;
    this.#handler?.notify.resourceUpdated(params.uri);
  }

  #tidyLater(): void {
    const { clock } = this.#deps;
    this.#cancelTidying ??= clock.setAlarm(clock.now() + IDLE_MS, () => {
      this.#cancelTidying = undefined;
      const oldest = clock.monotonicMs() - IDLE_MS;
      for (const [server, pool] of this.#pool) {
        const kept = pool.filter(({ link, usedAt }) => link.isBusy || usedAt > oldest);
        for (const pooled of pool) if (!kept.includes(pooled)) void pooled.link.close();
        if (kept.length > 0) this.#pool.set(server, kept);
        else this.#pool.delete(server);
      }
      if (this.#pool.size > 0) this.#tidyLater();
    });
  }
}

/** For a modern server, that is asked in each request. */
function withLogLevel({ params, ...request }: Forwarded, level: string): Forwarded {
  return { ...request, params: { ...params, _meta: { ...(params._meta as object | undefined), [LOG_LEVEL]: level } } };
}

function NOBODY(): Promise<Result> {
  return Promise.reject(new Error('nobody is asked anything here'));
}

function reserved({ mcpReq }: ServerContext, key: string): unknown {
  return (mcpReq.envelope as Record<string, unknown> | undefined)?.[key];
}
