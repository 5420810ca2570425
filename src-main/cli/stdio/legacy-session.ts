import { setTimeout as delay } from 'node:timers/promises';
import { INTERNAL_ERROR } from '../../engine/model/json-rpc.ts';
import { isRecord } from '../../engine/model/record.ts';
import type { Line } from './engine-link.ts';
import type { StreamPosition } from './exchange.ts';
import {
  type Answer,
  type AnswerBody,
  errorIn,
  type Id,
  type Notification,
  type Request,
  readMessage,
} from './message.ts';
import type { Wire } from './wire.ts';

const SHORTEST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
/** A stream that lived shorter than this is opened again later each time. */
const LIVED_MS = 5000;
const FAREWELL_MS = 1000;

const LISTS = ['tools', 'prompts', 'resources'] as const;

export interface SessionDeps {
  readonly wire: Wire;
  /** To the caller. */
  readonly tell: (text: string) => Promise<void>;
}

/**
 * The session of a caller of a revision up to 2025-11-25: opened by its own `initialize`, and opened again by us, with
 * its log level and subscriptions, when the engine does not know it any more.
 */
export class LegacySession {
  readonly #initialize: Request;
  readonly #deps: SessionDeps;
  readonly #subscribed = new Map<unknown, Request['params']>();
  /** What a server asks, by the id that the caller sees: those of two sessions may be equal. */
  readonly #questions = new Map<Id, Id>();
  readonly #over = new AbortController();
  #listening = new AbortController();
  #level: Request['params'] | undefined;
  #id: string | undefined;
  #revision: string | undefined;
  #capabilities: unknown;
  #renewing: Promise<AnswerBody['error']> | undefined;
  #asked = 0;
  #sent = 0;

  constructor(initialize: Request, deps: SessionDeps) {
    this.#initialize = initialize;
    this.#deps = deps;
  }

  get id(): string | undefined {
    return this.#id;
  }

  get revision(): string | undefined {
    return this.#revision;
  }

  headers(): Record<string, string> {
    return {
      ...(this.#id === undefined ? {} : { 'mcp-session-id': this.#id }),
      ...(this.#revision === undefined ? {} : { 'mcp-protocol-version': this.#revision }),
    };
  }

  /** What `initialize` was answered with. */
  opened(id: string | undefined, { result }: AnswerBody): void {
    this.#id = id;
    if (typeof result?.protocolVersion === 'string') this.#revision = result.protocolVersion;
    this.#capabilities = result?.capabilities;
  }

  /** Takes note of what has to be said again to another session. */
  answered({ method, params }: Request): void {
    if (method === 'logging/setLevel') this.#level = params;
    if (method === 'resources/subscribe') this.#subscribed.set(params.uri, params);
    if (method === 'resources/unsubscribe') this.#subscribed.delete(params.uri);
  }

  /** What the server says beside answers, as the caller gets it. */
  fromServer(message: Request | Notification): string {
    if (message.kind === 'request') {
      this.#asked += 1;
      const id = `gatehouse-${this.#asked}`;
      this.#questions.set(id, message.id);
      return JSON.stringify({ ...JSON.parse(message.text), id });
    }
    if (message.method !== 'notifications/cancelled') return message.text;
    const { requestId } = message.params;
    const known = [...this.#questions].find(([, own]) => own === requestId);
    if (!known) return message.text;
    this.#questions.delete(known[0]);
    return cancelled(known[0], message.params.reason);
  }

  /** The caller's answer under the server's own id; undefined where nobody waits for it any more. */
  toServer({ id, text }: Answer): string | undefined {
    const own = this.#questions.get(id);
    if (own === undefined) return undefined;
    this.#questions.delete(id);
    return JSON.stringify({ ...JSON.parse(text), id: own });
  }

  /**
   * Opens the session again, once for all who found that `stale` is not known any more. Resolves with why that is
   * refused; what broke off on the way shows with the next request.
   */
  renew(line: Line, stale: string): Promise<AnswerBody['error']> {
    if (this.#id !== stale) return Promise.resolve(undefined);
    this.#renewing ??= this.#renew(line).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  /** Opens the stream for what the server says by itself, where it has one. */
  listen(): void {
    this.#listening.abort();
    this.#listening = new AbortController();
    void this.#listen(AbortSignal.any([this.#listening.signal, this.#over.signal]));
  }

  /** Ends it at the engine too; bounded. */
  async end(): Promise<void> {
    this.#over.abort();
    if (this.#id === undefined) return;
    const signal = AbortSignal.timeout(FAREWELL_MS);
    const line = await this.#deps.wire.open('background', signal);
    const nothing = (): void => {};
    const farewell = { method: 'DELETE', headers: this.headers(), signal, onMessage: nothing } as const;
    if (line.ok) await this.#deps.wire.send(line.value, farewell);
  }

  async #renew(line: Line): Promise<AnswerBody['error']> {
    for (const id of this.#questions.keys()) {
      await this.#deps.tell(cancelled(id, 'Gatehouse was restarted.'));
    }
    this.#questions.clear();
    const { params } = this.#initialize;
    const wanted = { ...params, protocolVersion: this.#revision ?? params.protocolVersion };
    const { body, session } = await this.#ask(line, 'initialize', wanted, {});
    if (!body) return undefined;
    if (body.error) return body.error;
    this.opened(session, body);
    await this.#send(line, { method: 'notifications/initialized' }, this.headers());
    if (this.#level) await this.#ask(line, 'logging/setLevel', this.#level, this.headers());
    for (const uri of this.#subscribed.values()) await this.#ask(line, 'resources/subscribe', uri, this.headers());
    this.listen();
    // What changed while nobody listened was told to nobody.
    for (const list of LISTS) {
      const offered = isRecord(this.#capabilities) ? this.#capabilities[list] : undefined;
      if (isRecord(offered) && offered.listChanged === true) {
        await this.#deps.tell(JSON.stringify({ jsonrpc: '2.0', method: `notifications/${list}/list_changed` }));
      }
    }
    return undefined;
  }

  /** A request of ours; no body where the connection broke off. */
  async #ask(
    line: Line,
    method: string,
    params: Request['params'],
    headers: Record<string, string>,
  ): Promise<{ body?: AnswerBody; session?: string | undefined }> {
    this.#sent += 1;
    return this.#send(line, { id: `gatehouse-bridge-${this.#sent}`, method, params }, headers);
  }

  async #send(
    line: Line,
    message: { readonly id?: Id; readonly method: string; readonly params?: Request['params'] },
    headers: Record<string, string>,
  ): Promise<{ body?: AnswerBody; session?: string | undefined }> {
    let body: AnswerBody | undefined;
    let session: string | undefined;
    const ended = await this.#deps.wire.send(line, {
      method: 'POST',
      headers,
      body: JSON.stringify({ jsonrpc: '2.0', ...message }),
      signal: this.#over.signal,
      onHeaders: ({ 'mcp-session-id': id }) => {
        session = typeof id === 'string' ? id : undefined;
      },
      onMessage: async (text) => {
        const answer = readMessage(text);
        if (answer.kind === 'answer' && answer.id === message.id) body = answer.body;
        else if (answer.kind === 'request' || answer.kind === 'notification') {
          await this.#deps.tell(this.fromServer(answer));
        }
      },
    });
    if (ended.kind === 'refusal') {
      const error = errorIn(ended.body) ?? { code: INTERNAL_ERROR, message: `Gatehouse answered ${ended.status}.` };
      return { body: { error } };
    }
    return body ? { body, session } : {};
  }

  async #listen(signal: AbortSignal): Promise<void> {
    let position: StreamPosition | undefined;
    for (let pauseMs = SHORTEST_PAUSE_MS; !signal.aborted; ) {
      const line = await this.#deps.wire.open('background', signal);
      if (!line.ok || signal.aborted) return;
      const begun = performance.now();
      const { id } = this;
      const ended = await this.#deps.wire.send(line.value, {
        method: 'GET',
        headers: { ...this.headers(), ...(position ? { 'last-event-id': position.lastEventId } : {}) },
        signal,
        onMessage: async (text) => {
          const message = readMessage(text);
          if (message.kind === 'request' || message.kind === 'notification') {
            await this.#deps.tell(this.fromServer(message));
          }
        },
      });
      if (signal.aborted) return;
      if (ended.kind === 'refusal') {
        if (ended.status === 404 && id !== undefined) await this.renew(line.value, id);
        else if (ended.status === 403 || ended.status === 404) this.#deps.wire.drop(line.value);
        // 405: it has nothing to say by itself.
        else if (ended.status < 500) return;
      } else if (ended.kind === 'refused') this.#deps.wire.drop(line.value);
      else position = ended.position ?? position;
      pauseMs = performance.now() - begun > LIVED_MS ? SHORTEST_PAUSE_MS : Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      const wanted = ended.kind === 'done' ? ended.position?.retryMs : undefined;
      await delay(wanted ?? pauseMs, undefined, { signal }).catch(() => {});
    }
  }
}

function cancelled(requestId: Id, reason: unknown): string {
  const params = { requestId, ...(typeof reason === 'string' ? { reason } : {}) };
  return JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params });
}
