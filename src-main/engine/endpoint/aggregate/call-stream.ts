import type { EpochMs } from '../../model/ids.ts';
import { endedUnanswered } from '../../model/json-rpc.ts';
import type { Problem } from '../../model/problem.ts';
import type { Clock, Dispose, UpstreamControl, UpstreamFailure } from '../../ports.ts';
import {
  type AnswerSink,
  headerOf,
  type RequestToAdmit,
  type UpstreamHeaders,
} from '../../upstream/admitted-request.ts';
import { isEventStream } from '../complete-events.ts';
import type { Passage } from '../passage.ts';
import { AnswerWatch } from './answer-watch.ts';
import type { ArrivedCall } from './direct-call.ts';
import { EventPosition } from './event-position.ts';

/** Of attempts one after the other that open no stream. */
const FAILURES_AT_MOST = 5;

/** A stream that told nothing is not asked for again sooner. */
const AFTER_NOTHING_MS = 1000;

/** A call that nobody hears of for so long is not asked for any more. */
const GIVEN_UP_AFTER_MS = 15 * 60_000;

/**
 * The answer to a call that passes as bytes. Where its event stream is over before the answer has come, it is resumed
 * behind the last event that came, and the caller's stays open; the call is not sent a second time. Where nobody can
 * resume it, its caller is told so: it would wait for ever.
 *
 * @see MCP 2025-11-25, basic/transports, "Resumability and Redelivery"
 */
export class CallStream implements AnswerSink {
  readonly #passage: Passage;
  readonly #call: ArrivedCall;
  readonly #server: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #clock: Clock;
  readonly #position = new EventPosition();
  readonly #watch = new AnswerWatch();
  #control: UpstreamControl | undefined;
  /** `passing`: nothing that could be resumed. `between`: the server's end is over, the next one not there yet. */
  #now: 'first' | 'passing' | 'open' | 'between' | 'over' = 'first';
  #hasTold = false;
  #failures = 0;
  #heardAt: EpochMs;
  #cancelAlarm: Dispose = () => {};

  /** @param headers what every request into the session carries beside its credential */
  constructor(
    of: {
      readonly passage: Passage;
      readonly call: ArrivedCall;
      readonly server: string;
      readonly headers: Readonly<Record<string, string>>;
    },
    clock: Clock,
  ) {
    this.#passage = of.passage;
    this.#call = of.call;
    this.#server = of.server;
    this.#headers = of.headers;
    this.#clock = clock;
    this.#heardAt = clock.now();
    of.call.response.once('close', () => {
      this.#now = 'over';
      this.#cancelAlarm();
    });
  }

  onControl(control: UpstreamControl): void {
    this.#control = control;
    this.#passage.onControl(control);
  }

  onHeaders(status: number, headers: UpstreamHeaders): void {
    const isReadable = status === 200 && isEventStream(headers) && headerOf(headers, 'content-encoding') === undefined;
    if (this.#now === 'first') {
      this.#now = isReadable ? 'open' : 'passing';
      this.#passage.onHeaders(status, headers);
    } else if (isReadable) {
      this.#now = 'open';
      this.#hasTold = false;
      this.#failures = 0;
    } else {
      this.#control?.abort();
      const isPassing = status === 429 || status >= 500;
      if (isPassing) this.#tryAgain();
      else this.#giveUp();
    }
  }

  onData(chunk: Uint8Array): void {
    if (this.#now === 'passing') this.#passage.onData(chunk);
    if (this.#now !== 'open') return;
    this.#hasTold = true;
    this.#heardAt = this.#clock.now();
    if (!this.#watch.isAnswered) {
      this.#watch.take(chunk);
      this.#position.take(chunk);
    }
    this.#passage.onData(chunk);
  }

  onEnd(): void {
    if (this.#now === 'passing') this.#passage.onEnd();
    else this.#onOver(() => this.#passage.onEnd());
  }

  onBrokenOff(): void {
    if (this.#now === 'passing') this.#passage.onBrokenOff();
    else this.#onOver(() => this.#passage.onBrokenOff());
  }

  onTurnedAway(problem: Problem): void {
    if (this.#now === 'first') this.#passage.onTurnedAway(problem);
    else this.#tryAgain();
  }

  onLost(failure: UpstreamFailure, host: string): void {
    if (this.#now === 'first') this.#passage.onLost(failure, host);
    else this.#tryAgain();
  }

  onTooLarge(): void {
    this.#passage.onTooLarge();
  }

  waitFor(work: () => Promise<void>): void {
    this.#passage.waitFor(work);
  }

  #onOver(end: () => void): void {
    if (this.#now !== 'open') return;
    if (this.#watch.isAnswered) {
      this.#now = 'over';
      end();
    } else if (this.#position.lastEventId === undefined || !this.#position.isBetweenEvents) this.#giveUp();
    else this.#resumeIn(this.#hasTold ? this.#position.retryMs : Math.max(this.#position.retryMs, AFTER_NOTHING_MS));
  }

  #tryAgain(): void {
    if (this.#now !== 'between') return;
    this.#failures += 1;
    if (this.#failures >= FAILURES_AT_MOST) this.#giveUp();
    else this.#resumeIn(Math.max(this.#position.retryMs, AFTER_NOTHING_MS * 2 ** (this.#failures - 1)));
  }

  #resumeIn(ms: number): void {
    const now = this.#clock.now();
    if (now + ms - this.#heardAt > GIVEN_UP_AFTER_MS) {
      this.#giveUp();
      return;
    }
    this.#now = 'between';
    this.#cancelAlarm = this.#clock.setAlarm(now + ms, () =>
      this.#passage.start(this.#call.body, this.#toResume(), this),
    );
  }

  #toResume(): RequestToAdmit {
    const id = this.#position.lastEventId ?? '';
    const own = { ...this.#headers, accept: 'text/event-stream', 'last-event-id': id };
    return {
      method: 'GET',
      headers: (credential) => Object.entries({ ...own, ...credential }).flat(),
      body: undefined,
    };
  }

  /** Rule 5: nobody resumes it, so its caller would wait for ever. */
  #giveUp(): void {
    if (this.#now === 'over') return;
    this.#now = 'over';
    const reply = { jsonrpc: '2.0', id: this.#call.message.id, error: endedUnanswered(this.#server) };
    // What followed would be taken for the rest of an event that has begun.
    const before = this.#position.isBetweenEvents ? '' : '\n\n';
    this.#passage.onData(Buffer.from(`${before}event: message\ndata: ${JSON.stringify(reply)}\n\n`));
    this.#passage.onEnd();
  }
}
