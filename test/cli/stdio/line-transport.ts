import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** What both SDKs' clients speak over: JSON-RPC line by line, as over standard input and output. */
export class LineTransport {
  onmessage: ((message: never) => void) | undefined;
  onclose: (() => void) | undefined;
  onerror: ((error: Error) => void) | undefined;
  readonly #from: Readable;
  readonly #to: Writable;

  constructor(from: Readable, to: Writable) {
    this.#from = from;
    this.#to = to;
  }

  async start(): Promise<void> {
    // Each in a turn of its own: both SDKs lose a progress that comes in one piece with the answer.
    createInterface({ input: this.#from }).on('line', (line) => {
      setImmediate(() => this.onmessage?.(JSON.parse(line) as never));
    });
  }

  async send(message: unknown): Promise<void> {
    this.#to.write(`${JSON.stringify(message)}\n`);
  }

  async close(): Promise<void> {
    this.#to.end();
    this.onclose?.();
  }
}
