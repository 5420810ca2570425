import { setTimeout as delay } from 'node:timers/promises';
import { INTERNAL_ERROR, mayHaveRun } from '../../engine/model/json-rpc.ts';
import { NOT_NOW } from '../../engine/model/not-now.ts';
import type { Problem } from '../../engine/model/problem.ts';
import { isRecord } from '../../engine/model/record.ts';
import { sentenceOf } from '../output.ts';
import { COMES_BACK_WITHIN_MS, type Line } from './engine-link.ts';
import type { Ended, StreamPosition } from './exchange.ts';
import type { LegacySession } from './legacy-session.ts';
import {
  type AnswerBody,
  errorIn,
  errorText,
  HEADER_MISMATCH,
  type Message,
  type Request,
  readMessage,
} from './message.ts';
import type { ToolHeaders } from './tool-headers.ts';
import type { Wire } from './wire.ts';

/** Asked twice they change nothing. A tool's call is none of them, whatever its server says of it. */
const REPEATABLE: ReadonlySet<string> = new Set([
  'initialize',
  'server/discover',
  'ping',
  'tools/list',
  'prompts/list',
  'prompts/get',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'completion/complete',
  'logging/setLevel',
  'subscriptions/listen',
]);

const AT_MOST = 3;
const PAUSE_MS = 200;
const LISTEN_PAUSE_MS = 1000;
/** A stream that its server leaves open behind the answer. */
const LINGERS_MS = 1000;
/** An engine that stops ends its streams first, and is gone within it. */
const STOPS_WITHIN_MS = 5000;
const LISTS = ['tools', 'prompts', 'resources'] as const;
const SUBSCRIPTION_ID = 'io.modelcontextprotocol/subscriptionId';

export interface FlightDeps {
  readonly wire: Wire;
  readonly toolHeaders: ToolHeaders;
  /** Everything but the answer. */
  readonly tell: (text: string) => Promise<void>;
  readonly answer: (text: string) => Promise<void>;
  /** Of a legacy request. */
  readonly session: LegacySession | undefined;
  /** It is on its way, or waits for the engine: the next message may follow. */
  readonly onSent: () => void;
}

/** One request of the caller on its way, until it is answered: sent again where that is safe. */
export class Flight {
  readonly request: Request;
  readonly #deps: FlightDeps;
  readonly #cancelled = new AbortController();
  readonly #isListen: boolean;
  /** Resolves with the answer, or when there will be none. */
  readonly ended: Promise<void>;
  #end: () => void = () => {};
  #lingering: NodeJS.Timeout | undefined;
  #isAnswered = false;
  #isAcknowledged = false;
  #sessionId: string | undefined;

  constructor(request: Request, deps: FlightDeps) {
    this.request = request;
    this.#deps = deps;
    this.#isListen = request.method === 'subscriptions/listen';
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** Nobody waits any more: no answer, as the specification has it. */
  cancel(): void {
    this.#cancelled.abort();
  }

  async run(): Promise<void> {
    try {
      await this.#fly();
    } finally {
      clearTimeout(this.#lingering);
      this.#end();
    }
  }

  async #fly(): Promise<void> {
    const { signal } = this.#cancelled;
    const begun = performance.now();
    const tries = { broken: 0, sessions: 0, keys: 0, headers: 0 };
    const may = (kind: keyof typeof tries, atMost = AT_MOST): boolean => {
      tries[kind] += 1;
      return tries[kind] <= atMost;
    };
    while (!this.#isOver) {
      const line = await this.#line();
      if (this.#isOver || !line) return;
      const sentIn = this.#deps.session?.id;
      const ended = await this.#resumed(line, await this.#send(line));
      if (this.#isOver) return;
      switch (ended.kind) {
        case 'refused':
          this.#deps.wire.drop(line);
          if (performance.now() - begun > COMES_BACK_WITHIN_MS) return this.#lost();
          await pause(PAUSE_MS, signal);
          continue;
        case 'refusal':
          if (ended.status === 403 && may('keys', 1)) {
            this.#deps.wire.drop(line);
            continue;
          }
          if (ended.status === 404 && sentIn !== undefined && may('sessions')) {
            const refused = await this.#deps.session?.renew(line, sentIn);
            if (refused) return this.#answerError(refused);
            continue;
          }
          if (errorIn(ended.body)?.code === HEADER_MISMATCH && may('headers', 1) && (await this.#learnTools(line))) {
            continue;
          }
          return this.#refuse(ended);
        case 'done':
        case 'broken':
          if (this.#isListen) {
            await pause(LISTEN_PAUSE_MS, signal);
            continue;
          }
          if (!REPEATABLE.has(this.request.method) || !may('broken')) return this.#lost();
      }
    }
  }

  get #isOver(): boolean {
    return this.#isAnswered || this.#cancelled.signal.aborted;
  }

  async #line(): Promise<Line | undefined> {
    const { signal } = this.#cancelled;
    const { wire, onSent } = this.#deps;
    const opening = wire.open(this.#isListen && this.#isAcknowledged ? 'background' : 'request', signal);
    const late = setTimeout(onSent, PAUSE_MS);
    const line = await opening;
    clearTimeout(late);
    if (line.ok) return line.value;
    if (!signal.aborted) await this.#answerProblem(line.problem);
    return undefined;
  }

  #send(line: Line): Promise<Ended> {
    const { toolHeaders, session, onSent, wire } = this.#deps;
    return wire.send(line, {
      method: 'POST',
      headers: session ? session.headers() : toolHeaders.of(this.request),
      body: this.request.text,
      signal: this.#cancelled.signal,
      onSent,
      onHeaders: ({ 'mcp-session-id': id }) => {
        this.#sessionId = typeof id === 'string' ? id : undefined;
      },
      onMessage: (text) => this.#take(readMessage(text), text, line),
    });
  }

  /** A stream that ended before the answer, taken up again where it stopped, as often as the server ends it (L2). */
  async #resumed(line: Line, first: Ended): Promise<Ended> {
    const { signal } = this.#cancelled;
    let ended = first;
    let position: StreamPosition | undefined;
    for (let failures = 0; !this.#isOver && failures < AT_MOST; ) {
      if (ended.kind !== 'done' && ended.kind !== 'broken') break;
      position = ended.position ?? position;
      if (!position || this.#isListen) return ended;
      failures = ended.position ? 0 : failures + 1;
      await pause(position.retryMs, signal);
      if (this.#isOver) return ended;
      ended = await this.#deps.wire.send(line, {
        method: 'GET',
        headers: { ...this.#deps.session?.headers(), 'last-event-id': position.lastEventId },
        signal,
        onMessage: (text) => this.#take(readMessage(text), text, line),
      });
    }
    // The request itself was taken: what refuses the stream says nothing of it.
    return ended === first || ended.kind === 'done' ? ended : { kind: 'broken' };
  }

  async #take(message: Message, text: string, line: Line): Promise<void> {
    if (this.#isOver) return;
    const { session, tell } = this.#deps;
    switch (message.kind) {
      case 'batch':
        for (const one of message.messages) await this.#take(one, 'text' in one ? one.text : '', line);
        return;
      case 'request':
        return tell(session ? session.fromServer(message) : message.text);
      case 'notification':
        if (message.method === 'notifications/subscriptions/acknowledged') {
          if (this.#isAcknowledged) return this.#tellOfGap();
          this.#isAcknowledged = true;
        }
        return tell(session ? session.fromServer(message) : message.text);
      case 'answer':
        if (message.id !== this.request.id) return;
        if (this.#isListen && message.body.result && (await this.#endsSoon(line))) return;
        return this.#answer(message.text, message.body);
      case 'invalid': {
        const error = errorIn(text);
        return error ? this.#answerError(error) : undefined;
      }
    }
  }

  /** After a subscription was made anew: what changed in between was told to nobody. */
  async #tellOfGap(): Promise<void> {
    const { notifications } = this.request.params;
    for (const list of LISTS) {
      if (!isRecord(notifications) || notifications[`${list}ListChanged`] !== true) continue;
      const params = { _meta: { [SUBSCRIPTION_ID]: this.request.id } };
      await this.#deps.tell(JSON.stringify({ jsonrpc: '2.0', method: `notifications/${list}/list_changed`, params }));
    }
  }

  async #endsSoon(line: Line): Promise<boolean> {
    const limit = new AbortController();
    const goes = line.gone.then(() => true);
    const stays = delay(STOPS_WITHIN_MS, false, { signal: limit.signal }).catch(() => false);
    const gone = await Promise.race([goes, stays]);
    limit.abort();
    return gone;
  }

  /** The tool's parameters that belong into headers stand in its definition, which this caller may not have asked for. */
  async #learnTools(line: Line): Promise<boolean> {
    const { toolHeaders, wire } = this.#deps;
    let cursor: unknown;
    do {
      const params = { _meta: this.request.params._meta, ...(cursor === undefined ? {} : { cursor }) };
      const list = { method: 'tools/list', params };
      cursor = undefined;
      const ended = await wire.send(line, {
        method: 'POST',
        headers: toolHeaders.of(list),
        body: JSON.stringify({ jsonrpc: '2.0', id: 'gatehouse-bridge-tools', ...list }),
        signal: this.#cancelled.signal,
        onMessage: (text) => {
          const message = readMessage(text);
          if (message.kind !== 'answer') return;
          toolHeaders.learn(message.body.result);
          cursor = message.body.result?.nextCursor;
        },
      });
      if (ended.kind !== 'done') return false;
    } while (typeof cursor === 'string');
    return true;
  }

  async #answer(text: string, body: AnswerBody): Promise<void> {
    this.#isAnswered = true;
    if (body.result) {
      const { session, toolHeaders } = this.#deps;
      if (this.request.method === 'initialize') session?.opened(this.#sessionId, body);
      else session?.answered(this.request);
      if (!session && this.request.method === 'tools/list') toolHeaders.learn(body.result);
    }
    await this.#deps.answer(text);
    this.#end();
    this.#lingering = setTimeout(() => this.cancel(), LINGERS_MS);
  }

  #answerError(error: NonNullable<AnswerBody['error']>): Promise<void> {
    return this.#answer(JSON.stringify({ jsonrpc: '2.0', id: this.request.id, error }), { error });
  }

  #answerProblem(problem: Problem): Promise<void> {
    const error = { code: NOT_NOW, message: sentenceOf(problem), data: { reason: problem.code } };
    return this.#answerError(error);
  }

  #refuse({ status, body }: Extract<Ended, { kind: 'refusal' }>): Promise<void> {
    const error = errorIn(body);
    if (error) return this.#answerError(error);
    const said = body.trim().slice(0, 1000);
    const message = said === '' ? `Gatehouse answered with HTTP status ${status}.` : said;
    return this.#answerError({ code: INTERNAL_ERROR, message });
  }

  #lost(): Promise<void> {
    const message = 'The connection to Gatehouse broke off before it answered.';
    const isSafe = REPEATABLE.has(this.request.method);
    const sentence = isSafe ? message : mayHaveRun(message);
    return this.#answer(errorText(this.request.id, INTERNAL_ERROR, sentence), {});
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return delay(ms, undefined, { signal }).catch(() => {});
}
