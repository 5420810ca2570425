import type { IncomingMessage, ServerResponse } from 'node:http';
import { atMost } from '../../at-most.ts';
import type { Access } from '../../model/caller-limit.ts';
import { INTERNAL_ERROR, INVALID_REQUEST, PARSE_ERROR } from '../../model/json-rpc.ts';
import type { Problem } from '../../model/problem.ts';
import { isRecord } from '../../model/record.ts';
import type { ToolSettings } from '../../model/server-config.ts';
import type { Clock, Logger, Random, UpstreamHttp } from '../../ports.ts';
import { Eras } from '../../upstream/mcp-client.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import type { DoneRequest } from '../activity.ts';
import type { NotNow } from '../login-required.ts';
import { type Body, readBody } from '../request-body.ts';
import { capabilitiesIn, headersAgree, isCall, isModern, methodOf, parseJson, subscribedIn } from './caller-message.ts';
import { type Behalf, createCallerServer } from './caller-server.ts';
import { type Catalogue, LIST_KINDS, type ListKind } from './catalogue.ts';
import type { ArrivedCall } from './direct-call.ts';
import { LegacySession } from './legacy-session.ts';
import { ModernCaller } from './modern-caller.ts';
import type { Naming } from './names.ts';
import type { OfferKeeper } from './offer-keeper.ts';
import { Offered } from './offered.ts';
import { paramHeaders } from './param-headers.ts';
import { profileOf } from './profile.ts';
import { argumentMistake } from './search/argument-mistakes.ts';
import { CALL_TOOL, Finder, innerCallOf, isOfSearch } from './search/finder.ts';
import { isSearched, listingAsked, meetsSearch, type ToolListing } from './search/tool-listing.ts';
import type { ToolPins } from './tool-pins.ts';
import { View } from './view.ts';
import { WaitingCalls } from './waiting-calls.ts';
import { sendWebResponse, webRequest } from './web-exchange.ts';

/** More than any person's tools keep open; past it the one that was quiet the longest goes. */
const SESSIONS_AT_MOST = 500;

export interface AggregateDeps {
  readonly upstreamHttp: UpstreamHttp;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly tools: () => ToolSettings;
  readonly keeper: OfferKeeper;
  readonly notNow: (server: Upstream, problem: Problem) => NotNow;
  readonly onCall: (server: string, caller: string) => void;
  readonly onDone: (request: DoneRequest) => void;
  readonly pins: ToolPins;
  /** What a caller's key may use now. */
  readonly accessOf: (caller: string) => Access;
}

const NOBODY_TO_ASK = profileOf(undefined);
/** A listen stream opens after this time, whether all of its servers have said that they tell or not. */
const WATCH_PATIENCE_MS = 3000;

/** Who asks, and at which address. */
interface Who {
  readonly caller: string;
  /** The address as this caller sees it. */
  readonly view: View;
  readonly listing: ToolListing;
}

/** `/mcp` and its like: several servers as one, for callers of both eras. */
export class Aggregate {
  readonly #deps: AggregateDeps;
  readonly #eras: Eras;
  readonly #offered: Offered;
  readonly #sessions = new Map<string, LegacySession>();
  readonly #modern = new Map<string, Promise<ModernCaller>>();
  /** Each address as each caller sees it. */
  readonly #seen = new Map<string, View>();
  readonly #waitingCalls: WaitingCalls;
  /** Servers that are shown to nobody. */
  readonly #disabled = new Set<string>();
  readonly #finder = new Finder();
  readonly #idPrefix: string;
  #requests = 0;

  constructor(deps: AggregateDeps) {
    this.#deps = deps;
    this.#idPrefix = deps.random.token(4);
    this.#eras = new Eras(deps.clock);
    this.#waitingCalls = new WaitingCalls(deps.clock);
    this.#offered = new Offered({ ...deps, eras: this.#eras, onChange: (kind) => this.#listChanged(kind) });
  }

  /** One address: these servers, under these names. */
  view(id: string, servers: () => readonly Upstream[], naming: Naming): View {
    return new View(id, this.#offered, servers, naming);
  }

  /** The names of what a server offers as tools; undefined where it was never asked, and cannot be asked now. */
  async toolsOf(server: Upstream): Promise<readonly string[] | undefined> {
    const lists = (await this.#offered.of([server], profileOf(undefined))).get(server.name);
    return lists?.tools.map(({ name }) => name);
  }

  handle(request: IncomingMessage, response: ServerResponse, caller: string, view: View): void {
    readBody(request, (body) => {
      if (body && !body.isHeld) {
        respond(response, 413, INVALID_REQUEST, 'This message is larger than 4 MiB, which /mcp does not take.');
        request.resume();
        return;
      }
      const who = { caller, view: this.#seenBy(caller, view), listing: listingAsked(request.url) };
      this.#serve(request, response, who, body).catch((error: unknown) => {
        const detail = error instanceof Error ? error.message : String(error);
        this.#deps.logger.error('request.bug', { caller, detail });
        if (response.headersSent) response.destroy();
        else respond(response, 500, INTERNAL_ERROR, 'Gatehouse failed on this request. Its log has the reason.');
      });
    });
  }

  /** Its state has another kind: what it offers may be other than before. */
  serverChanged(server: Upstream): void {
    const isDisabled = server.state.kind === 'disabled';
    if (isDisabled !== this.#disabled.has(server.name)) {
      if (isDisabled) this.#waitingCalls.end(server.name, false);
      if (isDisabled) this.#disabled.add(server.name);
      else this.#disabled.delete(server.name);
      this.shownOtherwise();
    }
    for (const session of this.#sessions.values()) session.serverChanged(server.name);
    for (const modern of this.#modern.values()) void modern.then((caller) => caller.serverChanged(server.name));
    if (server.state.kind !== 'ready') return;
    this.#offered.mayHaveChanged(server);
    this.keepWatch(server);
    this.#waitingCalls.end(server.name, true);
  }

  /** Whether what goes to and comes from this server has to be read: its tools are held back when they change. */
  isHolding(server: string): boolean {
    return this.#offered.isHolding(server);
  }

  /** Where a person wants to know of changed tools, they are looked at without a caller of `/mcp` too, when stale. */
  keepWatch(server: Upstream): void {
    if (this.#deps.pins.modeOf(server.name) === 'off') return;
    void this.#offered.of([server], NOBODY_TO_ASK);
  }

  /** Tools are held back, or no longer. */
  toolsHeldOtherwise(): void {
    this.#listChanged('tools');
  }

  /** The setting for changed tools is another one, for these servers at least. */
  pinningChanged(servers: readonly Upstream[]): void {
    this.#offered.compareAgain();
    for (const server of servers) this.keepWatch(server);
    this.#listChanged('tools');
  }

  /** It says that it offers something else now. */
  offerChanged(server: Upstream): void {
    this.#offered.mayHaveChanged(server);
  }

  /** Removed, or at another address: nobody goes on with sessions of before. Resolves when nothing of it is on the disk. */
  serverGone(name: string): Promise<void> {
    const forgotten = this.#offered.forget(name);
    this.#waitingCalls.end(name, false);
    this.#disabled.delete(name);
    for (const session of this.#sessions.values()) session.forgetServer(name);
    for (const modern of this.#modern.values()) void modern.then((caller) => caller.forgetServer(name));
    this.shownOtherwise();
    return forgotten;
  }

  /** Other servers are shown than before, or under other names. */
  shownOtherwise(): void {
    for (const kind of LIST_KINDS) this.#listChanged(kind);
  }

  /** The caller's key may use something else now: its open sessions are told, and lose what they may not use. */
  accessChanged(caller: string): void {
    for (const session of this.#sessions.values()) if (session.caller === caller) session.accessChanged();
    for (const modern of this.#modern.values()) {
      void modern.then((served) => {
        if (served.caller === caller) served.accessChanged();
      });
    }
  }

  /** The caller's key was taken away. */
  callerGone(caller: string): void {
    for (const key of this.#seen.keys()) if (key.endsWith(`\n${caller}`)) this.#seen.delete(key);
    this.#offered.callerGone(caller);

    for (const [id, session] of this.#sessions) if (session.caller === caller) this.#end(id, session);
    for (const [key, modern] of this.#modern) {
      void modern.then((served) => {
        if (served.caller !== caller) return;
        this.#modern.delete(key);
        void served.close();
      });
    }
  }

  async close(): Promise<void> {
    const sessions = [...this.#sessions.values()];
    const modern = [...this.#modern.values()];
    this.#sessions.clear();
    this.#modern.clear();
    this.#waitingCalls.close();
    await Promise.all([
      ...sessions.map((session) => session.close()),
      ...modern.map(async (caller) => (await caller).close()),
      this.#offered.close(),
    ]);
  }

  async #serve(request: IncomingMessage, response: ServerResponse, who: Who, body: Body | undefined): Promise<void> {
    const { caller } = who;
    const begun = this.#deps.clock.monotonicMs();
    const held = body?.held();
    const parsed = held && parseJson(held);
    if (held && parsed === undefined) {
      respond(response, 400, PARSE_ERROR, 'The body is not JSON.');
      return;
    }
    const throughSdk = async (): Promise<void> => {
      const answer = await this.#answer(webRequest(request, response, held), parsed, who);
      const method = methodOf(parsed) ?? request.method ?? '';
      const { status } = answer;
      await sendWebResponse(answer, response);
      const ms = Math.round((this.#deps.clock.monotonicMs() - begun) * 10) / 10;
      const done = { caller, method, ms, outcome: `${status}` };
      this.#deps.logger.info('request.done', done);
      this.#deps.onDone(done);
    };
    const session = this.#sessionOf(request.headers['mcp-session-id'], who);
    if (body && isCall(parsed)) {
      const call = { request, response, caller, correlationId: this.#correlationId(), begun, body, message: parsed };
      if (await this.#callDirectly(call, who, session, throughSdk)) return;
    }
    if (session && isRecord(parsed) && (await session.passOn(parsed))) {
      response.writeHead(202).end();
      return;
    }
    await throughSdk();
  }

  async #callDirectly(
    arrived: ArrivedCall,
    who: Who,
    session: LegacySession | undefined,
    throughSdk: () => Promise<void>,
  ): Promise<boolean> {
    const { caller: name, view } = who;
    const isCertain = isModern(arrived) && headersAgree(arrived);
    const caller = session ?? (isCertain ? await this.#modern.get(modernKeyOf(who)) : undefined);
    if (!caller) return false;
    const profile = session ? session.profile() : profileOf(capabilitiesIn(arrived.message.params));
    const known = view.known(profile);
    const call = this.#meantBy(arrived, known, caller);
    const target = call && known.tool(call.message.params.name);
    const server = target && view.server(target.server);
    // What it answers has to be read, for the addresses in it.
    if (!call || !server || known.isContested(server.name)) return false;
    const otherwise = (): void => void throughSdk().catch(() => call.response.destroy());
    const passes = caller.callDirectly(call, { server, target }, this.#deps, otherwise);
    if (passes) this.#deps.onCall(server.name, name);
    return passes;
  }

  #seenBy(caller: string, view: View): View {
    const key = keyOf(view, caller);
    const known = this.#seen.get(key);
    if (known) return known;
    const seen = view.seenWith(caller, () => this.#deps.accessOf(caller));
    this.#seen.set(key, seen);
    return seen;
  }

  /** The call itself where it came by `call_tool`; undefined where that has something to say first. */
  #meantBy(arrived: ArrivedCall, known: Catalogue, caller: Behalf): ArrivedCall | undefined {
    const { name } = arrived.message.params;
    const searches = (): boolean => isSearched(caller, known, this.#deps.tools().searchAbove);
    if (!meetsSearch(caller) || !isOfSearch(name, known, searches)) return arrived;
    const inner = name === CALL_TOOL ? innerCallOf(arrived.message.params.arguments) : '';
    const definition = typeof inner === 'string' ? undefined : known.definition(inner.name);
    if (typeof inner === 'string' || !definition) return undefined;
    if (argumentMistake(definition.inputSchema, inner.arguments) !== undefined) return undefined;
    const message = { ...arrived.message, params: { ...arrived.message.params, ...inner } };
    return { ...arrived, message, rewritten: { headers: paramHeaders(definition.inputSchema, inner.arguments) } };
  }

  /** A session is its own caller's, at the address where it was opened. */
  #sessionOf(id: unknown, { caller, view }: Who): LegacySession | undefined {
    const session = typeof id === 'string' ? this.#sessions.get(id) : undefined;
    return session?.caller === caller && session.view.id === view.id ? session : undefined;
  }

  #correlationId(): string {
    this.#requests += 1;
    return `a-${this.#idPrefix}-${this.#requests}`;
  }

  async #answer(web: Request, parsed: unknown, who: Who): Promise<Response> {
    const sdk = await import('@modelcontextprotocol/server');
    const id = web.headers.get('mcp-session-id');
    if (id !== null) {
      const session = this.#sessionOf(id, who);
      // As if it did not exist: the caller initializes again, with a session of its own.
      if (!session) return errorResponse(404, -32001, 'There is no such session.');
      this.#sessions.delete(id);
      this.#sessions.set(id, session);
      return session.handle(web, parsed);
    }
    if (web.method === 'POST' && (await sdk.isLegacyRequest(web.clone()))) return this.#openSession(web, parsed, who);
    const modern = await this.#modernCaller(who);
    if (methodOf(parsed) === 'subscriptions/listen') await this.#watch(modern, parsed, who);
    return modern.handle(web, parsed);
  }

  async #openSession(web: Request, parsed: unknown, { caller, view, listing }: Who): Promise<Response> {
    const sdk = await import('@modelcontextprotocol/server');
    const session = new LegacySession(caller, view, listing, this.#connectDeps);
    const transport = new sdk.WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => this.#deps.random.token(24),
      onsessioninitialized: (id) => {
        this.#sessions.set(id, session);
        this.#makeRoom();
      },
      onsessionclosed: (id) => this.#end(id, session),
    });
    await session.open(await createCallerServer(session, this.#callerServerDeps(caller)), transport);
    return session.handle(web, parsed);
  }

  #modernCaller(who: Who): Promise<ModernCaller> {
    const key = modernKeyOf(who);
    const known = this.#modern.get(key);
    if (known) return known;
    const opening = (async () => {
      const sdk = await import('@modelcontextprotocol/server');
      const { random } = this.#deps;
      const modern = new ModernCaller(who.caller, who.view, who.listing, { ...this.#connectDeps, random });
      const deps = this.#callerServerDeps(who.caller);
      modern.serve(sdk.createMcpHandler(() => createCallerServer(modern, deps), { legacy: 'reject' }));
      return modern;
    })();
    this.#modern.set(key, opening);
    return opening;
  }

  /** The SDK serves the stream; what it names is watched at the servers. */
  async #watch(modern: ModernCaller, parsed: unknown, { view }: Who): Promise<void> {
    const uris = subscribedIn(parsed);
    if (uris.length === 0) return;
    const catalogue = await view.catalogue(profileOf(capabilitiesIn((parsed as { params?: unknown }).params)));
    const watching = uris.map(async (uri) => {
      const target = catalogue.resource(uri);
      const server = target && view.server(target.server);
      if (target && server) await modern.watch(server, target.name, uri).catch(() => {});
    });
    // A server that does not answer must not hold up the stream, which is also for others.
    await atMost(this.#deps.clock, WATCH_PATIENCE_MS, Promise.all(watching));
  }

  get #connectDeps() {
    return { upstreamHttp: this.#deps.upstreamHttp, eras: this.#eras, clock: this.#deps.clock };
  }

  #callerServerDeps(caller: string) {
    const { notNow, onCall, random, tools } = this.#deps;
    return {
      finder: this.#finder,
      searchAbove: () => tools().searchAbove,
      notNow,
      onCall: (server: string) => onCall(server, caller),
      newId: () => random.token(16),
      untilUsable: (server: Upstream, signal: AbortSignal, stillWaiting?: () => void) =>
        this.#waitingCalls.wait(server, signal, stillWaiting),
    };
  }

  #listChanged(kind: ListKind): void {
    for (const session of this.#sessions.values()) session.listChanged(kind);
    for (const modern of this.#modern.values()) void modern.then((caller) => caller.listChanged(kind));
  }

  #makeRoom(): void {
    for (const [id, session] of this.#sessions) {
      if (this.#sessions.size <= SESSIONS_AT_MOST) break;
      this.#end(id, session);
    }
  }

  #end(id: string, session: LegacySession): void {
    this.#sessions.delete(id);
    void session.close().catch(() => {});
  }
}

function keyOf(view: View, caller: string): string {
  return `${view.id}\n${caller}`;
}

function modernKeyOf({ view, caller, listing }: Who): string {
  return `${keyOf(view, caller)}\n${listing ?? ''}`;
}

function errorBody(code: number, message: string): string {
  return JSON.stringify({ jsonrpc: '2.0', id: null, error: { code, message } });
}

function errorResponse(status: number, code: number, message: string): Response {
  return new Response(errorBody(code, message), { status, headers: { 'content-type': 'application/json' } });
}

function respond(response: ServerResponse, status: number, code: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(errorBody(code, message));
}
