import type { Client, McpSubscription, Notification, Result } from '@modelcontextprotocol/client';
import type { ServerContext } from '@modelcontextprotocol/server';
import type { Clock, Dispose } from '../../ports.ts';
import {
  type ConnectDeps,
  closeAtEnd,
  closeQuietly,
  connectMcpClient,
  type McpPeer,
  rawSessionOf,
} from '../../upstream/mcp-client.ts';
import { LOG_LEVEL } from '../../upstream/modern-meta.ts';
import { wantsOtherVersion } from '../../upstream/other-version.ts';
import { type RawSession, rawHeaders } from '../../upstream/raw-session.ts';
import { reconnectDelayMs } from '../../upstream/reconnect-policy.ts';
import { saysUnknownSession } from '../../upstream/unknown-session.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import { AnswerLost, createUpstreamFetch, MessageTooLong } from '../../upstream/upstream-fetch.ts';
import { ANY_RESULT } from './any-result.ts';
import type { Forwarded } from './caller-server.ts';

/** A tool may work for long before it answers; callers give up on their own long before this. */
const ANSWER_TIMEOUT_MS = 15 * 60_000;

const LEVELS_AT_MOST = 500;

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

/** One session of it, while it is the one that is used. */
interface Connection {
  readonly client: Promise<Client>;
  raw?: RawSession;
  /** It sent what is longer than any message (44). */
  isTooLong?: true;
  /** Of a modern server: what is listened to, by the resource's address. */
  readonly listening: Map<string, McpSubscription>;
}

export interface LinkDeps extends ConnectDeps {
  readonly clock: Clock;
}

export interface LinkIdentity extends Pick<McpPeer, 'clientInfo' | 'capabilities'> {
  /** Of a legacy caller, before it says which: a modern server tells only what each request asks for. */
  readonly usualLogLevel?: string;
}

/** One caller's own session with one server: what the server asks reaches this caller and nobody else. */
export class ServerLink {
  readonly server: Upstream;
  readonly #identity: LinkIdentity;
  readonly #bystander: Bystander;
  readonly #deps: LinkDeps;
  readonly #open = new Set<OpenCall>();
  /** The server's own address of each resource, and the one that the caller has for it. */
  readonly #subscribed = new Map<string, string>();
  /** Sessions that are over, with calls that may still be answered. */
  readonly #left = new Set<Connection>();
  #logLevel: string | undefined;
  #current: Connection | undefined;
  /** The server was away: what it told meanwhile was heard by nobody. */
  #isDeaf = false;
  #failures = 0;
  #cancelAlarm: Dispose = () => {};
  #isClosed = false;

  constructor(server: Upstream, identity: LinkIdentity, bystander: Bystander, deps: LinkDeps) {
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
    return this.#current?.raw;
  }

  /** The server may ask the caller something in the middle of an answer. */
  get mayAsk(): boolean {
    return Object.keys(this.#identity.capabilities).some((name) => name !== 'experimental');
  }

  /** Puts a message into the open session as it is; resolves when the server has taken it. */
  async put(message: unknown): Promise<void> {
    const raw = this.rawSession;
    if (!raw || this.server.transport === 'stdio') throw new Error('the session is over');
    const send = createUpstreamFetch(this.server, this.#deps.upstreamHttp);
    const headers = rawHeaders(raw);
    const answer = await send(this.server.url, { method: 'POST', headers, body: JSON.stringify(message) });
    await answer.body?.cancel();
  }

  async send(request: Forwarded, call: OpenCall): Promise<Result> {
    this.#open.add(call);
    const used = this.#connection();
    try {
      return await this.#sendOnce(used, request, call).catch((error: unknown) => {
        if (used.isTooLong) throw new AnswerLost(nameOf(this.server), new MessageTooLong().message);
        if (isClosed(error)) throw new AnswerLost(nameOf(this.server), 'it ended');
        // The server forgot the session, so nothing of the request was done: once more, in a new one (33).
        const isOtherVersion = wantsOtherVersion(error);
        if (isOtherVersion) this.#deps.eras.forget(this.server);
        if (!(isOtherVersion || isUnknownSession(error)) || call.signal.aborted) throw error;
        this.#leave(used);
        return this.#sendOnce(this.#connection(), request, call);
      });
    } finally {
      this.#open.delete(call);
      this.#endLeft();
    }
  }

  /** Remembered for the session that is open and for each that follows. */
  async setLogLevel(level: string): Promise<void> {
    this.#logLevel = level;
    if (this.#current) await this.#passOnLogLevel(await this.#current.client);
  }

  async notify(notification: Notification): Promise<void> {
    if (this.#current) await (await this.#current.client).notification(notification);
  }

  /** Its state has another kind: one that comes back may have forgotten the session, and has told nothing meanwhile. */
  serverChanged(): void {
    // A caller's own process tells by its end.
    if (this.server.transport === 'stdio') return;
    const { kind } = this.server.state;
    if (kind === 'waiting') this.#isDeaf ||= this.#current !== undefined;
    if (kind !== 'ready' || !this.#isDeaf) return;
    this.#isDeaf = false;
    if (this.#current) this.#onLost(this.#current);
    else this.#listenAgainLater();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelAlarm();
    const left = this.#current ? [this.#current, ...this.#left] : [...this.#left];
    this.#current = undefined;
    this.#left.clear();
    await Promise.all(left.map(({ client }) => closeAtEnd(client)));
  }

  async #sendOnce(used: Connection, request: Forwarded, call: OpenCall): Promise<Result> {
    const { method, params, headers } = request;
    const client = await used.client;
    if (method === 'resources/subscribe' || method === 'resources/unsubscribe') {
      return this.#subscription(used, client, request);
    }
    const { signal, onProgress } = call;
    const result = await client.request({ method, params: this.#withLogLevel(client, params) }, ANY_RESULT, {
      signal,
      timeout: ANSWER_TIMEOUT_MS,
      // What a modern server wants to know first is an answer like any other here.
      allowInputRequired: true,
      ...(headers && client.getProtocolEra() === 'modern' ? { headers } : {}),
      ...(onProgress ? { onprogress: (progress) => onProgress({ ...progress }), resetTimeoutOnProgress: true } : {}),
    });
    // Written for the caller it would overflow the stack, and the caller would hear nothing (44).
    if (isDeeperThan(result, LEVELS_AT_MOST)) {
      throw new AnswerLost(nameOf(this.server), `its answer has more than ${LEVELS_AT_MOST} levels`);
    }
    return result;
  }

  /** The session that is used, opened where there is none: once, however many wait for it. */
  #connection(): Connection {
    if (this.#current) return this.#current;
    const connection: Connection = {
      client: Promise.resolve().then(() => this.#connect(connection)),
      listening: new Map(),
    };
    connection.client.catch(() => this.#leave(connection));
    this.#current = connection;
    return connection;
  }

  async #connect(connection: Connection): Promise<Client> {
    const client = await connectMcpClient(
      this.server,
      {
        ...this.#identity,
        onRequest: (method, params, signal) => this.#latest().ask(method, params, signal),
        onNotification: (notification) => this.#latest().tell(this.#asShown(notification)),
        onUnknownSession: () => this.#onLost(connection),
        onTooLong: () => {
          connection.isTooLong = true;
          // Whoever waits for something on it hears of its end.
          void connection.client.then((client) => client.close()).catch(() => {});
        },
      },
      this.#deps,
    );
    client.onclose = () => this.#onLost(connection);
    await this.#passOnLogLevel(client);
    for (const uri of this.#subscribed.keys()) await this.#subscribe(connection, client, uri).catch(() => {});
    const raw = this.server.transport === 'http' ? rawSessionOf(client) : undefined;
    if (raw) connection.raw = raw;
    this.#failures = 0;
    return client;
  }

  /** The call that began last is the likeliest to have led to the question; its stream is open in any case. */
  #latest(): Bystander {
    return [...this.#open].at(-1) ?? this.#bystander;
  }

  #withLogLevel(client: Client, params: Forwarded['params']): Forwarded['params'] {
    const { usualLogLevel } = this.#identity;
    if (usualLogLevel === undefined || client.getProtocolEra() !== 'modern') return params;
    const meta = params._meta as Record<string, unknown> | undefined;
    return { ...params, _meta: { ...meta, [LOG_LEVEL]: this.#logLevel ?? usualLogLevel } };
  }

  /** A resource bears the address under which the caller knows it. */
  #asShown(notification: Notification): Notification {
    const { method, params } = notification;
    if (method !== 'notifications/resources/updated' || typeof params?.uri !== 'string') return notification;
    const uri = this.#subscribed.get(params.uri) ?? params.uri;
    return { ...notification, params: { ...params, uri } };
  }

  async #passOnLogLevel(client: Client): Promise<void> {
    if (this.#logLevel === undefined || client.getProtocolEra() === 'modern') return;
    if (!client.getServerCapabilities()?.logging) return;
    await client.request({ method: 'logging/setLevel', params: { level: this.#logLevel } }, ANY_RESULT).catch(() => {});
  }

  async #subscription(used: Connection, client: Client, { method, params, shownAs }: Forwarded): Promise<Result> {
    const uri = String(params.uri);
    if (method === 'resources/subscribe') {
      await this.#subscribe(used, client, uri);
      this.#subscribed.set(uri, shownAs ?? uri);
      return {};
    }
    this.#subscribed.delete(uri);
    if (client.getProtocolEra() !== 'modern') return client.request({ method, params: { uri } }, ANY_RESULT);
    const listening = used.listening.get(uri);
    used.listening.delete(uri);
    await listening?.close();
    return {};
  }

  async #subscribe(used: Connection, client: Client, uri: string): Promise<void> {
    if (client.getProtocolEra() !== 'modern') {
      await client.request({ method: 'resources/subscribe', params: { uri } }, ANY_RESULT);
      return;
    }
    if (used.listening.has(uri)) return;
    const listening = await client.listen({ resourceSubscriptions: [uri] });
    used.listening.set(uri, listening);
    void listening.closed.then((how) => {
      if (how !== 'local') this.#onLost(used);
    });
  }

  /** Nothing is heard on it any more. Who waits for news gets another one, everybody else with the next call. */
  #onLost(connection: Connection): void {
    if (this.#current !== connection || this.#isClosed) return;
    this.#leave(connection);
    this.#endLeft();
    if (this.#subscribed.size > 0 || this.#logLevel !== undefined) this.#listenAgainLater();
  }

  #listenAgainLater(): void {
    const { clock } = this.#deps;
    this.#cancelAlarm();
    this.#failures += 1;
    this.#cancelAlarm = clock.setAlarm(clock.now() + reconnectDelayMs(this.#failures, 1), () => {
      if (this.#current || this.#isClosed) return;
      // One that is away is waited for: `serverChanged`.
      if (this.server.state.kind !== 'ready') this.#isDeaf = true;
      else this.#connection().client.catch(() => this.#listenAgainLater());
    });
  }

  #leave(connection: Connection): void {
    if (this.#current !== connection) return;
    this.#current = undefined;
    this.#left.add(connection);
  }

  #endLeft(): void {
    if (this.#open.size > 0) return;
    for (const connection of this.#left) void closeQuietly(connection.client);
    this.#left.clear();
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

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeperThan(member, levels - 1));
}

function nameOf(server: Upstream): string {
  return server.transport === 'stdio' ? server.config.command : server.url.host;
}

function isUnknownSession(error: unknown): boolean {
  if (!(error instanceof Error) || !('data' in error)) return false;
  const { data } = error;
  if (typeof data !== 'object' || data === null || !('status' in data)) return false;
  const text = 'text' in data && typeof data.text === 'string' ? data.text : '';
  return typeof data.status === 'number' && saysUnknownSession(data.status, text);
}
