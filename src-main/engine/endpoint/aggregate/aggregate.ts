import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Problem } from '../../model/problem.ts';
import type { Clock, Logger, Random, UpstreamHttp } from '../../ports.ts';
import { Eras } from '../../upstream/mcp-client.ts';
import type { UpstreamServer } from '../../upstream/upstream-server.ts';
import { type Body, readBody } from '../request-body.ts';
import { createCallerServer } from './caller-server.ts';
import { type Catalogue, type ListKind, mergeLists } from './catalogue.ts';
import type { ArrivedCall, CallMessage } from './direct-call.ts';
import { LegacySession } from './legacy-session.ts';
import { ModernCaller } from './modern-caller.ts';
import type { Namespace } from './names.ts';
import { Offered } from './offered.ts';
import { sendWebResponse, webRequest } from './web-exchange.ts';

/** More than any person's tools keep open; past it the one that was quiet the longest goes. */
const SESSIONS_AT_MOST = 500;

export interface AggregateDeps {
  readonly upstreamHttp: UpstreamHttp;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly servers: () => readonly UpstreamServer[];
  readonly namespace: () => Namespace;
  readonly notNow: (server: UpstreamServer, problem: Problem) => { message: string; data: unknown };
  readonly onCall: (server: string, caller: string) => void;
}

/** `/mcp`: all servers as one, for callers of both eras. */
export class Aggregate {
  readonly #deps: AggregateDeps;
  readonly #eras: Eras;
  readonly #offered: Offered;
  readonly #sessions = new Map<string, LegacySession>();
  readonly #modern = new Map<string, Promise<ModernCaller>>();
  readonly #idPrefix: string;
  #requests = 0;
  #merged: { readonly key: string; readonly version: number; readonly catalogue: Catalogue } | undefined;

  constructor(deps: AggregateDeps) {
    this.#deps = deps;
    this.#idPrefix = deps.random.token(4);
    this.#eras = new Eras(deps.clock);
    this.#offered = new Offered({ ...deps, eras: this.#eras, onChange: (kind) => this.#listChanged(kind) });
  }

  handle(request: IncomingMessage, response: ServerResponse, caller: string): void {
    readBody(request, (body) => {
      if (body && !body.isHeld) {
        respond(response, 413, -32600, 'This message is larger than 4 MiB, which /mcp does not take.');
        request.resume();
        return;
      }
      this.#serve(request, response, caller, body).catch((error: unknown) => {
        const detail = error instanceof Error ? error.message : String(error);
        this.#deps.logger.error('request.bug', { caller, detail });
        if (response.headersSent) response.destroy();
        else respond(response, 500, -32603, 'Gatehouse failed on this request. Its log has the reason.');
      });
    });
  }

  /** Its state has another kind: what it offers may be other than before. */
  serverChanged(server: UpstreamServer): void {
    if (server.state.kind === 'ready') this.#offered.becameUsable(server);
  }

  /** Removed, or at another address: nobody goes on with sessions of before. */
  serverGone(name: string): void {
    this.#offered.forget(name);
    for (const session of this.#sessions.values()) session.forgetServer(name);
    for (const modern of this.#modern.values()) void modern.then((caller) => caller.forgetServer(name));
    for (const kind of ['tools', 'prompts', 'resources'] as const) this.#listChanged(kind);
  }

  /** The caller's key was taken away. */
  callerGone(caller: string): void {
    for (const [id, session] of this.#sessions) if (session.caller === caller) this.#end(id, session);
    void this.#modern.get(caller)?.then((modern) => modern.close());
    this.#modern.delete(caller);
  }

  async close(): Promise<void> {
    const sessions = [...this.#sessions.values()];
    const modern = [...this.#modern.values()];
    this.#sessions.clear();
    this.#modern.clear();
    await Promise.all([
      ...sessions.map((session) => session.close()),
      ...modern.map(async (caller) => (await caller).close()),
      this.#offered.close(),
    ]);
  }

  async #serve(
    request: IncomingMessage,
    response: ServerResponse,
    caller: string,
    body: Body | undefined,
  ): Promise<void> {
    const begun = this.#deps.clock.monotonicMs();
    const held = body?.held();
    const parsed = held && parseJson(held);
    if (held && parsed === undefined) {
      respond(response, 400, -32700, 'The body is not JSON.');
      return;
    }
    const throughSdk = async (): Promise<void> => {
      const answer = await this.#answer(webRequest(request, response, held), parsed, caller);
      const method = methodOf(parsed) ?? request.method ?? '';
      const { status } = answer;
      await sendWebResponse(answer, response);
      const ms = Math.round((this.#deps.clock.monotonicMs() - begun) * 10) / 10;
      this.#deps.logger.info('request.done', { caller, method, ms, outcome: `${status}` });
    };
    const session = this.#sessionOf(request, caller);
    if (body && isCall(parsed)) {
      const call = { request, response, caller, correlationId: this.#correlationId(), begun, body, message: parsed };
      if (await this.#callDirectly(call, session, throughSdk)) return;
    }
    if (session && isMessage(parsed) && (await session.passOn(parsed))) {
      response.writeHead(202).end();
      return;
    }
    await throughSdk();
  }

  async #callDirectly(
    call: ArrivedCall,
    session: LegacySession | undefined,
    throughSdk: () => Promise<void>,
  ): Promise<boolean> {
    const caller = session ?? (isModern(call) ? await this.#modern.get(call.caller) : undefined);
    const target = caller && this.#known().tool(call.message.params.name);
    const server = target && this.#servers().find(({ name }) => name === target.server);
    if (!caller || !server) return false;
    const otherwise = (): void => void throughSdk().catch(() => call.response.destroy());
    const passes = caller.callDirectly(call, { server, target }, this.#deps, otherwise);
    if (passes) this.#deps.onCall(server.name, call.caller);
    return passes;
  }

  #sessionOf(request: IncomingMessage, caller: string): LegacySession | undefined {
    const id = request.headers['mcp-session-id'];
    const session = typeof id === 'string' ? this.#sessions.get(id) : undefined;
    return session?.caller === caller ? session : undefined;
  }

  #correlationId(): string {
    this.#requests += 1;
    return `a-${this.#idPrefix}-${this.#requests}`;
  }

  /** What the servers were last known to offer, put together once for each change. */
  #known(): Catalogue {
    const lists = this.#offered.known(this.#servers());
    const key = [...lists.keys()].join('\n');
    if (this.#merged?.key !== key || this.#merged.version !== this.#offered.version) {
      const catalogue = mergeLists(lists, this.#deps.namespace());
      this.#merged = { key, version: this.#offered.version, catalogue };
    }
    return this.#merged.catalogue;
  }

  async #answer(web: Request, parsed: unknown, caller: string): Promise<Response> {
    const sdk = await import('@modelcontextprotocol/server');
    const id = web.headers.get('mcp-session-id');
    if (id !== null) {
      const session = this.#sessions.get(id);
      // As if it did not exist: the caller initializes again, with a session of its own.
      if (session?.caller !== caller) return errorResponse(404, -32001, 'There is no such session.');
      this.#sessions.delete(id);
      this.#sessions.set(id, session);
      return session.handle(web, parsed);
    }
    if (web.method === 'POST' && (await sdk.isLegacyRequest(web.clone())))
      return this.#openSession(web, parsed, caller);
    const modern = await this.#modernCaller(caller);
    if (methodOf(parsed) === 'subscriptions/listen') await this.#watch(modern, parsed);
    return modern.handle(web, parsed);
  }

  async #openSession(web: Request, parsed: unknown, caller: string): Promise<Response> {
    const sdk = await import('@modelcontextprotocol/server');
    const session = new LegacySession(caller, this.#servers, this.#connectDeps);
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

  #modernCaller(caller: string): Promise<ModernCaller> {
    const known = this.#modern.get(caller);
    if (known) return known;
    const opening = (async () => {
      const sdk = await import('@modelcontextprotocol/server');
      const { clock, random } = this.#deps;
      const deps = { ...this.#connectDeps, clock, random };
      const modern = new ModernCaller(this.#servers, deps);
      modern.serve(
        sdk.createMcpHandler(() => createCallerServer(modern, this.#callerServerDeps(caller)), { legacy: 'reject' }),
      );
      return modern;
    })();
    this.#modern.set(caller, opening);
    return opening;
  }

  /** The SDK serves the stream; what it names is watched at the servers. */
  async #watch(modern: ModernCaller, parsed: unknown): Promise<void> {
    const uris = subscribedIn(parsed);
    if (uris.length === 0) return;
    const catalogue = mergeLists(await this.#offered.of(this.#servers()), this.#deps.namespace());
    for (const uri of uris) {
      const target = catalogue.resource(uri);
      const server = target && this.#servers().find(({ name }) => name === target.server);
      if (target && server) await modern.watch(server, target.name).catch(() => {});
    }
  }

  readonly #servers = (): readonly UpstreamServer[] =>
    this.#deps.servers().filter(({ state }) => state.kind !== 'disabled');

  get #connectDeps() {
    return { upstreamHttp: this.#deps.upstreamHttp, eras: this.#eras };
  }

  #callerServerDeps(caller: string) {
    const { namespace, notNow, onCall } = this.#deps;
    return { offered: this.#offered, namespace, notNow, onCall: (server: string) => onCall(server, caller) };
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

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}

function methodOf(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null || !('method' in message)) return undefined;
  return typeof message.method === 'string' ? message.method : undefined;
}

function isCall(message: unknown): message is CallMessage {
  if (methodOf(message) !== 'tools/call') return false;
  const { params } = message as { params?: { name?: unknown } };
  return typeof params?.name === 'string';
}

function isMessage(message: unknown): message is object {
  return typeof message === 'object' && message !== null && !Array.isArray(message);
}

/** Each request of a modern caller says so itself. @see MCP 2026-07-28, basic, "Request metadata" */
function isModern({ message }: ArrivedCall): boolean {
  const { _meta } = message.params as { _meta?: Record<string, unknown> };
  return typeof _meta?.['io.modelcontextprotocol/protocolVersion'] === 'string';
}

function subscribedIn(message: unknown): readonly string[] {
  const { params } = message as { params?: { notifications?: { resourceSubscriptions?: unknown } } };
  const uris = params?.notifications?.resourceSubscriptions;
  return Array.isArray(uris) ? uris.filter((uri) => typeof uri === 'string') : [];
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
