import { setTimeout as delay } from 'node:timers/promises';
import type { KeyLender } from '../../control/key-lender.ts';
import type { Problem } from '../../engine/model/problem.ts';
import { ok, type Result } from '../../engine/model/result.ts';
import { Secret } from '../../engine/model/secret.ts';
import { sentenceOf } from '../output.ts';

/** For a tool that starts together with Gatehouse; a longer wait would only hide that it does not run. */
export const AT_FIRST_MS = 3000;
/** For a restart or an update. */
export const COMES_BACK_WITHIN_MS = 30_000;

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;

/** The running engine: where it listens, and the key that it lent. */
export interface Line {
  readonly url: string;
  readonly key: Secret;
  /** Resolves when the engine has ended. */
  readonly gone: Promise<void>;
  close(): void;
}

export interface LinkDeps {
  readonly connect: () => Promise<Result<KeyLender>>;
  /** As which caller; undefined for the bridges' own. */
  readonly caller: string | undefined;
  /** Starts an engine where the person allowed it. */
  readonly start: (() => Promise<Result<void>>) | undefined;
  /** To the person, on standard error. */
  readonly note: (sentence: string) => void;
}

/**
 * The way to the engine of one data folder, found again when that was started anew. The connection over the socket is
 * held as long as the engine lives: its end is how a bridge that waits for nothing notices.
 */
export class EngineLink {
  readonly #deps: LinkDeps;
  #line: Line | undefined;
  #opening: Promise<Result<Line>> | undefined;
  #starting: Promise<Result<void>> | undefined;
  #wasThere = false;
  #problem: Problem | undefined;

  constructor(deps: LinkDeps) {
    this.#deps = deps;
  }

  /** Why the last who asked had no engine. */
  get problem(): Problem | undefined {
    return this.#problem;
  }

  /**
   * The engine that runs, started or waited for where none does. Fails with the reason why there is none.
   *
   * @param patience `request`: somebody waits, for so long at most. `background`: as long as it takes, starting nothing
   */
  async open(patience: 'request' | 'background', signal: AbortSignal): Promise<Result<Line>> {
    const opened = await this.#openWithin(patience, signal);
    const before = this.#problem;
    if (opened.ok || patience === 'request') this.#problem = opened.ok ? undefined : opened.problem;
    if (this.#problem && this.#problem.code !== before?.code) this.#deps.note(sentenceOf(this.#problem));
    return opened;
  }

  async #openWithin(patience: 'request' | 'background', signal: AbortSignal): Promise<Result<Line>> {
    const begun = performance.now();
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      if (this.#line) return ok(this.#line);
      const opened = await this.#open();
      if (opened.ok || !isPassing(opened)) return opened;
      const { start } = this.#deps;
      if (start && patience === 'request') {
        this.#starting ??= start().finally(() => {
          this.#starting = undefined;
        });
        const started = await this.#starting;
        if (!started.ok && started.problem.code !== 'already-running') return started;
      }
      const withinMs = this.#wasThere ? COMES_BACK_WITHIN_MS : AT_FIRST_MS;
      const isOver = patience === 'request' && performance.now() - begun > withinMs;
      if (isOver || signal.aborted) return opened;
      await delay(pauseMs, undefined, { signal }).catch(() => {});
    }
  }

  /** It does not know our key, or nobody listens any more where it said. */
  drop(line: Line): void {
    if (this.#line === line) this.#line = undefined;
    line.close();
  }

  close(): void {
    this.#line?.close();
  }

  #open(): Promise<Result<Line>> {
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #connect(): Promise<Result<Line>> {
    const connected = await this.#deps.connect();
    if (!connected.ok) return connected;
    const client = connected.value;
    const lent = await client.lendKey(this.#deps.caller);
    if (!lent.ok) {
      client.close();
      return lent;
    }
    const { key, url } = lent.value;
    const line: Line = { url, key: new Secret(key), gone: client.closed, close: () => client.close() };
    this.#line = line;
    this.#wasThere = true;
    void client.closed.then(() => this.drop(line));
    return ok(line);
  }
}

/** An engine may yet come; anything else is said at once. */
function isPassing(failed: Result<Line>): boolean {
  return !failed.ok && (failed.problem.code === 'engine-not-running' || failed.problem.code === 'timed-out');
}
