import type { EpochMs } from '../model/ids.ts';
import type { Problem } from '../model/problem.ts';
import type { Clock, Dispose, Random, UpstreamControl, UpstreamFailure } from '../ports.ts';
import { type AnswerSink, headerOf, type RequestToAdmit, type UpstreamHeaders } from '../upstream/admitted-request.ts';
import { reconnectDelayMs } from '../upstream/reconnect-policy.ts';
import { CompleteEvents, eventsIn, isEventStream } from './complete-events.ts';
import type { LaneSession, SessionListener } from './lane-session.ts';
import type { Passage, PassageEdge } from './passage.ts';
import { StreamPosition } from './stream-position.ts';

/** Of an event; the beginning of a longer one goes on as it is. */
const LONGEST_EVENT = 1024 * 1024;

/** A stream that lived as long and told nothing was no failure. */
const LIVED_MS = 10_000;

export interface SessionStreamDeps {
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * The GET stream of a session. Where the server's end of it is over, the caller's stays open: it is opened again at the
 * server, resumed behind the last event, or, in a session that was opened anew, from its beginning.
 *
 * @see MCP 2025-11-25, basic/transports, "Resumability and Redelivery"
 */
export class SessionStream implements AnswerSink, SessionListener {
  readonly #exchange: PassageEdge;
  readonly #passage: Passage;
  readonly #session: LaneSession;
  readonly #toSend: RequestToAdmit;
  readonly #deps: SessionStreamDeps;
  readonly #events = new CompleteEvents(LONGEST_EVENT);
  readonly #position = new StreamPosition();
  #control: UpstreamControl | undefined;
  /** `between`: the server's end is over, the next one not asked for. */
  #now: 'first' | 'asked' | 'open' | 'between' | 'over' = 'first';
  /** The session is another one: the stream of before is ended, and the next one asked for at once. */
  #isReopened = false;
  #failures = 0;
  #openedAt: EpochMs = 0;
  #cancelAlarm: Dispose = () => {};

  constructor(
    of: {
      readonly exchange: PassageEdge;
      readonly passage: Passage;
      readonly session: LaneSession;
      readonly toSend: RequestToAdmit;
    },
    deps: SessionStreamDeps,
  ) {
    this.#exchange = of.exchange;
    this.#passage = of.passage;
    this.#session = of.session;
    this.#toSend = {
      ...of.toSend,
      headers: (own) => {
        const id = this.#position.lastEventId;
        // Where its events end is looked for in its bytes.
        const plain = { ...own, 'accept-encoding': 'identity' };
        return of.toSend.headers(id === undefined ? plain : { ...plain, 'last-event-id': id });
      },
    };
    this.#deps = deps;
  }

  start(): void {
    const { streams } = this.#session;
    streams.add(this);
    this.#exchange.response.once('close', () => {
      this.#now = 'over';
      streams.delete(this);
      this.#cancelAlarm();
    });
    this.#passage.start(undefined, this.#toSend, this);
  }

  onReopened(): void {
    this.#position.lastEventId = undefined;
    if (this.#now === 'between') this.#open();
    else if (this.#now === 'open') {
      this.#isReopened = true;
      this.#control?.abort();
    }
  }

  onReady(): void {
    if (this.#now === 'between') this.#open();
  }

  onControl(control: UpstreamControl): void {
    this.#control = control;
    this.#passage.onControl(control);
  }

  onHeaders(status: number, headers: UpstreamHeaders): void {
    const isPlain = headerOf(headers, 'content-encoding') === undefined;
    const isStream = status === 200 && isEventStream(headers) && isPlain;
    const isFirst = this.#now === 'first';
    if (isFirst) this.#passage.onHeaders(status, headers);
    if (isStream) {
      this.#now = 'open';
      this.#openedAt = this.#deps.clock.now();
    } else if (!isFirst) {
      const isPassing = status === 429 || status >= 500;
      if (!isPassing) this.#end();
      this.#control?.abort();
    }
  }

  onData(chunk: Uint8Array): void {
    if (this.#now !== 'open') {
      if (this.#now === 'first') this.#passage.onData(chunk);
      return;
    }
    this.#failures = 0;
    const complete = this.#events.take(chunk);
    if (complete.length === 0) return;
    this.#passage.onData(complete);
    for (const event of eventsIn(complete)) for (const line of event.split('\n')) this.#position.note(line);
  }

  onEnd(): void {
    if (this.#now === 'first') this.#passage.onEnd();
    else this.#onOver();
  }

  onBrokenOff(): void {
    if (this.#now === 'first') this.#passage.onBrokenOff();
    else this.#onOver();
  }

  onTurnedAway(problem: Problem): void {
    if (this.#now === 'first') this.#passage.onTurnedAway(problem);
    else this.#onOver();
  }

  onLost(failure: UpstreamFailure, host: string): void {
    if (this.#now === 'first') this.#passage.onLost(failure, host);
    else this.#onOver();
  }

  onTooLarge(): void {
    this.#passage.onTooLarge();
  }

  waitFor(work: () => Promise<void>): void {
    this.#passage.waitFor(work);
  }

  /** The server knows the session no more, and opens no other. */
  onSessionOver(): void {
    if (this.#now === 'first') this.#passage.answer(404, 'The server has ended this session.', 'session-over');
    else this.#end();
  }

  #onOver(): void {
    if (this.#now === 'over' || this.#now === 'between') return;
    if (this.#events.hasPassedPart) {
      // What followed would be taken for the rest of that event.
      this.#now = 'over';
      this.#passage.onBrokenOff();
      return;
    }
    this.#events.rest();
    const { clock, random } = this.#deps;
    const hasLived = this.#now === 'open' && clock.now() - this.#openedAt >= LIVED_MS;
    this.#failures = hasLived ? 1 : this.#failures + 1;
    this.#now = 'between';
    if (this.#isReopened) {
      this.#open();
      return;
    }
    const further = this.#failures > 1 ? reconnectDelayMs(this.#failures - 1, random.fraction()) : 0;
    this.#cancelAlarm = clock.setAlarm(clock.now() + Math.max(this.#position.retryMs, further), () => {
      // One that is away is waited for: `onReady`.
      if (this.#exchange.server.state.kind === 'ready') this.#open();
    });
  }

  #open(): void {
    this.#cancelAlarm();
    this.#isReopened = false;
    this.#now = 'asked';
    this.#passage.start(undefined, this.#toSend, this);
  }

  #end(): void {
    this.#now = 'over';
    this.#passage.onEnd();
  }
}
