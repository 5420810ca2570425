import { headerOf, type UpstreamHeaders } from '../upstream/admitted-request.ts';

const NOTHING = Buffer.alloc(0);

/** Of a line's end and an empty line, all but the last byte: where one begins that the next piece may end. */
const BEGUN_BYTES = 3;

/** Cuts an event stream that arrives in any pieces where events end. */
export class CompleteEvents {
  readonly #longest: number;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #tail: Uint8Array = NOTHING;

  /** @param longest bytes of an event that is waited for; the beginning of a longer one goes on as it is */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** What was passed on ends in the middle of an event. */
  hasPassedPart = false;

  /** Everything up to the end of the last event that is whole. */
  take(chunk: Uint8Array): Buffer {
    const seen =
      this.#tail.length > 0
        ? Buffer.concat([this.#tail, chunk])
        : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    const end = endOfLastEvent(seen) - this.#tail.length;
    if (end > 0) {
      const complete = Buffer.concat([...this.#held, chunk.subarray(0, end)]);
      this.#hold([], chunk.subarray(end));
      this.hasPassedPart = false;
      return complete;
    }
    this.#hold(this.#held, chunk);
    if (this.#heldBytes <= this.#longest) return NOTHING;
    this.hasPassedPart = true;
    return this.rest();
  }

  /** What is left when the stream ends. */
  rest(): Buffer {
    const rest = Buffer.concat(this.#held);
    this.#hold([], NOTHING);
    return rest;
  }

  #hold(before: Uint8Array[], chunk: Uint8Array): void {
    if (before.length === 0) this.#heldBytes = 0;
    if (chunk.length > 0) before.push(chunk);
    this.#heldBytes += chunk.length;
    this.#held = before;
    const last = this.#tail.length > 0 && before.length > 1 ? Buffer.concat([this.#tail, chunk]) : chunk;
    this.#tail = last.subarray(Math.max(last.length - BEGUN_BYTES, 0));
  }
}

/** Each event in a piece that `CompleteEvents` cut, byte for byte in latin1. */
export function eventsIn(complete: Buffer): readonly string[] {
  return complete.toString('latin1').split(/(?<=\r?\n\r?\n)/);
}

/** The data of an event of `eventsIn`, read as UTF-8. */
export function dataOf(event: string): string {
  const data = [...event.matchAll(/^data: ?(.*?)\r?$/gm)].map(([, line]) => line).join('\n');
  return Buffer.from(data, 'latin1').toString('utf8');
}

function endOfLastEvent(bytes: Buffer): number {
  const lf = bytes.lastIndexOf('\n\n');
  const crlf = bytes.lastIndexOf('\r\n\r\n');
  return Math.max(lf < 0 ? 0 : lf + 2, crlf < 0 ? 0 : crlf + 4);
}

export function isEventStream(headers: UpstreamHeaders): boolean {
  return headerOf(headers, 'content-type')?.toLowerCase().startsWith('text/event-stream') ?? false;
}
