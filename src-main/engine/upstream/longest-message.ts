/** Of an answer that is read whole, or of one event of a stream: longer than any that a tool's caller could use. */
export const LONGEST_MESSAGE_BYTES = 16 * 1024 * 1024;

/** Measures what would have to be kept in memory until it is whole (44). */
export class MessageLength {
  readonly #isEventStream: boolean;
  #bytes = 0;

  constructor(isEventStream: boolean) {
    this.#isEventStream = isEventStream;
  }

  /** Whether the message that arrives is too long. */
  exceeds(chunk: Uint8Array): boolean {
    const end = this.#isEventStream ? endOfEvent(chunk) : -1;
    this.#bytes = end < 0 ? this.#bytes + chunk.length : chunk.length - end;
    return this.#bytes > LONGEST_MESSAGE_BYTES;
  }
}

/** An empty line in this piece; one that was cut in two is missed, which makes two events of this length one. */
function endOfEvent(chunk: Uint8Array): number {
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
  return Math.max(bytes.lastIndexOf('\n\n'), bytes.lastIndexOf('\r\n\r\n'));
}
