import type { JSONRPCMessage, ReadBuffer, Transport } from '@modelcontextprotocol/client';
import type { Clock, Dispose, ProgramEnd, Programs, ProgramToStart, StartedProgram } from '../ports.ts';

/** A caller's process that nobody used in this time is ended; the next call starts another one. */
const IDLE_MS = 15 * 60_000;

export interface ProgramTransportDeps {
  readonly programs: Programs;
  readonly clock: Clock;
  readonly onErrorOutput: (chunk: Uint8Array) => void;
  /** The process is gone. */
  readonly onGone: () => void;
  /** It is ended when nobody uses it. */
  readonly endsWhenIdle: boolean;
}

/**
 * One process of a server, and the messages on its standard input and output, one a line.
 *
 * @see MCP 2025-11-25, basic/transports, "stdio"
 */
export class ProgramTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: NonNullable<Transport['onmessage']>;
  /** By these two the SDK tells that this is no HTTP: silence on its first question then means a legacy server. */
  readonly stderr = null;
  readonly pid = null;
  readonly #program: ProgramToStart;
  readonly #deps: ProgramTransportDeps;
  readonly #received: ReadBuffer;
  /** Requests to it that are not answered. */
  readonly #unanswered = new Set<unknown>();
  #isSubscribed = false;
  #isOver = false;
  #usedAt = 0;
  #cancelIdle: Dispose = () => {};
  #started: StartedProgram | undefined;
  #end: ProgramEnd | undefined;

  constructor(program: ProgramToStart, received: ReadBuffer, deps: ProgramTransportDeps) {
    this.#program = program;
    this.#received = received;
    this.#deps = deps;
  }

  /** How the process ended; undefined while it runs. */
  get end(): ProgramEnd | undefined {
    return this.#end;
  }

  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#started = this.#deps.programs.start(this.#program, {
        onStart: () => {
          this.#use();
          if (this.#deps.endsWhenIdle && !this.#isOver) this.#watchIdle(IDLE_MS);
          resolve();
        },
        onOutput: (chunk) => this.#onOutput(chunk),
        onErrorOutput: this.#deps.onErrorOutput,
        onEnd: (end) => {
          this.#end = end;
          reject(new Error(end.kind));
          this.#over();
          this.#deps.onGone();
        },
      });
    });
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (!this.#started || this.#isOver) throw new Error('the program is not running');
    this.#use();
    if ('method' in message && 'id' in message) this.#unanswered.add(message.id);
    if ('method' in message && message.method === 'resources/subscribe') this.#isSubscribed = true;
    await this.#started.write(`${JSON.stringify(message)}\n`);
  }

  /** Over at once for whoever uses it; resolves when the process is gone. */
  async close(): Promise<void> {
    this.#over();
    await this.#started?.end();
  }

  #over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelIdle();
    this.onclose?.();
  }

  #onOutput(chunk: Uint8Array): void {
    this.#use();
    try {
      this.#received.append(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    } catch (error) {
      // Longer than any message: what follows could not be told apart any more.
      this.#complain(error);
      void this.close();
      return;
    }
    for (let message = this.#next(); message; message = this.#next()) {
      if (!('method' in message)) this.#unanswered.delete(message.id);
      this.onmessage?.(message);
    }
  }

  /** Lines that are no messages are passed over. */
  #next(): JSONRPCMessage | undefined {
    for (;;) {
      try {
        return this.#received.readMessage() ?? undefined;
      } catch (error) {
        this.#complain(error);
      }
    }
  }

  #complain(error: unknown): void {
    this.onerror?.(error instanceof Error ? error : new Error(String(error)));
  }

  #use(): void {
    this.#usedAt = this.#deps.clock.monotonicMs();
  }

  #watchIdle(inMs: number): void {
    const { clock } = this.#deps;
    this.#cancelIdle = clock.setAlarm(clock.now() + inMs, () => {
      const idleMs = clock.monotonicMs() - this.#usedAt;
      const isIdle = idleMs >= IDLE_MS && this.#unanswered.size === 0 && !this.#isSubscribed;
      if (isIdle) void this.close();
      else this.#watchIdle(Math.max(IDLE_MS - idleMs, 1000));
    });
  }
}
