import type { IncomingMessage } from 'node:http';

/** Up to here a body is held, so that it can be sent again after a 401. A larger one streams through, once. */
const HELD_BYTES = 4 * 1024 * 1024;

const METHOD = /"method"\s*:\s*"([^"]{1,100})"/;

/** What a caller sent: held whole, or, past the limit, only passing through. */
export class Body {
  readonly #held: Buffer;
  readonly #rest: AsyncIterable<Uint8Array> | undefined;

  constructor(held: Buffer, rest?: AsyncIterable<Uint8Array>) {
    this.#held = held;
    this.#rest = rest;
  }

  get isHeld(): boolean {
    return this.#rest === undefined;
  }

  toSend(): Uint8Array | AsyncIterable<Uint8Array> {
    return this.#rest ? joined(this.#held, this.#rest) : this.#held;
  }

  held(): Uint8Array | undefined {
    return this.isHeld ? this.#held : undefined;
  }

  /** For the log only: the JSON-RPC method, looked for near the beginning instead of parsing it all. */
  rpcMethod(): string | undefined {
    return METHOD.exec(this.#held.toString('latin1', 0, 256))?.[1];
  }
}

async function* joined(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}

/** Calls back once: with no body, with all of it, or, past the limit, with what is still coming. */
export function readBody(request: IncomingMessage, onBody: (body: Body | undefined) => void): void {
  const { headers } = request;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
    onBody(undefined);
    return;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  const onData = (chunk: Buffer): void => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes <= HELD_BYTES) return;
    request.pause();
    request.off('data', onData);
    request.off('end', onEnd);
    // An upstream that answers early ends the sending, not the caller's connection.
    onBody(new Body(Buffer.concat(chunks), request.iterator({ destroyOnReturn: false })));
  };
  const onEnd = (): void => {
    const [only] = chunks;
    onBody(new Body(chunks.length === 1 && only ? only : Buffer.concat(chunks)));
  };
  request.on('data', onData);
  request.on('end', onEnd);
}
