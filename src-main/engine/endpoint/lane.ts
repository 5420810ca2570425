import type { IncomingMessage, ServerResponse } from 'node:http';
import { withCorrelation } from '../correlation.ts';
import type { Problem } from '../model/problem.ts';
import type { Clock, Logger, UpstreamControl, UpstreamFailure, UpstreamHttp } from '../ports.ts';
import { AdmittedRequest, type AnswerSink, headerOf, type UpstreamHeaders } from '../upstream/admitted-request.ts';
import type { UpstreamServer } from '../upstream/upstream-server.ts';
import { headersBack, headersUpstream } from './header-hygiene.ts';
import { NOT_NOW, type Reply, replyToBody, replyToUnheld } from './login-required.ts';
import { type Body, readBody } from './request-body.ts';
import type { Sessions } from './sessions.ts';

/** JSON-RPC's "internal error", for what went wrong on the way. */
const FAILED_ON_THE_WAY = -32603;

const NOTHING = Buffer.alloc(0);

export interface LaneDeps {
  readonly upstreamHttp: UpstreamHttp;
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What the caller is told when it has to wait for a person, or for time. */
  readonly notNow: (server: UpstreamServer, problem: Problem) => { message: string; data: unknown };
}

/** Who asks for what, as the listener found out. */
export interface LaneEdge {
  readonly server: UpstreamServer;
  readonly caller: string;
  readonly correlationId: string;
}

/** One request of a caller on its way through `/mcp/<server>`: bytes both ways, the bearer token put in. */
export function throughLane(request: IncomingMessage, response: ServerResponse, edge: LaneEdge, deps: LaneDeps): void {
  new LaneRequest(request, response, edge, deps).start();
}

class LaneRequest implements AnswerSink {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #server: UpstreamServer;
  readonly #caller: string;
  readonly #correlationId: string;
  readonly #deps: LaneDeps;
  readonly #begun: number;
  #body: Body | undefined;
  #admitted: AdmittedRequest | undefined;
  #control: UpstreamControl | undefined;
  #waitsForDrain = false;
  #status = 0;
  #callerGone = false;
  #done = false;

  constructor(request: IncomingMessage, response: ServerResponse, edge: LaneEdge, deps: LaneDeps) {
    this.#request = request;
    this.#response = response;
    this.#server = edge.server;
    this.#caller = edge.caller;
    this.#correlationId = edge.correlationId;
    this.#deps = deps;
    this.#begun = deps.clock.monotonicMs();
  }

  start(): void {
    const session = this.#sessionId();
    if (session !== undefined && !this.#deps.sessions.mayUse(this.#server.name, session, this.#caller)) {
      // As if it did not exist: the caller initializes again, with a session of its own.
      this.#answer(404, 'This session belongs to another caller.', 'foreign-session');
      return;
    }
    this.#response.on('close', () => {
      if (this.#response.writableFinished) return;
      this.#callerGone = true;
      this.#admitted?.abort();
      this.#finish('caller-gone');
    });
    readBody(this.#request, (body) => {
      this.#body = body;
      if (this.#callerGone) return;
      const { method, rawHeaders } = this.#request;
      this.#admitted = new AdmittedRequest(
        this.#server,
        this.#deps.upstreamHttp,
        { method: method ?? 'POST', headers: (own) => headersUpstream(rawHeaders, own), body },
        this,
      );
      this.#admitted.start();
    });
  }

  // ---- the answer

  onControl(control: UpstreamControl): void {
    this.#control = control;
  }

  onHeaders(status: number, headers: UpstreamHeaders): void {
    this.#status = status;
    this.#noteSession(status, headerOf(headers, 'mcp-session-id'));
    this.#response.writeHead(status, headersBack(headers));
    // A stream that is open but silent is shown as open. Not `flushHeaders`, which writes foreign header bytes as UTF-8.
    if (!('content-length' in headers)) this.#response.write(NOTHING);
  }

  onData(chunk: Uint8Array): void {
    if (!this.#response.write(chunk) && !this.#waitsForDrain) this.#waitForDrain();
  }

  onEnd(): void {
    this.#response.end();
    this.#finish(`${this.#status}`);
  }

  /** The caller sees that its answer broke off, as it would have without us. */
  onBrokenOff(): void {
    if (this.#callerGone) return;
    this.#response.destroy();
    this.#finish('broken-off');
  }

  onTurnedAway(problem: Problem): void {
    const said = this.#deps.notNow(this.#server, problem);
    this.#reply(this.#replyFor(NOT_NOW, said), problem.code);
  }

  onLost(failure: UpstreamFailure, host: string): void {
    const sentence = `${this.#server.name}: the connection to ${host} broke off (${failure.detail}) before it answered. The call may have run; it was not sent a second time.`;
    this.#answer(200, sentence, failure.kind);
  }

  onTooLarge(): void {
    this.#answer(200, 'The token was renewed, but this body was too large to be kept: send it again.', 'too-large');
  }

  /** Rule 5: even a bug of ours leaves no caller hanging. */
  waitFor(work: () => Promise<void>): void {
    withCorrelation(this.#correlationId, work).catch((error: unknown) => {
      const detail = error instanceof Error ? error.message : String(error);
      this.#deps.logger.error('request.bug', { server: this.#server.name, correlationId: this.#correlationId, detail });
      this.onTurnedAway({ code: 'internal', detail });
    });
  }

  /** A slow caller slows its upstream; nothing piles up in between. */
  #waitForDrain(): void {
    this.#waitsForDrain = true;
    this.#control?.pause();
    this.#response.once('drain', () => {
      this.#waitsForDrain = false;
      this.#control?.resume();
    });
  }

  #answer(status: number, sentence: string, outcome: string): void {
    const reply = this.#replyFor(FAILED_ON_THE_WAY, { message: sentence });
    this.#reply(status === 200 ? reply : { ...reply, status }, outcome);
  }

  #replyFor(code: number, said: { message: string; data?: unknown }): Reply {
    return !this.#body || this.#body.isHeld ? replyToBody(this.#body?.held(), code, said) : replyToUnheld(code, said);
  }

  #reply(reply: Reply, outcome: string): void {
    if (!this.#response.headersSent && !this.#callerGone) {
      const isJson = reply.body?.startsWith('{') || reply.body?.startsWith('[');
      this.#response.writeHead(reply.status, {
        'content-type': isJson ? 'application/json' : 'text/plain; charset=utf-8',
        ...(reply.status === 405 ? { allow: 'POST' } : {}),
      });
      this.#response.end(reply.body);
    }
    this.#finish(outcome);
  }

  #noteSession(status: number, opened: string | undefined): void {
    const { sessions } = this.#deps;
    if (opened !== undefined && status < 300) sessions.opened(this.#server.name, opened, this.#caller);
    const used = this.#sessionId();
    if (used === undefined) return;
    if (status === 404 || (this.#request.method === 'DELETE' && status < 300)) sessions.ended(this.#server.name, used);
  }

  #sessionId(): string | undefined {
    const id = this.#request.headers['mcp-session-id'];
    return typeof id === 'string' ? id : undefined;
  }

  #finish(outcome: string): void {
    if (this.#done) return;
    this.#done = true;
    // A body that nobody reads any more must not hold the connection.
    if (!this.#request.readableEnded) this.#request.resume();
    this.#deps.logger.info('request.done', {
      server: this.#server.name,
      caller: this.#caller,
      method: this.#body?.rpcMethod() ?? this.#request.method ?? '',
      ms: Math.round((this.#deps.clock.monotonicMs() - this.#begun) * 10) / 10,
      outcome,
      correlationId: this.#correlationId,
    });
  }
}
