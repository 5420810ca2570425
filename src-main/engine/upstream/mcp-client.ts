import type {
  Client,
  ClientCapabilities,
  DiscoverResult,
  Implementation,
  McpSubscription,
  Notification,
  PriorDiscovery,
  RequestMethod,
  Result,
} from '@modelcontextprotocol/client';
import type { EpochMs } from '../model/ids.ts';
import type { Clock, UpstreamHttp } from '../ports.ts';
import { withSessionEnded } from './ended-sessions.ts';
import { withEndedStreamsTold } from './ended-streams.ts';
import { createEventStreamTransport } from './event-stream-transport.ts';
import { withOwnRequestIds } from './own-request-ids.ts';
import type { RawSession } from './raw-session.ts';
import type { Upstream } from './upstream.ts';
import { createUpstreamFetch, type UpstreamFetch } from './upstream-fetch.ts';
import type { UpstreamServer } from './upstream-server.ts';

/** A server's era is asked for anew after this time: one that was upgraded still answers as before. */
const ERA_REMEMBERED_MS = 24 * 60 * 60_000;

/** 44: a list without an end is no list. */
const LIST_PAGES_AT_MOST = 20;

const OWN_IDS = 'gatehouse-';

/** On whose behalf a server is spoken to, and who answers what it asks meanwhile. */
export interface McpPeer {
  readonly clientInfo: Implementation;
  readonly capabilities: ClientCapabilities;
  /** Sampling, elicitation, roots: only what the capabilities name. */
  onRequest(method: string, params: Record<string, unknown>, signal: AbortSignal): Promise<Result>;
  onNotification(notification: Notification): void;
  /** The stream on which the server tells things by itself found no session any more. */
  onUnknownSession?(): void;
  /** A message was too long to be kept. The SDK says nothing to who waits for it in a stream. */
  onTooLong?(): void;
}

/** The servers' eras, each asked for once and remembered (M4); what a modern one says of itself, as it allows (M3). */
export class Eras {
  readonly #clock: Clock;
  readonly #byServer = new Map<string, { url: string; prior: PriorDiscovery; at: EpochMs }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  of(server: UpstreamServer): PriorDiscovery | undefined {
    const known = this.#byServer.get(server.name);
    const isFresh = known?.url === server.url.href && this.#clock.now() - known.at < ERA_REMEMBERED_MS;
    return isFresh ? known.prior : undefined;
  }

  /** What a new connection need not ask: what a modern server says of itself only while it holds, and for everybody. */
  priorOf(server: UpstreamServer): PriorDiscovery | undefined {
    const prior = this.of(server);
    if (prior?.kind !== 'modern') return prior;
    const { ttlMs, cacheScope } = prior.discover as { ttlMs?: number; cacheScope?: string };
    const at = this.#byServer.get(server.name)?.at ?? 0;
    return cacheScope === 'public' && this.#clock.now() - at < (ttlMs ?? 0) ? prior : undefined;
  }

  remember(server: UpstreamServer, discover: DiscoverResult | undefined): void {
    const prior: PriorDiscovery = discover ? { kind: 'modern', discover } : { kind: 'legacy' };
    this.#byServer.set(server.name, { url: server.url.href, prior, at: this.#clock.now() });
  }

  forget(server: Pick<UpstreamServer, 'name'>): void {
    this.#byServer.delete(server.name);
  }
}

export interface ConnectDeps {
  readonly upstreamHttp: UpstreamHttp;
  readonly eras: Eras;
}

const ASKED_OF_CALLERS: readonly { method: RequestMethod; capability: keyof ClientCapabilities }[] = [
  { method: 'sampling/createMessage', capability: 'sampling' },
  { method: 'elicitation/create', capability: 'elicitation' },
  { method: 'roots/list', capability: 'roots' },
];

export function rawSessionOf(client: Client): RawSession | undefined {
  const protocolVersion = client.getNegotiatedProtocolVersion();
  if (client.getProtocolEra() !== 'legacy' || protocolVersion === undefined || !client.transport) return undefined;
  return { id: client.transport.sessionId, protocolVersion };
}

/**
 * A client that is not connected yet, for whoever it speaks for.
 *
 * @param probe how long a server may be silent on the modern era's question; absent: as the SDK has it
 */
export async function createMcpClient(peer: McpPeer, probe: { timeoutMs?: number } = {}): Promise<Client> {
  // Loaded when the first caller of `/mcp` comes: the lane does without.
  const sdk = await import('@modelcontextprotocol/client');
  const client = new sdk.Client(peer.clientInfo, {
    capabilities: peer.capabilities,
    versionNegotiation: { mode: 'auto', probe },
    listMaxPages: LIST_PAGES_AT_MOST,
    // What a modern server wants to know is asked of the caller, in the way of its own era.
    inputRequired: { autoFulfill: false },
  });
  for (const { method, capability } of ASKED_OF_CALLERS) {
    if (peer.capabilities[capability] === undefined) continue;
    client.setRequestHandler(method, async (request, context) => {
      const params = 'params' in request ? { ...request.params } : {};
      return (await peer.onRequest(method, params, context.mcpReq.signal)) as never;
    });
  }
  client.fallbackNotificationHandler = async (notification) => peer.onNotification(notification);
  return client;
}

/** Also one that never opened, or whose server is gone. */
export async function closeQuietly(client: Promise<Client> | undefined): Promise<void> {
  try {
    await (await client)?.close();
  } catch {
    // There is nothing left to close.
  }
}

/** For who ends everything: one that has not opened by now is closed when it does, and nobody waits for its server. */
export async function closeAtEnd(client: Promise<Client> | undefined): Promise<void> {
  const closed = closeQuietly(client);
  const isOpen = await Promise.race([client, undefined]).catch(() => undefined);
  if (isOpen) await closed;
}

/** Opens a session with a server, of whichever era it is. Throws what the SDK throws, `TurnedAway` among it. */
export async function connectMcpClient(server: Upstream, peer: McpPeer, deps: ConnectDeps): Promise<Client> {
  if (server.transport === 'stdio') return server.open(peer);
  const client = await createMcpClient(peer);
  const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client');
  // HTTP+SSE is older than the modern era.
  const prior = server.transport === 'sse' ? ({ kind: 'legacy' } as const) : deps.eras.priorOf(server);
  const transport =
    server.transport === 'sse'
      ? await createEventStreamTransport(server, deps.upstreamHttp, () => peer.onTooLong?.())
      : withOwnRequestIds(
          withEndedStreamsTold(
            withSessionEnded(
              new StreamableHTTPClientTransport(server.url, { fetch: watchingTheStream(server, peer, deps) }),
              server,
              deps.upstreamHttp,
            ),
            server.name,
          ),
          OWN_IDS,
        );
  try {
    await client.connect(transport, prior === undefined ? {} : { prior });
  } catch (error) {
    // A verdict that no longer holds is not used a second time.
    deps.eras.forget(server);
    await client.close();
    throw error;
  }
  if (prior === undefined) deps.eras.remember(server, client.getDiscoverResult());
  return client;
}

/** The SDK tries its stream twice again and says nothing. */
function watchingTheStream(server: UpstreamServer, peer: McpPeer, { upstreamHttp }: ConnectDeps): UpstreamFetch {
  const send = createUpstreamFetch(server, upstreamHttp, () => peer.onTooLong?.());
  return async (url, init) => {
    const answer = await send(url, init);
    if (init?.method === 'GET' && answer.status === 404) peer.onUnknownSession?.();
    return answer;
  };
}

/** A modern server tells of changes only on a stream that was asked for. */
export async function listenForChanges(client: Client): Promise<McpSubscription | undefined> {
  if (client.getProtocolEra() !== 'modern') return undefined;
  const { tools, prompts, resources } = client.getServerCapabilities() ?? {};
  const filter = {
    ...(tools?.listChanged ? { toolsListChanged: true } : {}),
    ...(prompts?.listChanged ? { promptsListChanged: true } : {}),
    ...(resources?.listChanged ? { resourcesListChanged: true } : {}),
  };
  return Object.keys(filter).length > 0 ? client.listen(filter).catch(() => undefined) : undefined;
}
