import type { Problem } from '../model/problem.ts';
import { say } from '../model/sayings.ts';
import { parseChallenge } from '../oauth/www-authenticate.ts';
import type { UpstreamControl, UpstreamFailure, UpstreamHandler, UpstreamHttp } from '../ports.ts';
import type { Credential } from './credentials.ts';
import { isHtml } from './probe.ts';
import { LONGEST_REFUSAL, saysUnknownSession } from './unknown-session.ts';
import type { UpstreamServer } from './upstream-server.ts';

const MAX_REDIRECTS = 3;

/** A dropped answer is read to its end, so that the connection can be used again; one without an end is cut. */
const DROPPED_BYTES = 256 * 1024;

export type UpstreamHeaders = Readonly<Record<string, string | string[] | undefined>>;

export interface RequestToAdmit {
  readonly method: string;
  /** Elsewhere on the server's own origin; its configured address where left out. */
  readonly url?: URL;
  /** Name, value, name, value ...; with the credential's own put in. */
  readonly headers: (own: Readonly<Record<string, string>>) => string[];
  /** `isHeld`: it can be sent again. */
  readonly body: { readonly isHeld: boolean; toSend(): Uint8Array | AsyncIterable<Uint8Array> } | undefined;
  /** The server does not know the session. True: it has another one, and the request is sent again, once. */
  readonly onUnknownSession?: () => Promise<boolean>;
}

/** Who waits for the answer. After `onHeaders` come `onData` and one of `onEnd`, `onBrokenOff`; otherwise one of the rest. */
export interface AnswerSink {
  onControl(control: UpstreamControl): void;
  onHeaders(status: number, headers: UpstreamHeaders): void;
  onData(chunk: Uint8Array): void;
  onEnd(): void;
  /** The answer broke off in the middle. */
  onBrokenOff(): void;
  /** A person, or time, has to do something first. */
  onTurnedAway(problem: Problem): void;
  /** No answer came; the request may have run, so it was not sent a second time. */
  onLost(failure: UpstreamFailure, host: string): void;
  /** It would have to be sent again, and was too large to be kept. */
  onTooLarge(): void;
  /** Runs what takes a wait; a bug in it must not leave anybody hanging. */
  waitFor(work: () => Promise<void>): void;
}

/** One way to the upstream; what follows a 401, a refused connection or a redirect is the next. */
interface Attempt {
  readonly credential: Credential;
  /** The server refused a token already: it gets no third one. */
  readonly isReplay: boolean;
  /** Nobody listened the first time. */
  readonly isRetry: boolean;
  /** The server forgot the session, and opened another one. */
  readonly isReopened: boolean;
  readonly url: URL;
  readonly hops: number;
}

/** A refusal that may be about the session: whether it is, its end tells. */
interface Refusal {
  readonly headers: UpstreamHeaders;
  text: Buffer;
}

/** One request to a server with its credential in it: renewed and sent again where that is right, told to the sink where not. */
export class AdmittedRequest {
  readonly #server: UpstreamServer;
  readonly #http: UpstreamHttp;
  readonly #request: RequestToAdmit;
  readonly #sink: AnswerSink;
  #control: UpstreamControl | undefined;
  #aborted = false;
  #isDead = false;

  constructor(server: UpstreamServer, http: UpstreamHttp, request: RequestToAdmit, sink: AnswerSink) {
    this.#server = server;
    this.#http = http;
    this.#request = request;
    this.#sink = sink;
  }

  start(): void {
    const credential = this.#server.admission.credentialNow();
    if (credential) this.#sendFirst(credential);
    else this.#sink.waitFor(() => this.#whenCredentialIsThere());
  }

  /** Nobody waits any more. */
  abort(): void {
    this.#aborted = true;
    this.#control?.abort();
  }

  async #whenCredentialIsThere(): Promise<void> {
    const credential = await this.#server.admission.credentialSoon();
    if (credential.ok) this.#sendFirst(credential.value);
    else this.#sink.onTurnedAway(credential.problem);
  }

  #sendFirst(credential: Credential): void {
    const url = this.#request.url ?? this.#server.url;
    this.#send({ credential, isReplay: false, isRetry: false, isReopened: false, url, hops: 0 });
  }

  #send(attempt: Attempt): void {
    if (this.#aborted) return;
    const { method, headers, body } = this.#request;
    this.#http.send(
      {
        url: attempt.url,
        method,
        headers: headers(attempt.credential.headers),
        body: body?.toSend(),
        isLongStream: method === 'GET',
      },
      this.#handler(attempt),
    );
  }

  #handler(attempt: Attempt): UpstreamHandler {
    const sink = this.#sink;
    const { liveness } = this.#server;
    const waiting = {
      onDead: () => {
        // One that is not connected yet has a limit of its own.
        if (!control) return;
        this.#isDead = true;
        control.abort();
      },
    };
    liveness.begun(waiting);
    let control: UpstreamControl | undefined;
    let answered = false;
    let passesOn = false;
    let dropped = 0;
    let refusal: Refusal | undefined;
    const passOnRefusal = ({ headers, text }: Refusal): void => {
      refusal = undefined;
      passesOn = true;
      sink.onHeaders(400, headers);
      sink.onData(text);
    };
    return {
      onStart: (started) => {
        control = started;
        this.#control = started;
        if (this.#aborted) started.abort();
        else sink.onControl(started);
      },
      onHeaders: (status, headers) => {
        answered = true;
        liveness.heard();
        if (status === 400 && this.#request.onUnknownSession && !attempt.isReopened) {
          refusal = { headers, text: Buffer.alloc(0) };
          return;
        }
        passesOn = this.#passesOn(attempt, status, headers);
        if (passesOn) sink.onHeaders(status, headers);
      },
      onData: (chunk) => {
        liveness.heard();
        if (passesOn) {
          sink.onData(chunk);
          return;
        }
        if (refusal) {
          refusal.text = Buffer.concat([refusal.text, chunk]);
          if (refusal.text.length > LONGEST_REFUSAL) passOnRefusal(refusal);
          return;
        }
        dropped += chunk.byteLength;
        if (dropped > DROPPED_BYTES) control?.abort();
      },
      onEnd: () => {
        liveness.ended(waiting);
        if (refusal && saysUnknownSession(400, refusal.text.toString('latin1'))) this.#onUnknownSession(attempt);
        else if (refusal) passOnRefusal(refusal);
        if (passesOn) sink.onEnd();
      },
      onError: (failure) => {
        liveness.ended(waiting);
        if (refusal) passOnRefusal(refusal);
        if (passesOn) sink.onBrokenOff();
        // What came in place of a dropped answer goes its own way.
        else if (!answered) this.#onFailure(attempt, failure);
      },
    };
  }

  /** False: the answer is dropped, and something else follows. */
  #passesOn(attempt: Attempt, status: number, headers: UpstreamHeaders): boolean {
    if (status === 401) {
      this.#sink.waitFor(() => this.#onUnauthorized(attempt, headerOf(headers, 'www-authenticate')));
      return false;
    }
    if (status === 404 && this.#request.onUnknownSession && !attempt.isReopened) {
      this.#onUnknownSession(attempt);
      return false;
    }
    if (status >= 300 && status < 400 && status !== 304) {
      this.#onRedirect(attempt, status, headerOf(headers, 'location'));
      return false;
    }
    const problem = this.#problemIn(attempt, status, headers);
    if (problem) this.#sink.onTurnedAway(problem);
    return !problem;
  }

  /** What the server's state learns of an answer, and what is told in its place. */
  #problemIn(attempt: Attempt, status: number, headers: UpstreamHeaders): Problem | undefined {
    const { admission } = this.#server;
    if (status === 403) {
      const challenge = parseChallenge(headerOf(headers, 'www-authenticate'));
      return challenge?.error === 'insufficient_scope'
        ? admission.scopeMissing(challenge, attempt.credential)
        : admission.forbidden(status);
    }
    if (isWebPage(status, headers)) {
      const problem: Problem = { code: 'bad-answer', host: attempt.url.host, status, ...say('web-page') };
      admission.unreachable(problem);
      return problem;
    }
    if (status < 500) admission.answered();
    return undefined;
  }

  async #onUnauthorized(attempt: Attempt, wwwAuthenticate: string | undefined): Promise<void> {
    const { admission } = this.#server;
    if (attempt.isReplay) {
      this.#sink.onTurnedAway(admission.rejectedAgain());
      return;
    }
    const after = await admission.rejected(attempt.credential, parseChallenge(wwwAuthenticate));
    if (after.kind === 'give-up') this.#sink.onTurnedAway(after.problem);
    else this.#sendAgain({ ...attempt, credential: after.credential, isReplay: true });
  }

  #onUnknownSession(attempt: Attempt): void {
    this.#sink.waitFor(async () => {
      if (await this.#request.onUnknownSession?.()) this.#sendAgain({ ...attempt, isReopened: true });
    });
  }

  #onRedirect(attempt: Attempt, status: number, location: string | undefined): void {
    const target = location === undefined ? null : URL.parse(location, attempt.url);
    const { host, origin } = attempt.url;
    const keepsMethod = status === 307 || status === 308 || this.#request.method === 'GET';
    const isOwn = target?.origin === origin;
    if (isOwn && keepsMethod && attempt.hops < MAX_REDIRECTS && this.#canSendAgain) {
      this.#send({ ...attempt, url: target, hops: attempt.hops + 1 });
      return;
    }
    const said = isOwn ? say('redirect-not-followed') : target ? say('elsewhere-to', target.host) : say('elsewhere');
    this.#sink.onTurnedAway({ code: 'bad-answer', host, status, ...said });
  }

  #onFailure(attempt: Attempt, failure: UpstreamFailure): void {
    const { host } = attempt.url;
    if (this.#isDead && !this.#aborted) {
      this.#sink.onLost({ kind: 'timed-out', detail: 'its machine is not there any more' }, host);
      return;
    }
    if (this.#aborted || failure.kind === 'aborted') return;
    if (failure.kind !== 'refused') {
      this.#sink.onLost(failure, host);
    } else if (!attempt.isRetry && this.#canSendAgain) {
      this.#send({ ...attempt, isRetry: true });
    } else {
      const problem: Problem = { code: 'network-unreachable', host, cause: failure.detail };
      this.#server.admission.unreachable(problem);
      this.#sink.onTurnedAway(problem);
    }
  }

  #sendAgain(attempt: Attempt): void {
    if (this.#canSendAgain) this.#send(attempt);
    else this.#sink.onTooLarge();
  }

  get #canSendAgain(): boolean {
    return !this.#request.body || this.#request.body.isHeld;
  }
}

/** A captive portal's, for one. Frameworks call the nothing that they answer to a notification HTML too. */
function isWebPage(status: number, headers: UpstreamHeaders): boolean {
  const isEmpty = status === 202 || headerOf(headers, 'content-length') === '0';
  return status < 300 && !isEmpty && isHtml(headerOf(headers, 'content-type'));
}

export function headerOf(headers: UpstreamHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
