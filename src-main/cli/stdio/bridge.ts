import { INVALID_REQUEST } from '../../engine/model/json-rpc.ts';
import { Flight } from './flight.ts';
import { LegacySession } from './legacy-session.ts';
import {
  type Answer,
  errorText,
  type Id,
  type Message,
  modernRevision,
  type Notification,
  type Request,
  readMessage,
} from './message.ts';
import { ToolHeaders } from './tool-headers.ts';
import type { Wire } from './wire.ts';

/** The one revision that has batches. */
const BATCHES = '2025-03-26';
/** For what is still being answered when the input ends. */
const LAST_ANSWERS_MS = 10_000;

type Tell = (text: string) => Promise<void>;

export interface BridgeDeps {
  readonly wire: Wire;
  /** To the caller: one message, one line. */
  readonly write: (text: string) => Promise<void>;
}

/** Carries what a caller says line by line to the engine over HTTP, and back what it is answered; callers of both eras. */
export class Bridge {
  readonly #deps: BridgeDeps;
  readonly #flights = new Map<Id, Flight>();
  readonly #toolHeaders = new ToolHeaders();
  readonly #over = new AbortController();
  #session: LegacySession | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(deps: BridgeDeps) {
    this.#deps = deps;
  }

  /** In the order of their lines: what follows a request is sent after it, what follows anything else when that has arrived. */
  take(line: string): void {
    this.#turn = this.#turn.then(() => this.#pass(readMessage(line), this.#deps.write));
  }

  /** A line of more bytes than anybody should hold. */
  refuseLine(limitBytes: number): void {
    void this.#deps.write(errorText(null, INVALID_REQUEST, `A line may have at most ${limitBytes} bytes.`));
  }

  /** The input has ended: what is under way is answered, for so long at most, and the session ended. */
  async end(): Promise<void> {
    const limit = new AbortController();
    const late = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LAST_ANSWERS_MS);
      limit.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
    const answered = this.#turn.then(() => {
      const last = [...this.#flights.values()].filter(({ request }) => request.method !== 'subscriptions/listen');
      return Promise.all(last.map(({ ended }) => ended));
    });
    await Promise.race([answered, late]);
    limit.abort();
    await this.stop();
  }

  /** At once: nobody reads any more. */
  async stop(): Promise<void> {
    this.#over.abort();
    for (const flight of this.#flights.values()) flight.cancel();
    await this.#session?.end();
  }

  async #pass(message: Message, answer: Tell): Promise<void> {
    switch (message.kind) {
      case 'request':
        return this.#request(message, answer);
      case 'notification':
        return this.#notification(message);
      case 'answer':
        return this.#answer(message);
      case 'batch':
        return this.#batch(message.messages);
      case 'invalid':
        return answer(errorText(message.id, message.code, message.sentence));
    }
  }

  async #request(request: Request, answer: Tell): Promise<void> {
    if (this.#flights.has(request.id)) {
      return answer(errorText(request.id, INVALID_REQUEST, 'A request with this id is under way.'));
    }
    const { wire, write } = this.#deps;
    const isModern = modernRevision(request.params) !== undefined;
    const opens = request.method === 'initialize' && !isModern;
    const session = opens ? new LegacySession(request, { wire, tell: write }) : this.#session;
    await new Promise<void>((onSent) => {
      const flight = new Flight(request, {
        wire,
        toolHeaders: this.#toolHeaders,
        tell: write,
        answer,
        session: isModern ? undefined : session,
        // All that follows an `initialize` belongs to the session that it opens.
        onSent: opens ? () => {} : onSent,
      });
      this.#flights.set(request.id, flight);
      void flight.ended.then(onSent);
      void flight.run().finally(() => this.#flights.delete(request.id));
    });
    if (!opens || session?.revision === undefined) return;
    const former = this.#session;
    this.#session = session;
    await former?.end();
  }

  async #notification(notification: Notification): Promise<void> {
    const { method, params, text } = notification;
    if (method !== 'notifications/cancelled') {
      await this.#send(text, this.#toolHeaders.of(notification));
      // It may say something by itself from here on. @see MCP 2025-11-25, basic/lifecycle
      if (method === 'notifications/initialized') this.#session?.listen();
      return;
    }
    const { requestId } = params;
    const known =
      typeof requestId === 'string' || typeof requestId === 'number' ? this.#flights.get(requestId) : undefined;
    if (!known) return;
    // Over HTTP a modern request is cancelled by its stream's end.
    if (modernRevision(known.request.params) === undefined) await this.#send(text, {});
    known.cancel();
  }

  async #answer(answer: Answer): Promise<void> {
    const text = this.#session?.toServer(answer);
    // Of a session that is gone, or cancelled meanwhile.
    if (text !== undefined) await this.#send(text, {});
  }

  async #batch(messages: readonly Message[]): Promise<void> {
    const { write } = this.#deps;
    if (this.#session?.revision !== BATCHES || messages.length === 0) {
      return write(errorText(null, INVALID_REQUEST, 'Batches are taken in revision 2025-03-26 alone.'));
    }
    let owed = messages.filter(({ kind }) => kind === 'request' || kind === 'invalid').length;
    const answers: string[] = [];
    const collect = async (text: string): Promise<void> => {
      answers.push(text);
      owed -= 1;
      if (owed === 0) await write(`[${answers.join(',')}]`);
    };
    for (const message of messages) await this.#pass(message, collect);
  }

  /** What has no answer, into the session where there is one. */
  async #send(text: string, modern: Record<string, string>): Promise<void> {
    const { signal } = this.#over;
    const isModern = Object.keys(modern).length > 0;
    for (let tries = 0; tries < 3 && !signal.aborted; tries += 1) {
      const line = await this.#deps.wire.open('request', signal);
      if (!line.ok) return;
      const session = isModern ? undefined : this.#session;
      const sentIn = session?.id;
      const ended = await this.#deps.wire.send(line.value, {
        method: 'POST',
        headers: session ? session.headers() : modern,
        body: text,
        signal,
        onMessage: () => {},
      });
      if (ended.kind === 'done' || ended.kind === 'broken') return;
      if (ended.kind === 'refused' || ended.status === 403) this.#deps.wire.drop(line.value);
      else if (ended.status === 404 && session && sentIn !== undefined) await session.renew(line.value, sentIn);
      else return;
    }
  }
}
