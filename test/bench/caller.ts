import { type Dispatcher, Pool } from 'undici';

export interface Target {
  readonly origin: string;
  readonly path: string;
  /** The Authorization header: a token for the upstream, a caller key for the lane. */
  readonly authorization: string;
}

const HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
};
const REVISION = '2025-11-25';
const ECHO = { name: 'echo', arguments: { message: 'a short sentence, as tools get them' } };

interface Answer {
  readonly status: number;
  readonly sessionId: string | undefined;
  readonly body: string;
}

/** A caller that costs as little as it can and the same in front of every row: raw HTTP over kept connections. */
export class Caller {
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
    const params = { protocolVersion: REVISION, capabilities: {}, clientInfo: { name: 'bench', version: '1.0.0' } };
    const { sessionId, status, body } = await this.#post(this.#message('initialize', params));
    if (sessionId === undefined) throw new Error(`${this.#target.path}: no session (${status} ${body})`);
    this.continueSession(sessionId);
    await this.#post(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }));
    return sessionId;
  }

  continueSession(sessionId: string): void {
    this.#headers = { ...this.#headers, 'mcp-session-id': sessionId, 'mcp-protocol-version': REVISION };
  }

  /** One `tools/call`; rejects when the answer is not the tool's. */
  async call(): Promise<void> {
    const { status, body } = await this.#post(this.#message('tools/call', ECHO));
    if (status !== 200 || !body.includes(`"id":${this.#id}`) || !body.includes(ECHO.arguments.message)) {
      throw new Error(`${this.#target.path}: not the answer of the tool (${status} ${body})`);
    }
  }

  /** One call after the other; how long each took, in ms. */
  async callFor(ms: number): Promise<number[]> {
    const took: number[] = [];
    const until = performance.now() + ms;
    for (let before = performance.now(); before < until; ) {
      await this.#post(this.#message('tools/call', ECHO));
      const after = performance.now();
      took.push(after - before);
      before = after;
    }
    return took;
  }

  /** So many at a time; calls a second. */
  async throughputFor(ms: number, concurrent: number): Promise<number> {
    const begun = performance.now();
    const until = begun + ms;
    let calls = 0;
    const work = async (): Promise<void> => {
      while (performance.now() < until) {
        const { status } = await this.#post(this.#message('tools/call', ECHO));
        if (status !== 200) throw new Error(`${this.#target.path}: ${status}`);
        calls += 1;
      }
    };
    await Promise.all(Array.from({ length: concurrent }, work));
    return (calls / (performance.now() - begun)) * 1000;
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }

  #message(method: string, params: object): string {
    this.#id += 1;
    return JSON.stringify({ jsonrpc: '2.0', id: this.#id, method, params });
  }

  #post(body: string): Promise<Answer> {
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
