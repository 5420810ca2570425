import type { IncomingMessage, ServerResponse } from 'node:http';
import { withCorrelation } from '../correlation.ts';
import { INTERNAL_ERROR, mayHaveRun } from '../model/json-rpc.ts';
import type { Problem } from '../model/problem.ts';
import type { Clock, Logger, UpstreamControl, UpstreamFailure, UpstreamHttp } from '../ports.ts';
import {
  AdmittedRequest,
  type AnswerSink,
  type RequestToAdmit,
  type UpstreamHeaders,
} from '../upstream/admitted-request.ts';
import type { UpstreamServer } from '../upstream/upstream-server.ts';
import type { DoneRequest } from './activity.ts';
import { headersBack } from './header-hygiene.ts';
import { NOT_NOW, type Reply, replyToBody, replyToUnheld } from './login-required.ts';
import type { Body } from './request-body.ts';

const NOTHING = Buffer.alloc(0);

export interface PassageDeps {
  readonly upstreamHttp: UpstreamHttp;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onDone: (request: DoneRequest) => void;
  /** What the caller is told when it has to wait for a person, or for time. */
  readonly notNow: (server: UpstreamServer, problem: Problem) => { message: string; data: unknown };
}

/** Who asks for what, as the listener found out. */
export interface PassageEdge {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly server: UpstreamServer;
  readonly caller: string;
  readonly correlationId: string;
  /** `Clock.monotonicMs` when the caller's request came. */
  readonly begun: number;
}

export interface PassageHooks {
  /**
   * Looks at the answer's head, and answers the headers that go on. False: it is dropped, and somebody else answers the
   * caller.
   */
  readonly onHeaders?: (status: number, headers: UpstreamHeaders) => UpstreamHeaders | false;
  /** Names in lower case that stay behind: the session with the server is not the caller's with us. */
  readonly hidden?: readonly string[];
  /** What goes on of each piece. */
  readonly onData?: (chunk: Uint8Array) => Uint8Array;
  /** What still goes on after the last piece. */
  readonly onEnd?: () => Uint8Array;
}

/** One request on its way to a server and its answer on the way back to the caller, as bytes. */
export class Passage implements AnswerSink {
  readonly #edge: PassageEdge;
  readonly #deps: PassageDeps;
  readonly #hooks: PassageHooks;
  /** What the caller sent: its id is answered where the upstream is not heard. */
  #body: Body | undefined;
  #admitted: AdmittedRequest | undefined;
  #control: UpstreamControl | undefined;
  #waitsForDrain = false;
  #status = 0;
  /** The head went on to the caller with something behind it. */
  #hasBegun = false;
  #callerGone = false;
  #handedOver = false;
  #done = false;

  constructor(edge: PassageEdge, deps: PassageDeps, hooks: PassageHooks = {}) {
    this.#edge = edge;
    this.#deps = deps;
    this.#hooks = hooks;
    const { response } = edge;
    response.on('close', () => {
      if (!response.writableFinished && !this.#handedOver) this.#onCallerGone();
    });
  }

  /**
   * @param received what the caller sent, whole or the beginning of it
   * @param sink hears the answer in place of this, and passes on what is for the caller
   */
  start(received: Body | undefined, toSend: RequestToAdmit, sink: AnswerSink = this): void {
    this.#body = received;
    if (this.#callerGone) return;
    this.#admitted = new AdmittedRequest(this.#edge.server, this.#deps.upstreamHttp, toSend, sink);
    this.#admitted.start();
  }

  onControl(control: UpstreamControl): void {
    this.#control = control;
  }

  onHeaders(status: number, headers: UpstreamHeaders): void {
    this.#status = status;
    const passed = this.#hooks.onHeaders ? this.#hooks.onHeaders(status, headers) : headers;
    if (passed === false) {
      this.#handedOver = true;
      this.#control?.abort();
      return;
    }
    const { response } = this.#edge;
    const back = headersBack(passed);
    for (const name of this.#hooks.hidden ?? []) delete back[name];
    response.writeHead(status, back);
    if (!('content-length' in headers)) queueMicrotask(() => this.#showOpen());
  }

  /**
   * A stream that is open but silent is shown as open; what came in one piece with the head goes on in one piece with it.
   * Not `flushHeaders`, which writes foreign header bytes as UTF-8.
   */
  #showOpen(): void {
    if (!this.#hasBegun && !this.#handedOver && !this.#callerGone) this.#edge.response.write(NOTHING);
  }

  onData(chunk: Uint8Array): void {
    if (this.#handedOver) return;
    this.#hasBegun = true;
    const passed = this.#hooks.onData ? this.#hooks.onData(chunk) : chunk;
    if (!this.#edge.response.write(passed) && !this.#waitsForDrain) this.#waitForDrain();
  }

  onEnd(): void {
    if (this.#handedOver) return;
    this.#hasBegun = true;
    this.#edge.response.end(this.#hooks.onEnd?.());
    this.#finish(`${this.#status}`);
  }

  /** The caller sees that its answer broke off, as it would have without us. */
  onBrokenOff(): void {
    if (this.#callerGone || this.#handedOver) return;
    this.#hasBegun = true;
    this.#edge.response.destroy();
    this.#finish('broken-off');
  }

  onTurnedAway(problem: Problem): void {
    const said = this.#deps.notNow(this.#edge.server, problem);
    this.#reply(this.#replyFor(NOT_NOW, said), problem.code);
  }

  onLost(failure: UpstreamFailure, host: string): void {
    const sentence = `${this.#edge.server.name}: the connection to ${host} broke off (${failure.detail}) before it answered.`;
    this.answer(200, mayHaveRun(sentence), failure.kind);
  }

  onTooLarge(): void {
    const sentence = 'The token or the session was renewed, but this body was too large to be kept: send it again.';
    this.answer(200, sentence, 'too-large');
  }

  /** Rule 5: even a bug of ours leaves no caller hanging. */
  waitFor(work: () => Promise<void>): void {
    const { server, correlationId } = this.#edge;
    withCorrelation(correlationId, work).catch((error: unknown) => {
      const detail = error instanceof Error ? error.message : String(error);
      this.#deps.logger.error('request.bug', { server: server.name, correlationId, detail });
      this.onTurnedAway({ code: 'internal', detail });
    });
  }

  /** Without the upstream. */
  answer(status: number, sentence: string, outcome: string): void {
    const reply = this.#replyFor(INTERNAL_ERROR, { message: sentence });
    this.#reply(status === 200 ? reply : { ...reply, status }, outcome);
  }

  /** Somebody else answers the caller. */
  handOver(): void {
    this.#handedOver = true;
  }

  /** The caller took its request back, and waits for no answer. */
  abandon(): void {
    const { response } = this.#edge;
    this.#handedOver = true;
    this.#admitted?.abort();
    if (!response.headersSent) response.writeHead(202);
    response.end();
    this.#finish('cancelled');
  }

  #onCallerGone(): void {
    this.#callerGone = true;
    this.#admitted?.abort();
    this.#finish('caller-gone');
  }

  /** A slow caller slows its upstream; nothing piles up in between. */
  #waitForDrain(): void {
    this.#waitsForDrain = true;
    this.#control?.pause();
    this.#edge.response.once('drain', () => {
      this.#waitsForDrain = false;
      this.#control?.resume();
    });
  }

  #replyFor(code: number, said: { message: string; data?: unknown }): Reply {
    const body = this.#body;
    return !body || body.isHeld ? replyToBody(body?.held(), code, said) : replyToUnheld(code, said);
  }

  #reply(reply: Reply, outcome: string): void {
    const { response } = this.#edge;
    if (!response.headersSent && !this.#callerGone) {
      const isJson = reply.body?.startsWith('{') || reply.body?.startsWith('[');
      response.writeHead(reply.status, {
        'content-type': isJson ? 'application/json' : 'text/plain; charset=utf-8',
        ...(reply.status === 405 ? { allow: 'POST' } : {}),
      });
      response.end(reply.body);
    }
    this.#finish(outcome);
  }

  #finish(outcome: string): void {
    if (this.#done) return;
    this.#done = true;
    const { request, server, caller, begun, correlationId } = this.#edge;
    // A body that nobody reads any more must not hold the connection.
    if (!request.readableEnded) request.resume();
    const method = this.#body?.rpcMethod() ?? request.method ?? '';
    const ms = Math.round((this.#deps.clock.monotonicMs() - begun) * 10) / 10;
    const done = { server: server.name, caller, method, ms, outcome };
    this.#deps.logger.info('request.done', { ...done, correlationId });
    this.#deps.onDone(done);
  }
}
