import { atMost } from '../at-most.ts';
import type { Problem } from '../model/problem.ts';
import type { Clock, Logger, UpstreamHttp } from '../ports.ts';
import { endSession, rawHeaders } from '../upstream/raw-session.ts';
import { AnswerLost, createUpstreamFetch, TurnedAway, type UpstreamFetch } from '../upstream/upstream-fetch.ts';
import type { UpstreamServer } from '../upstream/upstream-server.ts';
import { readNegotiatedVersion, readToEnd } from './initialize-answer.ts';

/** For all that opening a session again takes; its callers wait. */
const REOPENED_WITHIN_MS = 30_000;

/** What a caller wants to hear of is remembered up to here; nobody subscribes to more. */
const SUBSCRIPTIONS_AT_MOST = 1000;

const SUBSCRIBED_AT_ONCE = 8;

/** Longer bodies are no subscriptions. */
const LOOKED_AT_BYTES = 16 * 1024;

/** What a caller opened its session with. */
export interface Opening {
  /** Name, value, name, value ..., without what stays here. */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
}

/** `over`: the server does not take what the caller began with any more. */
export type Reopened = 'reopened' | 'over' | Problem;

/** A stream on which the server tells the caller things. */
export interface SessionListener {
  /** The session is another one at the server now. */
  onReopened(): void;
  /** The server can be used. */
  onReady(): void;
}

export interface LaneSessionDeps {
  readonly upstreamHttp: UpstreamHttp;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * A caller's session with one server on the lane. Its id is the upstream's own as long as the upstream remembers it;
 * afterwards it is ours alone, and stands for one that was opened anew.
 */
export class LaneSession {
  readonly server: UpstreamServer;
  readonly id: string;
  readonly caller: string;
  /** The streams that the caller listens to go on in the new session. */
  readonly streams = new Set<SessionListener>();
  /** What the caller goes on to speak, where it says so. */
  protocolVersion: string | undefined;
  #opening: Opening | undefined;
  readonly #subscribed = new Set<string>();
  #upstreamId: string;
  #logLevel: string | undefined;
  #reopening: Promise<Reopened> | undefined;

  constructor(
    of: { server: UpstreamServer; id: string; upstreamId: string; caller: string },
    opening: Opening | undefined,
  ) {
    this.server = of.server;
    this.id = of.id;
    this.caller = of.caller;
    this.#upstreamId = of.upstreamId;
    this.#opening = opening;
  }

  get upstreamId(): string {
    return this.#upstreamId;
  }

  /** One from before our start, or with a large beginning, ends with the upstream's. */
  get canBeReopened(): boolean {
    return this.#opening !== undefined;
  }

  /** While it is opened again everything else waits. */
  get isReopening(): boolean {
    return this.#reopening !== undefined;
  }

  async whenReopened(): Promise<void> {
    await this.#reopening;
  }

  /** The server took this: what it says about levels and subscriptions is said again in a new session. */
  taken(body: Uint8Array): void {
    if (body.length > LOOKED_AT_BYTES || !this.#opening) return;
    const text = Buffer.from(body.buffer, body.byteOffset, body.length);
    if (!text.includes('logging/setLevel') && !text.includes('resources/')) return;
    const messages = parsed(text);
    for (const message of Array.isArray(messages) ? messages : [messages]) this.#note(message);
  }

  /**
   * Opens it again at the server, once however many ask.
   *
   * @param used the upstream's id that was not known there
   */
  reopen(used: string, deps: LaneSessionDeps): Promise<Reopened> {
    if (this.#reopening) return this.#reopening;
    // Somebody else's answer came first.
    if (used !== this.#upstreamId) return Promise.resolve('reopened');
    const opening = this.#opening;
    if (!opening) return Promise.resolve('over');
    this.#reopening = this.#reopenWithin(opening, deps).finally(() => {
      this.#reopening = undefined;
    });
    return this.#reopening;
  }

  endUpstream(upstreamHttp: UpstreamHttp): void {
    const { protocolVersion } = this;
    endSession(this.server, { id: this.#upstreamId, protocolVersion }, upstreamHttp);
  }

  async #reopenWithin(opening: Opening, deps: LaneSessionDeps): Promise<Reopened> {
    const begun = deps.clock.monotonicMs();
    const given = new AbortController();
    const send = createUpstreamFetch(this.server, deps.upstreamHttp);
    const limited: UpstreamFetch = (url, init) => send(url, { ...init, signal: given.signal });
    const work = this.#openAgain(opening, limited).catch((error: unknown) => this.#problemOf(error));
    const reopened = await atMost(deps.clock, REOPENED_WITHIN_MS, work);
    given.abort();
    const { host } = this.server.url;
    const outcome = reopened ?? { code: 'timed-out' as const, host, afterMs: REOPENED_WITHIN_MS };
    deps.logger.info('session.reopened', {
      server: this.server.name,
      caller: this.caller,
      outcome: typeof outcome === 'string' ? outcome : outcome.code,
      count: this.#subscribed.size,
      ms: Math.round(deps.clock.monotonicMs() - begun),
    });
    if (outcome === 'reopened') for (const stream of [...this.streams]) stream.onReopened();
    return outcome;
  }

  async #openAgain(opening: Opening, send: UpstreamFetch): Promise<Reopened> {
    const { url } = this.server;
    const body = Buffer.from(opening.body).toString('utf8');
    const answer = await send(url, { method: 'POST', headers: headersOf(opening), body });
    if (answer.status === 429 || answer.status >= 500) {
      await answer.body?.cancel();
      return { code: 'server-error', host: url.host, status: answer.status };
    }
    const id = answer.headers.get('mcp-session-id');
    const version = await readNegotiatedVersion(answer);
    if (id === null || version === undefined) return 'over';
    const headers = rawHeaders({ id, protocolVersion: version });
    if (version !== (this.protocolVersion ?? version)) {
      // Another revision than the caller goes on to speak: it has to begin anew itself.
      this.#opening = undefined;
      await readToEnd(await send(url, { method: 'DELETE', headers }));
      return 'over';
    }
    const say = async (message: object): Promise<void> => {
      const body = JSON.stringify({ jsonrpc: '2.0', ...message });
      await readToEnd(await send(url, { method: 'POST', headers, body }));
    };
    await say({ method: 'notifications/initialized' });
    const level = this.#logLevel;
    if (level !== undefined) await say({ id: 'gatehouse-level', method: 'logging/setLevel', params: { level } });
    const left = [...this.#subscribed];
    const subscribe = async (): Promise<void> => {
      for (let uri = left.pop(); uri !== undefined; uri = left.pop()) {
        await say({ id: `gatehouse-subscribe-${left.length}`, method: 'resources/subscribe', params: { uri } });
      }
    };
    await Promise.all(Array.from({ length: SUBSCRIBED_AT_ONCE }, subscribe));
    this.#upstreamId = id;
    return 'reopened';
  }

  #problemOf(error: unknown): Problem {
    if (error instanceof TurnedAway) return error.problem;
    const { host } = this.server.url;
    if (error instanceof AnswerLost) return { code: 'network-unreachable', host, cause: error.message, sent: true };
    return { code: 'bad-answer', host, status: 0, detail: error instanceof Error ? error.message : String(error) };
  }

  #note(message: unknown): void {
    const { method, params } = (message ?? {}) as { method?: unknown; params?: { level?: unknown; uri?: unknown } };
    const { level, uri } = params ?? {};
    if (method === 'logging/setLevel' && typeof level === 'string') this.#logLevel = level;
    if (typeof uri !== 'string') return;
    if (method === 'resources/unsubscribe') this.#subscribed.delete(uri);
    if (method === 'resources/subscribe' && this.#subscribed.size < SUBSCRIPTIONS_AT_MOST) this.#subscribed.add(uri);
  }
}

function headersOf({ headers }: Opening): Headers {
  const sent = new Headers();
  for (let index = 0; index < headers.length; index += 2) sent.append(headers[index] ?? '', headers[index + 1] ?? '');
  // Its answer is read here.
  sent.set('accept-encoding', 'identity');
  return sent;
}

function parsed(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString('utf8'));
  } catch {
    return undefined;
  }
}
