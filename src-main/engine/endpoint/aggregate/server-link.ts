import type { Client, Notification, Result } from '@modelcontextprotocol/client';
import type { ServerContext } from '@modelcontextprotocol/server';
import {
  type ConnectDeps,
  connectMcpClient,
  type McpPeer,
  type RawSession,
  rawSessionOf,
} from '../../upstream/mcp-client.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import { AnswerLost, createUpstreamFetch } from '../../upstream/upstream-fetch.ts';
import { ANY_RESULT } from './any-result.ts';
import type { Forwarded } from './caller-server.ts';

/** A tool may work for long before it answers; callers give up on their own long before this. */
const ANSWER_TIMEOUT_MS = 15 * 60_000;

/** A call of the caller that is being answered: what the server asks or tells meanwhile belongs to it. */
export interface OpenCall {
  readonly signal: AbortSignal;
  /** Of the caller, where it wants to hear of progress. */
  readonly onProgress?: (progress: Record<string, unknown>) => void;
  ask(method: string, params: Record<string, unknown>, signal: AbortSignal): Promise<Result>;
  tell(notification: Notification): void;
}

/** Who is asked and told when no call is open. */
export type Bystander = Pick<OpenCall, 'ask' | 'tell'>;

/** One caller's own session with one server: what the server asks reaches this caller and nobody else. */
export class ServerLink {
  readonly server: Upstream;
  readonly #identity: Pick<McpPeer, 'clientInfo' | 'capabilities'>;
  readonly #bystander: Bystander;
  readonly #deps: ConnectDeps;
  readonly #open = new Set<OpenCall>();
  readonly #subscribed = new Set<string>();
  #logLevel: string | undefined;
  #client: Promise<Client> | undefined;
  #raw: RawSession | undefined;

  constructor(
    server: Upstream,
    identity: Pick<McpPeer, 'clientInfo' | 'capabilities'>,
    bystander: Bystander,
    deps: ConnectDeps,
  ) {
    this.server = server;
    this.#identity = identity;
    this.#bystander = bystander;
    this.#deps = deps;
  }

  get isBusy(): boolean {
    return this.#open.size > 0;
  }

  /** Where the session is open and a legacy one: what is sent into it needs no SDK. */
  get rawSession(): RawSession | undefined {
    return this.#raw;
  }

  /** The server may ask the caller something in the middle of an answer. */
  get mayAsk(): boolean {
    return Object.keys(this.#identity.capabilities).some((name) => name !== 'experimental');
  }

  /** Puts a message into the open session as it is; resolves when the server has taken it. */
  async put(message: unknown): Promise<void> {
    if (!this.#raw || this.server.transport === 'stdio') throw new Error('the session is over');
    const send = createUpstreamFetch(this.server, this.#deps.upstreamHttp);
    const headers = rawHeaders(this.#raw);
    const answer = await send(this.server.url, { method: 'POST', headers, body: JSON.stringify(message) });
    await answer.body?.cancel();
  }

  async send(request: Forwarded, call: OpenCall): Promise<Result> {
    this.#open.add(call);
    try {
      return await this.#sendOnce(request, call).catch((error: unknown) => {
        if (isClosed(error)) throw new AnswerLost(nameOf(this.server), 'it ended');
        // The server forgot the session, so nothing of the request was done: once more, in a new one (33).
        if (!isUnknownSession(error) || call.signal.aborted) throw error;
        this.#drop();
        return this.#sendOnce(request, call);
      });
    } finally {
      this.#open.delete(call);
    }
  }

  /** Remembered for the session that is open and for each that follows. */
  async setLogLevel(level: string): Promise<void> {
    this.#logLevel = level;
    if (this.#client) await this.#passOnLogLevel(await this.#client);
  }

  async notify(notification: Notification): Promise<void> {
    if (this.#client) await (await this.#client).notification(notification);
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#drop();
    try {
      await (await client)?.close();
    } catch {
      // It never opened, or the server is gone.
    }
  }

  async #sendOnce({ method, params }: Forwarded, { signal, onProgress }: OpenCall): Promise<Result> {
    const client = await this.#connected();
    if (method === 'resources/subscribe' || method === 'resources/unsubscribe') {
      return this.#subscription(client, method, String(params.uri));
    }
    return client.request({ method, params }, ANY_RESULT, {
      signal,
      timeout: ANSWER_TIMEOUT_MS,
      // What a modern server wants to know first is an answer like any other here.
      allowInputRequired: true,
      ...(onProgress ? { onprogress: (progress) => onProgress({ ...progress }), resetTimeoutOnProgress: true } : {}),
    });
  }

  #connected(): Promise<Client> {
    this.#client ??= this.#connect().catch((error: unknown) => {
      this.#client = undefined;
      throw error;
    });
    return this.#client;
  }

  async #connect(): Promise<Client> {
    const client = await connectMcpClient(
      this.server,
      {
        ...this.#identity,
        onRequest: (method, params, signal) => this.#latest().ask(method, params, signal),
        onNotification: (notification) => this.#latest().tell(notification),
      },
      this.#deps,
    );
    client.onclose = () => this.#drop();
    await this.#passOnLogLevel(client);
    for (const uri of this.#subscribed) await subscribe(client, uri).catch(() => {});
    if (this.server.transport === 'http') this.#raw = rawSessionOf(client);
    return client;
  }

  /** The call that began last is the likeliest to have led to the question; its stream is open in any case. */
  #latest(): Bystander {
    return [...this.#open].at(-1) ?? this.#bystander;
  }

  async #passOnLogLevel(client: Client): Promise<void> {
    if (this.#logLevel === undefined || client.getProtocolEra() === 'modern') return;
    if (!client.getServerCapabilities()?.logging) return;
    await client.request({ method: 'logging/setLevel', params: { level: this.#logLevel } }, ANY_RESULT).catch(() => {});
  }

  async #subscription(client: Client, method: string, uri: string): Promise<Result> {
    if (method === 'resources/unsubscribe') {
      this.#subscribed.delete(uri);
      if (client.getProtocolEra() === 'modern') return {};
      return client.request({ method, params: { uri } }, ANY_RESULT);
    }
    await subscribe(client, uri);
    this.#subscribed.add(uri);
    return {};
  }

  #drop(): void {
    this.#client = undefined;
    this.#raw = undefined;
  }
}

/** Where the caller wants to hear of progress, it hears it under its own token. */
export function progressOf(
  { params }: Forwarded,
  { mcpReq }: ServerContext,
  tell: OpenCall['tell'],
): Pick<OpenCall, 'onProgress'> {
  const meta = params._meta;
  const token =
    typeof meta === 'object' && meta !== null && 'progressToken' in meta
      ? meta.progressToken
      : mcpReq._meta?.progressToken;
  if (token === undefined) return {};
  return {
    onProgress: (progress) => tell({ method: 'notifications/progress', params: { ...progress, progressToken: token } }),
  };
}

/** Whatever was asked may have been done. */
function isClosed(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'CONNECTION_CLOSED';
}

function nameOf(server: Upstream): string {
  return server.transport === 'stdio' ? server.config.command : server.url.host;
}

/** What a message into an open session carries beside its credential. */
export function rawHeaders({ id, protocolVersion }: RawSession): Record<string, string> {
  return {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': protocolVersion,
    ...(id === undefined ? {} : { 'mcp-session-id': id }),
  };
}

async function subscribe(client: Client, uri: string): Promise<void> {
  if (client.getProtocolEra() === 'modern') await client.listen({ resourceSubscriptions: [uri] });
  else await client.request({ method: 'resources/subscribe', params: { uri } }, ANY_RESULT);
}

/** @see MCP 2025-11-25, basic/transports, "Session Management": 404 means that a new session has to be opened. */
function isUnknownSession(error: unknown): boolean {
  if (!(error instanceof Error) || !('data' in error)) return false;
  const { data } = error;
  return typeof data === 'object' && data !== null && 'status' in data && data.status === 404;
}
