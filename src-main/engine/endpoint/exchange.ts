import type { ServerResponse } from 'node:http';
import type { UpstreamControl, UpstreamFailure, UpstreamHandler } from '../ports.ts';

/** A dropped answer is read to its end, so that the connection can be used again; one without an end is cut. */
const DROPPED_BYTES = 256 * 1024;

export type UpstreamHeaders = Readonly<Record<string, string | string[] | undefined>>;

export interface ExchangeEnds {
  readonly response: ServerResponse;
  readonly onStart: (control: UpstreamControl) => void;
  /** True: the answer is for the caller. False: it is dropped, and something else follows. */
  readonly onHeaders: (status: number, headers: UpstreamHeaders) => boolean;
  readonly onPassedOn: (status: number) => void;
  /** Not called for an answer that was dropped. */
  readonly onFailure: (failure: UpstreamFailure, begunToAnswer: boolean) => void;
}

/** One exchange with the upstream: its answer goes to the caller byte for byte, or is dropped. */
export class Exchange implements UpstreamHandler {
  readonly #to: ExchangeEnds;
  #control: UpstreamControl | undefined;
  #status = 0;
  #passesOn = false;
  #waitsForDrain = false;
  #dropped = 0;

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
    if (!this.#passesOn) this.#drop(chunk);
    else if (!this.#to.response.write(chunk) && !this.#waitsForDrain) this.#waitForDrain();
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

  /** A slow caller slows its upstream; nothing piles up in between. */
  #waitForDrain(): void {
    this.#waitsForDrain = true;
    this.#control?.pause();
    this.#to.response.once('drain', () => {
      this.#waitsForDrain = false;
      this.#control?.resume();
    });
  }

  #drop(chunk: Uint8Array): void {
    this.#dropped += chunk.byteLength;
    if (this.#dropped > DROPPED_BYTES) this.#control?.abort();
  }
}
