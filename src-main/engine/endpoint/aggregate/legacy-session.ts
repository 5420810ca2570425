import type { Notification, Result } from '@modelcontextprotocol/client';
import type { Server, ServerContext, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import type { UpstreamHeaders } from '../../upstream/admitted-request.ts';
import { rawHeaders } from '../../upstream/raw-session.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import { isEventStream } from '../complete-events.ts';
import type { Passage, PassageDeps } from '../passage.ts';
import { ANY_RESULT } from './any-result.ts';
import { CallStream } from './call-stream.ts';
import { type Behalf, type Forwarded, withAnswers } from './caller-server.ts';
import { LIST_KINDS, type ListKind, type Target } from './catalogue.ts';
import { type ArrivedCall, passDirectly } from './direct-call.ts';
import { EventStreamScan } from './event-stream-scan.ts';
import { GATEHOUSE_INFO } from './gatehouse-info.ts';
import { type Profile, profileOf } from './profile.ts';
import type { ToolListing } from './search/tool-listing.ts';
import { type LinkDeps, type OpenCall, progressOf, ServerLink } from './server-link.ts';
import type { View } from './view.ts';

/** A question to a caller is mostly a question to its person. */
const ANSWER_BY_PERSON_MS = 10 * 60_000;

/** What most legacy servers tell of their own accord. @see MCP 2025-11-25, server/utilities/logging */
const USUAL_LOG_LEVEL = 'info';

const NOTHING = Buffer.alloc(0);

/** A caller of a revision up to 2025-11-25 on `/mcp`: its session with us, and its own sessions with the servers. */
export class LegacySession implements Behalf {
  readonly caller: string;
  readonly view: View;
  readonly listing: ToolListing;
  readonly #deps: LinkDeps;
  readonly #links = new Map<string, ServerLink>();
  /** Calls that went directly, by the caller's own ids: to be cancelled at the right server. */
  readonly #direct = new Map<unknown, { readonly link: ServerLink; readonly passage: Passage }>();
  /** What servers asked in the middle of direct answers, by the id that the caller sees. */
  readonly #questions = new Map<unknown, { readonly link: ServerLink; readonly id: unknown }>();
  #asked = 0;
  #transport: WebStandardStreamableHTTPServerTransport | undefined;
  #server: Server | undefined;
  #logLevel: string | undefined;

  constructor(caller: string, view: View, listing: ToolListing, deps: LinkDeps) {
    this.caller = caller;
    this.view = view;
    this.listing = listing;
    this.#deps = deps;
  }

  async open(server: Server, transport: WebStandardStreamableHTTPServerTransport): Promise<void> {
    this.#server = server;
    this.#transport = transport;
    server.fallbackNotificationHandler = async (notification) => {
      if (notification.method !== 'notifications/roots/list_changed') return;
      for (const link of this.#links.values()) void link.notify(notification).catch(() => {});
    };
    await server.connect(transport);
  }

  handle(request: Request, parsedBody: unknown): Promise<Response> {
    if (!this.#transport) throw new Error('a session that was not opened');
    return this.#transport.handleRequest(request, { parsedBody });
  }

  profile(): Profile {
    return profileOf(this.#server?.getClientCapabilities());
  }

  async forward(server: Upstream, request: Forwarded, context: ServerContext): Promise<Result> {
    return this.#link(server).send(withAnswers(request, context), openCall(request, context));
  }

  /**
   * A call into a session that is open already, bytes both ways.
   *
   * @param otherwise answers the caller where the server forgot the session
   * @returns false where it has to go another way
   */
  callDirectly(
    call: ArrivedCall,
    to: { readonly server: Upstream; readonly target: Target },
    deps: PassageDeps,
    otherwise: () => void,
  ): boolean {
    const { server, target } = to;
    const link = this.#links.get(server.name);
    const raw = link?.server === server ? link.rawSession : undefined;
    if (!link || !raw || server.transport === 'stdio') return false;
    const { id } = call.message;
    let scan: EventStreamScan | undefined;
    const hooks = {
      onHeaders: (_status: number, headers: UpstreamHeaders): UpstreamHeaders => {
        if (!isEventStream(headers)) return headers;
        if (link.mayAsk) scan = new EventStreamScan((question) => this.#noteQuestion(link, question));
        return headers;
      },
      onData: (chunk: Uint8Array): Uint8Array => scan?.take(chunk) ?? chunk,
      onEnd: (): Uint8Array => scan?.rest() ?? NOTHING,
    };
    // What is looked through must be readable.
    const headers = { ...rawHeaders(raw), ...(link.mayAsk ? { 'accept-encoding': 'identity' } : {}) };
    const sinkFor = (passage: Passage): CallStream =>
      new CallStream({ passage, call, server: server.name, headers }, deps.clock);
    call.response.on('close', () => this.#direct.delete(id));
    const passage = passDirectly(
      call,
      { server, target, headers, handsOver: 'unknown-session', onHandOver: otherwise, hooks, sinkFor },
      deps,
    );
    this.#direct.set(id, { link, passage });
    return true;
  }

  /** What the caller sends about a direct call goes to its server; false where it is about something else. */
  async passOn(message: { id?: unknown; method?: unknown; params?: { requestId?: unknown } }): Promise<boolean> {
    if (message.method === 'notifications/cancelled') {
      const call = this.#direct.get(message.params?.requestId);
      await call?.link.put(message);
      call?.passage.abandon();
      return call !== undefined;
    }
    const question = message.method === undefined ? this.#questions.get(message.id) : undefined;
    if (!question) return false;
    this.#questions.delete(message.id);
    await question.link.put({ ...message, id: question.id });
    return true;
  }

  setLogLevel(level: string): void {
    this.#logLevel = level;
    for (const link of this.#links.values()) void link.setLogLevel(level).catch(() => {});
  }

  listChanged(kind: ListKind): void {
    void this.#tell({ method: `notifications/${kind}/list_changed` });
  }

  /** Its state is another one. */
  serverChanged(name: string): void {
    this.#links.get(name)?.serverChanged();
  }

  /** The server was removed, or has another address now. */
  forgetServer(name: string): void {
    const link = this.#links.get(name);
    this.#links.delete(name);
    void link?.close();
  }

  /** The caller's key may use something else now. */
  accessChanged(): void {
    for (const name of this.#links.keys()) if (!this.view.server(name)) this.forgetServer(name);
    for (const kind of LIST_KINDS) this.listChanged(kind);
  }

  async close(): Promise<void> {
    const links = [...this.#links.values()];
    this.#links.clear();
    await this.#server?.close();
    await Promise.all(links.map((link) => link.close()));
  }

  #link(server: Upstream): ServerLink {
    const known = this.#links.get(server.name);
    if (known?.server === server) return known;
    const identity = {
      clientInfo: this.#server?.getClientVersion() ?? GATEHOUSE_INFO,
      capabilities: this.#server?.getClientCapabilities() ?? {},
      usualLogLevel: USUAL_LOG_LEVEL,
    };
    const link = new ServerLink(
      server,
      identity,
      {
        ask: async (method, params, signal) => {
          if (!this.#server) throw new Error('the caller is gone');
          return this.#server.request({ method, params }, ANY_RESULT, { signal, timeout: ANSWER_BY_PERSON_MS });
        },
        tell: (notification) => void this.#tell(notification),
      },
      this.#deps,
    );
    if (this.#logLevel !== undefined) void link.setLogLevel(this.#logLevel).catch(() => {});
    this.#links.set(server.name, link);
    return link;
  }

  #noteQuestion(link: ServerLink, id: unknown): string {
    this.#asked += 1;
    const seen = `gatehouse-question-${this.#asked}`;
    this.#questions.set(seen, { link, id });
    return seen;
  }

  /** Lost where the caller has no stream open for it, as it would be without us. */
  async #tell(notification: Notification): Promise<void> {
    try {
      await this.#server?.notification(notification);
    } catch {
      // The caller has gone.
    }
  }
}

function openCall(request: Forwarded, context: ServerContext): OpenCall {
  const { mcpReq } = context;
  const tell = (notification: Notification): void => void mcpReq.notify(notification).catch(() => {});
  return {
    signal: mcpReq.signal,
    ...progressOf(request, context, tell),
    ask: (method, params, signal) =>
      mcpReq.send({ method, params }, ANY_RESULT, { signal, timeout: ANSWER_BY_PERSON_MS }),
    tell,
  };
}
