import type { Secret } from '../model/secret.ts';
import type { Clock, Logger } from '../ports.ts';

const LONGEST_LINE = 500;
const LINES_A_MINUTE = 60;
const MINUTE_MS = 60_000;

/** Shorter values occur in any text. */
const SHORTEST_SECRET = 4;

/** What a server's program writes to its standard error, as lines of the log: bounded, without what it was configured with. */
export class ErrorOutput {
  readonly #server: string;
  readonly #secrets: readonly string[];
  readonly #clock: Clock;
  readonly #logger: Logger;
  #minuteBegan = Number.NEGATIVE_INFINITY;
  #lines = 0;

  constructor(server: string, env: Readonly<Record<string, Secret>>, deps: { clock: Clock; logger: Logger }) {
    this.#server = server;
    // Lines are logged one by one, so a secret of several is looked for by its own. The longest go first: a shorter one
    // may be a part of them.
    this.#secrets = Object.values(env)
      .flatMap((secret) => secret.reveal().split(/\r?\n/))
      .filter((value) => value.length >= SHORTEST_SECRET)
      .sort((one, other) => other.length - one.length);
    this.#clock = deps.clock;
    this.#logger = deps.logger;
  }

  /** For one process: its lines are its own. */
  ofProcess(): (chunk: Uint8Array) => void {
    const decoder = new TextDecoder();
    let unfinished = '';
    return (chunk) => {
      const lines = (unfinished + decoder.decode(chunk, { stream: true })).split(/\r?\n/);
      // The rest of a line without an end is let go.
      unfinished = (lines.pop() ?? '').slice(0, 16 * LONGEST_LINE);
      for (const line of lines) if (line.trim() !== '') this.#log(line);
    };
  }

  #log(line: string): void {
    const now = this.#clock.monotonicMs();
    if (now - this.#minuteBegan >= MINUTE_MS) {
      const left = this.#lines - LINES_A_MINUTE;
      if (left > 0) this.#logger.info('program.said-more', { server: this.#server, count: left });
      this.#minuteBegan = now;
      this.#lines = 0;
    }
    this.#lines += 1;
    if (this.#lines > LINES_A_MINUTE) return;
    const without = this.#secrets.reduce((text, secret) => text.replaceAll(secret, '[secret]'), line);
    this.#logger.info('program.said', { server: this.#server, detail: without.slice(0, LONGEST_LINE) });
  }
}
