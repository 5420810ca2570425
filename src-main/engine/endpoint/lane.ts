import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Problem } from '../model/problem.ts';
import { parseChallenge } from '../oauth/www-authenticate.ts';
import type { Clock, Logger, UpstreamControl, UpstreamFailure, UpstreamHandler, UpstreamHttp } from '../ports.ts';
import type { Credential } from '../upstream/credentials.ts';
import { isHtml } from '../upstream/probe.ts';
import type { UpstreamServer } from '../upstream/upstream-server.ts';
import { headersBack, headersUpstream } from './header-hygiene.ts';
import { NOT_NOW, replyToBody } from './login-required.ts';
import { type Body, readBody } from './request-body.ts';
import type { Sessions } from './sessions.ts';

/** JSON-RPC's "internal error", for what went wrong on the way. */
const FAILED_ON_THE_WAY = -32603;

const MAX_REDIRECTS = 3;

export interface LaneDeps {
  readonly upstreamHttp: UpstreamHttp;
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What the caller is told when it has to wait for a person, or for time. */
  readonly notNow: (server: UpstreamServer, problem: Problem) => { message: string; data: unknown };
}

/** One request of a caller on its way through `/mcp/<server>`: bytes both ways, the bearer token put in. */
export function throughLane(
  request: IncomingMessage,
  response: ServerResponse,
  edge: { readonly server: UpstreamServer; readonly caller: string; readonly correlationId: string },
  deps: LaneDeps,
): void {
  new LaneRequest(request, response, edge, deps).start();
}

class LaneRequest {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #server: UpstreamServer;
  readonly #caller: string;
  readonly #correlationId: string;
  readonly #deps: LaneDeps;
  readonly #begun: number;
  #body: Body | undefined;
  #control: UpstreamControl | undefined;
  #callerGone = false;
  #done = false;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    edge: { readonly server: UpstreamServer; readonly caller: string; readonly correlationId: string },
    deps: LaneDeps,
  ) {
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
      this.#control?.abort();
      this.#finish('caller-gone');
    });
    readBody(this.#request, (body) => {
      this.#body = body;
      const credential = this.#server.credentialNow();
      if (credential) this.#send(credential, 0);
      else void this.#waitForCredential();
    });
  }

  async #waitForCredential(): Promise<void> {
    const credential = await this.#server.credentialSoon();
    if (credential.ok) this.#send(credential.value, 0);
    else this.#turnAway(credential.problem);
  }

  #send(credential: Credential, replays: number, url = this.#server.url, hops = 0): void {
    if (this.#callerGone) return;
    const method = this.#request.method ?? 'POST';
    this.#deps.upstreamHttp.send(
      {
        url,
        method,
        headers: headersUpstream(this.#request.rawHeaders, credential.headers),
        body: this.#body?.toSend(),
        isLongStream: method === 'GET',
      },
      new Exchange({
        onStart: (control) => {
          this.#control = control;
          if (this.#callerGone) control.abort();
        },
        onHeaders: (status, headers) => this.#onHeaders({ status, headers, credential, replays, url, hops }),
        onPassedOn: (status) => this.#finish(`${status}`),
        onFailure: (failure, begunToAnswer) => this.#onFailure(failure, begunToAnswer, credential, replays),
        response: this.#response,
      }),
    );
  }

  /** True: the answer is for the caller. False: it is dropped, and something else follows. */
  #onHeaders(answer: {
    status: number;
    headers: UpstreamHeaders;
    credential: Credential;
    replays: number;
    url: URL;
    hops: number;
  }): boolean {
    const { status, headers } = answer;
    if (status === 401) {
      void this.#onUnauthorized(answer.credential, answer.replays, header(headers, 'www-authenticate'));
      return false;
    }
    if (status === 403) {
      const challenge = parseChallenge(header(headers, 'www-authenticate'));
      const problem =
        challenge?.error === 'insufficient_scope'
          ? this.#server.scopeMissing(challenge)
          : this.#server.forbidden(status);
      if (problem) {
        this.#turnAway(problem);
        return false;
      }
    } else if (status >= 300 && status < 400 && status !== 304) {
      this.#onRedirect(answer, header(headers, 'location'));
      return false;
    } else if (status < 300 && isHtml(header(headers, 'content-type'))) {
      const { host } = answer.url;
      const problem: Problem = { code: 'bad-answer', host, status, detail: 'a web page, not an MCP answer' };
      this.#server.unreachable(problem);
      this.#turnAway(problem);
      return false;
    } else if (status < 500) {
      this.#server.answered();
    }
    this.#noteSession(status, header(headers, 'mcp-session-id'));
    this.#response.writeHead(status, headersBack(headers));
    // A stream that is open but silent is shown as open.
    if (!('content-length' in headers)) this.#response.flushHeaders();
    return true;
  }

  async #onUnauthorized(used: Credential, replays: number, wwwAuthenticate: string | undefined): Promise<void> {
    if (replays > 0) {
      this.#turnAway(this.#server.rejectedAgain());
      return;
    }
    const after = await this.#server.rejected(used, parseChallenge(wwwAuthenticate));
    if (after.kind === 'give-up') {
      this.#turnAway(after.problem);
    } else if (this.#body && !this.#body.isHeld) {
      this.#answer(200, 'The token was renewed, but this body was too large to be kept: send it again.', 'too-large');
    } else {
      this.#send(after.credential, replays + 1);
    }
  }

  #onRedirect(
    answer: { status: number; credential: Credential; replays: number; url: URL; hops: number },
    location: string | undefined,
  ): void {
    const target = location === undefined ? null : URL.parse(location, answer.url);
    const isSafe = answer.status === 307 || answer.status === 308 || this.#request.method === 'GET';
    const mayFollow = target?.origin === answer.url.origin && isSafe && answer.hops < MAX_REDIRECTS;
    if (mayFollow && (!this.#body || this.#body.isHeld)) {
      this.#send(answer.credential, answer.replays, target, answer.hops + 1);
      return;
    }
    const { host } = answer.url;
    const detail = `it sends its callers to ${target ? target.host : 'nowhere'}, where the login is not sent`;
    this.#turnAway({ code: 'bad-answer', host, status: answer.status, detail });
  }

  #onFailure(failure: UpstreamFailure, begunToAnswer: boolean, credential: Credential, replays: number): void {
    if (this.#callerGone || failure.kind === 'aborted') return;
    if (begunToAnswer) {
      // The caller sees that its answer broke off, as it would have without us.
      this.#response.destroy();
      this.#finish('broken-off');
      return;
    }
    if (failure.kind === 'refused' && replays === 0 && (!this.#body || this.#body.isHeld)) {
      this.#send(credential, replays + 1);
      return;
    }
    const { host } = this.#server.url;
    if (failure.kind === 'refused') {
      const problem: Problem = { code: 'network-unreachable', host, cause: failure.detail };
      this.#server.unreachable(problem);
      this.#turnAway(problem);
      return;
    }
    this.#answer(
      200,
      `${this.#server.name}: the connection to ${host} broke off (${failure.detail}) before it answered. The call may have run; it was not sent a second time.`,
      failure.kind,
    );
  }

  #turnAway(problem: Problem): void {
    const said = this.#deps.notNow(this.#server, problem);
    this.#reply(replyToBody(this.#body?.held(), NOT_NOW, said), problem.code);
  }

  #answer(status: number, sentence: string, outcome: string): void {
    const reply = replyToBody(this.#body?.held(), FAILED_ON_THE_WAY, { message: sentence });
    this.#reply(status === 200 ? reply : { ...reply, status }, outcome);
  }

  #reply(reply: { status: number; body?: string }, outcome: string): void {
    if (!this.#response.headersSent && !this.#callerGone) {
      const isJson = reply.body?.startsWith('{') || reply.body?.startsWith('[');
      this.#response.writeHead(reply.status, {
        'content-type': isJson ? 'application/json' : 'text/plain; charset=utf-8',
        ...(reply.status === 405 ? { allow: 'POST' } : {}),
      });
      this.#response.end(reply.body);
    }
    // A body that nobody reads any more must not hold the connection.
    this.#request.resume();
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

type UpstreamHeaders = Readonly<Record<string, string | string[] | undefined>>;

function header(headers: UpstreamHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

interface ExchangeEnds {
  /** True: the answer is for the caller. False: it is dropped, and something else follows. */
  readonly onHeaders: (status: number, headers: UpstreamHeaders) => boolean;
  readonly onStart: (control: UpstreamControl) => void;
  readonly onPassedOn: (status: number) => void;
  readonly onFailure: (failure: UpstreamFailure, begunToAnswer: boolean) => void;
  readonly response: ServerResponse;
}

/** One exchange with the upstream: its answer goes to the caller byte for byte, or is dropped. */
class Exchange implements UpstreamHandler {
  readonly #to: ExchangeEnds;
  #control: UpstreamControl | undefined;
  #status = 0;
  #passesOn = false;

  constructor(to: ExchangeEnds) {
    this.#to = to;
  }

  onStart(control: UpstreamControl): void {
    this.#control = control;
    this.#to.onStart(control);
  }

  onHeaders(status: number, headers: UpstreamHeaders): void {
    this.#status = status;
    this.#passesOn = this.#to.onHeaders(status, headers);
  }

  onData(chunk: Uint8Array): void {
    if (!this.#passesOn || this.#to.response.write(chunk)) return;
    const control = this.#control;
    control?.pause();
    this.#to.response.once('drain', () => control?.resume());
  }

  onEnd(): void {
    if (!this.#passesOn) return;
    this.#to.response.end();
    this.#to.onPassedOn(this.#status);
  }

  onError(failure: UpstreamFailure): void {
    // What came in place of a dropped answer goes its own way.
    if (this.#status > 0 && !this.#passesOn) return;
    this.#to.onFailure(failure, this.#passesOn);
  }
}
