import { type Dispatcher, Pool } from 'undici';
import type { BenchCaller, Message } from './bench-caller.ts';
import { message, REVISION, SHORT } from './messages.ts';

export interface Target {
  readonly origin: string;
  readonly path: string;
  /** The Authorization header: a token for the upstream, a caller key for the lane. */
  readonly authorization: string;
  /** What the tool is called there. */
  readonly tool: string;
}

const HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
};
interface Answer {
  readonly status: number;
  readonly sessionId: string | undefined;
  readonly body: string;
}

/** A caller that costs as little as it can and the same in front of every row: raw HTTP over kept connections. */
export class Caller implements BenchCaller {
  readonly #pool: Pool;
  readonly #target: Target;
  #headers: Record<string, string>;
  #id = 0;

  constructor(target: Target, connections: number) {
    this.#target = target;
    this.#pool = new Pool(target.origin, { connections, pipelining: 1, keepAliveTimeout: 60_000 });
    this.#headers = { ...HEADERS, authorization: target.authorization };
  }

  /** Opens a session, as every client does before its first call. */
  async initialize(): Promise<string> {
    const { sessionId, status, body } = await this.#post(message.initialize(this.#nextId()));
    if (sessionId === undefined) throw new Error(`${this.#target.path}: no session (${status} ${body})`);
    this.continueSession(sessionId);
    await this.#post(message.initialized());
    return sessionId;
  }

  continueSession(sessionId: string): void {
    this.#headers = { ...this.#headers, 'mcp-session-id': sessionId, 'mcp-protocol-version': REVISION };
  }

  /** The answer to `tools/list`, as it came. */
  async list(): Promise<string> {
    return (await this.#post(message.list(this.#nextId()))).body;
  }

  async call(text: Message = SHORT): Promise<void> {
    const id = this.#nextId();
    const { status, body } = await this.#post(message.call(id, this.#target.tool, text));
    if (status !== 200 || !body.includes(`"id":${id}`) || !body.includes(text.slice(0, 1000))) {
      throw new Error(`${this.#target.path}: not the answer of the tool (${status} ${body.slice(0, 500)})`);
    }
  }

  /** Opens the stream on which a server tells what nobody asked for, and leaves it open. */
  openStream(): Promise<void> {
    return new Promise((resolve, reject) => {
      const headers = { ...this.#headers, accept: 'text/event-stream' };
      this.#pool.dispatch({ path: this.#target.path, method: 'GET', headers }, {
        onRequestStart: () => {},
        onResponseStart: (_controller: unknown, status: number) =>
          status === 200 ? resolve() : reject(new Error(`${this.#target.path}: GET is answered with ${status}`)),
        onResponseData: () => {},
        onResponseEnd: () => {},
        onResponseError: (_controller: unknown, error: Error) => reject(error),
      } as Dispatcher.DispatchHandler);
    });
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }

  #nextId(): number {
    this.#id += 1;
    return this.#id;
  }

  /** A kept connection that the other side closed while it was idle is no answer: other rows had their turn meanwhile. */
  async #post(body: string): Promise<Answer> {
    try {
      return await this.#send(body);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'UND_ERR_SOCKET')) throw error;
      return this.#send(body);
    }
  }

  #send(body: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = { path: this.#target.path, method: 'POST' as const, headers: this.#headers, body };
      this.#pool.dispatch(request, new AnswerReader(resolve, reject));
    });
  }
}

class AnswerReader implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: Error) => void;
  #status = 0;
  #sessionId: string | undefined;
  #body = '';

  constructor(resolve: (answer: Answer) => void, reject: (error: Error) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  onRequestStart(): void {}

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#status = status;
    const sessionId = headers['mcp-session-id'];
    if (typeof sessionId === 'string') this.#sessionId = sessionId;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#body += chunk.toString('latin1');
  }

  onResponseEnd(): void {
    this.#resolve({ status: this.#status, sessionId: this.#sessionId, body: this.#body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#reject(error);
  }
}
