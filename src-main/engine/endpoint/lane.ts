import type { IncomingMessage, ServerResponse } from 'node:http';
import { withCorrelation } from '../correlation.ts';
import type { Problem } from '../model/problem.ts';
import { parseChallenge } from '../oauth/www-authenticate.ts';
import type { Clock, Logger, UpstreamControl, UpstreamFailure, UpstreamHttp } from '../ports.ts';
import type { Credential } from '../upstream/credentials.ts';
import { isHtml } from '../upstream/probe.ts';
import type { UpstreamServer } from '../upstream/upstream-server.ts';
import { Exchange, type UpstreamHeaders } from './exchange.ts';
import { headersBack, headersUpstream } from './header-hygiene.ts';
import { NOT_NOW, type Reply, replyToBody, replyToUnheld } from './login-required.ts';
import { type Body, readBody } from './request-body.ts';
import type { Sessions } from './sessions.ts';

/** JSON-RPC's "internal error", for what went wrong on the way. */
const FAILED_ON_THE_WAY = -32603;

const MAX_REDIRECTS = 3;

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

/** One way to the upstream; what follows a 401, a refused connection or a redirect is the next. */
interface Attempt {
  readonly credential: Credential;
  /** The server refused a token already: it gets no third one. */
  readonly isReplay: boolean;
  /** Nobody listened the first time. */
  readonly isRetry: boolean;
  readonly url: URL;
  readonly hops: number;
}

/** One request of a caller on its way through `/mcp/<server>`: bytes both ways, the bearer token put in. */
export function throughLane(request: IncomingMessage, response: ServerResponse, edge: LaneEdge, deps: LaneDeps): void {
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
      this.#control?.abort();
      this.#finish('caller-gone');
    });
    readBody(this.#request, (body) => {
      this.#body = body;
      const credential = this.#server.admission.credentialNow();
      if (credential) this.#sendFirst(credential);
      else this.#waitFor(() => this.#whenCredentialIsThere());
    });
  }

  async #whenCredentialIsThere(): Promise<void> {
    const credential = await this.#server.admission.credentialSoon();
    if (credential.ok) this.#sendFirst(credential.value);
    else this.#turnAway(credential.problem);
  }

  #sendFirst(credential: Credential): void {
    this.#send({ credential, isReplay: false, isRetry: false, url: this.#server.url, hops: 0 });
  }

  #send(attempt: Attempt): void {
    if (this.#callerGone) return;
    const method = this.#request.method ?? 'POST';
    this.#deps.upstreamHttp.send(
      {
        url: attempt.url,
        method,
        headers: headersUpstream(this.#request.rawHeaders, attempt.credential.headers),
        body: this.#body?.toSend(),
        isLongStream: method === 'GET',
      },
      new Exchange({
        response: this.#response,
        onStart: (control) => {
          this.#control = control;
          if (this.#callerGone) control.abort();
        },
        onHeaders: (status, headers) => this.#onHeaders(attempt, status, headers),
        onPassedOn: (status) => this.#finish(`${status}`),
        onFailure: (failure, begunToAnswer) => this.#onFailure(attempt, failure, begunToAnswer),
      }),
    );
  }

  /** True: the answer is for the caller. False: it is dropped, and something else follows. */
  #onHeaders(attempt: Attempt, status: number, headers: UpstreamHeaders): boolean {
    if (status === 401) {
      this.#waitFor(() => this.#onUnauthorized(attempt, header(headers, 'www-authenticate')));
      return false;
    }
    if (status >= 300 && status < 400 && status !== 304) {
      this.#onRedirect(attempt, status, header(headers, 'location'));
      return false;
    }
    const problem = this.#problemIn(attempt, status, headers);
    if (problem) {
      this.#turnAway(problem);
      return false;
    }
    this.#noteSession(status, header(headers, 'mcp-session-id'));
    this.#response.writeHead(status, headersBack(headers));
    // A stream that is open but silent is shown as open. Not `flushHeaders`, which writes foreign header bytes as UTF-8.
    if (!('content-length' in headers)) this.#response.write(NOTHING);
    return true;
  }

  /** What the server's state learns of an answer, and what the caller is told in its place. */
  #problemIn(attempt: Attempt, status: number, headers: UpstreamHeaders): Problem | undefined {
    if (status === 403) {
      const challenge = parseChallenge(header(headers, 'www-authenticate'));
      return challenge?.error === 'insufficient_scope'
        ? this.#server.admission.scopeMissing(challenge, attempt.credential)
        : this.#server.admission.forbidden(status);
    }
    if (status < 300 && isHtml(header(headers, 'content-type'))) {
      const detail = 'a web page, not an MCP answer';
      const problem: Problem = { code: 'bad-answer', host: attempt.url.host, status, detail };
      this.#server.admission.unreachable(problem);
      return problem;
    }
    if (status < 500) this.#server.admission.answered();
    return undefined;
  }

  async #onUnauthorized(attempt: Attempt, wwwAuthenticate: string | undefined): Promise<void> {
    if (attempt.isReplay) {
      this.#turnAway(this.#server.admission.rejectedAgain());
      return;
    }
    const after = await this.#server.admission.rejected(attempt.credential, parseChallenge(wwwAuthenticate));
    if (after.kind === 'give-up') this.#turnAway(after.problem);
    else if (this.#canSendAgain()) this.#send({ ...attempt, credential: after.credential, isReplay: true });
    else
      this.#answer(200, 'The token was renewed, but this body was too large to be kept: send it again.', 'too-large');
  }

  #onRedirect(attempt: Attempt, status: number, location: string | undefined): void {
    const target = location === undefined ? null : URL.parse(location, attempt.url);
    const { host, origin } = attempt.url;
    const keepsMethod = status === 307 || status === 308 || this.#request.method === 'GET';
    const isOwn = target?.origin === origin;
    if (isOwn && keepsMethod && attempt.hops < MAX_REDIRECTS && this.#canSendAgain()) {
      this.#send({ ...attempt, url: target, hops: attempt.hops + 1 });
      return;
    }
    const detail = isOwn
      ? 'a redirect that cannot be followed'
      : `it sends its callers to ${target ? target.host : 'nowhere'}, where the login is not sent`;
    this.#turnAway({ code: 'bad-answer', host, status, detail });
  }

  #onFailure(attempt: Attempt, failure: UpstreamFailure, begunToAnswer: boolean): void {
    if (this.#callerGone || failure.kind === 'aborted') return;
    const { host } = attempt.url;
    if (begunToAnswer) {
      // The caller sees that its answer broke off, as it would have without us.
      this.#response.destroy();
      this.#finish('broken-off');
    } else if (failure.kind !== 'refused') {
      this.#answer(
        200,
        `${this.#server.name}: the connection to ${host} broke off (${failure.detail}) before it answered. The call may have run; it was not sent a second time.`,
        failure.kind,
      );
    } else if (!attempt.isRetry && this.#canSendAgain()) {
      this.#send({ ...attempt, isRetry: true });
    } else {
      const problem: Problem = { code: 'network-unreachable', host, cause: failure.detail };
      this.#server.admission.unreachable(problem);
      this.#turnAway(problem);
    }
  }

  #canSendAgain(): boolean {
    return !this.#body || this.#body.isHeld;
  }

  /** Rule 5: even a bug of ours leaves no caller hanging. */
  #waitFor(work: () => Promise<void>): void {
    withCorrelation(this.#correlationId, work).catch((error: unknown) => {
      const detail = error instanceof Error ? error.message : String(error);
      this.#deps.logger.error('request.bug', { server: this.#server.name, correlationId: this.#correlationId, detail });
      this.#turnAway({ code: 'internal', detail });
    });
  }

  #turnAway(problem: Problem): void {
    const said = this.#deps.notNow(this.#server, problem);
    this.#reply(this.#replyFor(NOT_NOW, said), problem.code);
  }

  #answer(status: number, sentence: string, outcome: string): void {
    const reply = this.#replyFor(FAILED_ON_THE_WAY, { message: sentence });
    this.#reply(status === 200 ? reply : { ...reply, status }, outcome);
  }

  #replyFor(code: number, said: { message: string; data?: unknown }): Reply {
    return this.#canSendAgain() ? replyToBody(this.#body?.held(), code, said) : replyToUnheld(code, said);
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

function header(headers: UpstreamHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
