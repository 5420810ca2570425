import { StreamPosition } from '../stream-position.ts';

const LF = 10;

/** Longer lines are data, not ids. */
const LONGEST_LINE = 1024;

/** Follows an event stream that passes in any pieces: behind which event it could be resumed, and when. */
export class EventPosition extends StreamPosition {
  /** The line that has begun. */
  #line: Uint8Array = Buffer.alloc(0);
  #wasLineEmpty = true;

  /** Nothing of an event has passed without its end. */
  get isBetweenEvents(): boolean {
    return this.#line.length === 0 && this.#wasLineEmpty;
  }

  take(chunk: Uint8Array): void {
    const seen = Buffer.concat([this.#line, chunk]);
    const end = seen.lastIndexOf(LF);
    this.#line = short(seen.subarray(end + 1));
    if (end < 0) return;
    this.#noteFields(seen.subarray(0, end));
    const begin = seen.lastIndexOf(LF, end - 1);
    this.#wasLineEmpty =
      end === 0
        ? true
        : seen
            .subarray(begin + 1, end)
            .toString('latin1')
            .trim() === '';
  }

  #noteFields(lines: Buffer): void {
    for (const name of ['id:', 'retry:']) {
      for (let at = lines.indexOf(name); at >= 0; at = lines.indexOf(name, at + 1)) {
        if (at > 0 && lines[at - 1] !== LF) continue;
        const end = lines.indexOf(LF, at);
        const line = lines.subarray(at, end < 0 ? lines.length : end).toString('utf8');
        if (line.length <= LONGEST_LINE) this.note(line);
      }
    }
  }
}

/** Only that it is no empty line, and no field that is looked for, is remembered of a long one. */
function short(line: Buffer): Buffer {
  return line.length > LONGEST_LINE ? Buffer.from('x') : Buffer.from(line);
}
