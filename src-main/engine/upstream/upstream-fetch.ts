import type { Problem } from '../model/problem.ts';
import { say } from '../model/sayings.ts';
import type { UpstreamControl, UpstreamHttp } from '../ports.ts';
import { AdmittedRequest, headerOf, type UpstreamHeaders } from './admitted-request.ts';
import { LONGEST_MESSAGE_BYTES, MessageLength } from './longest-message.ts';
import type { UpstreamServer } from './upstream-server.ts';

/** A request that was not answered because a person, or time, has to do something first. */
export class TurnedAway extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.code);
    this.name = 'TurnedAway';
    this.problem = problem;
  }
}

/** No answer came; the request may have run, and was not sent a second time. */
export class AnswerLost extends Error {
  readonly host: string;

  constructor(host: string, detail: string) {
    super(`the connection to ${host} broke off (${detail}) before it answered`);
    this.name = 'AnswerLost';
    this.host = host;
  }
}

/** A message that would have to be kept whole, and is longer than any that is (44). */
export class MessageTooLong extends Error {
  constructor() {
    super(`its answer is longer than ${LONGEST_MESSAGE_BYTES / 1024 / 1024} MiB`);
    this.name = 'MessageTooLong';
  }
}

export type UpstreamFetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/**
 * `fetch` for the MCP SDKs: what they send to this server carries its credential, renewed and sent again as on the lane.
 * Throws `TurnedAway` and `AnswerLost`; any status that the lane would pass on is a `Response`. A message in it that is
 * too long breaks off with `MessageTooLong`, and `onTooLong` hears of it.
 */
export function createUpstreamFetch(
  server: UpstreamServer,
  http: UpstreamHttp,
  onTooLong: () => void = () => {},
): UpstreamFetch {
  return (input, init = {}) => {
    const url = new URL(input);
    // T1: the token goes to its own server alone, whatever address that one names.
    if (url.origin !== server.url.origin) {
      return Promise.reject(
        new TurnedAway({ code: 'bad-answer', host: server.url.host, status: 0, ...say('elsewhere-to', url.host) }),
      );
    }
    return new Promise((resolve, reject) => {
      const body = bodyOf(init.body);
      const sink = new ResponseSink(resolve, reject, () => request.abort(), onTooLong);
      const request = new AdmittedRequest(
        server,
        http,
        {
          method: init.method ?? 'GET',
          url,
          headers: (own) => headersOf(init.headers, own),
          body: body && { isHeld: true, toSend: () => body },
        },
        sink,
      );
      const { signal } = init;
      const onAbort = (): void => {
        request.abort();
        sink.onAborted(signal?.reason);
      };
      if (signal?.aborted) onAbort();
      else {
        signal?.addEventListener('abort', onAbort, { once: true });
        sink.onSettled = () => signal?.removeEventListener('abort', onAbort);
        request.start();
      }
    });
  };
}

class ResponseSink {
  onSettled: () => void = () => {};
  readonly #resolve: (response: Response) => void;
  readonly #reject: (error: unknown) => void;
  readonly #abort: () => void;
  readonly #onTooLong: () => void;
  #control: UpstreamControl | undefined;
  #stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  #length = new MessageLength(false);

  constructor(
    resolve: (response: Response) => void,
    reject: (error: unknown) => void,
    abort: () => void,
    onTooLong: () => void,
  ) {
    this.#onTooLong = onTooLong;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#abort = abort;
  }

  onControl(control: UpstreamControl): void {
    this.#control = control;
  }

  onHeaders(status: number, headers: UpstreamHeaders): void {
    this.#length = new MessageLength(headerOf(headers, 'content-type')?.startsWith('text/event-stream') ?? false);
    const body = new ReadableStream<Uint8Array>({
      start: (stream) => {
        this.#stream = stream;
      },
      pull: () => this.#control?.resume(),
      cancel: () => {
        this.#stream = undefined;
        this.onSettled();
        this.#abort();
      },
    });
    const isBodiless = status === 204 || status === 205 || status === 304;
    this.#resolve(new Response(isBodiless ? null : body, { status, headers: webHeaders(headers) }));
  }

  onData(chunk: Uint8Array): void {
    if (!this.#stream) return;
    if (this.#length.exceeds(chunk)) {
      this.#fail(new MessageTooLong());
      this.#abort();
      this.#onTooLong();
      return;
    }
    this.#stream.enqueue(chunk);
    if ((this.#stream.desiredSize ?? 1) <= 0) this.#control?.pause();
  }

  onEnd(): void {
    this.onSettled();
    this.#stream?.close();
    this.#stream = undefined;
  }

  onBrokenOff(): void {
    this.#fail(new TypeError('terminated'));
  }

  onAborted(reason: unknown): void {
    this.#fail(reason ?? new DOMException('This operation was aborted', 'AbortError'));
  }

  onTurnedAway(problem: Problem): void {
    this.#fail(new TurnedAway(problem));
  }

  onLost(failure: { readonly detail: string }, host: string): void {
    this.#fail(new AnswerLost(host, failure.detail));
  }

  onTooLarge(): void {
    this.#fail(new Error('a body that is held is never too large'));
  }

  waitFor(work: () => Promise<void>): void {
    work().catch((error: unknown) => this.#fail(error));
  }

  /** Before the answer it rejects, in the middle it breaks the body off; both where the other is over already change nothing. */
  #fail(error: unknown): void {
    this.onSettled();
    this.#reject(error);
    this.#stream?.error(error);
    this.#stream = undefined;
  }
}

function bodyOf(body: RequestInit['body']): Buffer | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string') return Buffer.from(body);
  throw new TypeError('only text is sent through this fetch');
}

function headersOf(headers: RequestInit['headers'], own: Readonly<Record<string, string>>): string[] {
  const sent: string[] = [];
  new Headers(headers).forEach((value, name) => {
    if (name !== 'authorization' && !Object.hasOwn(own, name)) sent.push(name, value);
  });
  for (const name in own) sent.push(name, own[name] ?? '');
  return sent;
}

function webHeaders(headers: UpstreamHeaders): Headers {
  const web = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      // A challenge would start the SDK's own OAuth.
      if (one !== undefined && name !== 'www-authenticate') web.append(name, one);
    }
  }
  return web;
}
