import type { CorrelationId, EpochMs, ServerName } from './model/ids.ts';
import { redact } from './model/redact.ts';
import type { Clock, LogFields, Logger } from './ports.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface FlowLine {
  readonly at: EpochMs;
  readonly level: LogLevel;
  readonly text: string;
}

export interface LoggedFlow {
  readonly correlationId: CorrelationId;
  /** Oldest first. */
  readonly lines: readonly FlowLine[];
}

/** One sign-in has about 20 lines; one that goes wrong for hours says the same again and again. */
const LINES_OF_A_FLOW = 60;
const FLOWS = 150;
const LONGEST_TEXT = 300;

/** Told by their place in the list. */
const NOT_TOLD: readonly (keyof LogFields)[] = ['correlationId', 'server', 'at'];

/**
 * The last lines of the log by what caused them, so that a person sees what happened to a server without a search
 * through a file. In memory only; what a log line may not carry is not here either.
 */
export class FlowLog {
  readonly #clock: Clock;
  readonly #flows = new Map<CorrelationId, FlowLine[]>();
  readonly #lastOf = new Map<ServerName, CorrelationId>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A logger that is listened to. Its lines carry their correlation id already. */
  listen(logger: Logger): Logger {
    const tell = (level: LogLevel) => (event: string, fields?: LogFields) => {
      this.#add(level, event, fields);
      logger[level](event, fields);
    };
    return { debug: tell('debug'), info: tell('info'), warn: tell('warn'), error: tell('error') };
  }

  /** The last look, sign-in or renewal of a server that left lines. */
  lastOf(server: ServerName): LoggedFlow | undefined {
    const correlationId = this.#lastOf.get(server);
    const lines = correlationId === undefined ? undefined : this.#flows.get(correlationId);
    return correlationId === undefined || !lines ? undefined : { correlationId, lines: [...lines] };
  }

  forget(server: ServerName): void {
    this.#lastOf.delete(server);
  }

  #add(level: LogLevel, event: string, fields: LogFields | undefined): void {
    const { correlationId, server } = fields ?? {};
    if (correlationId === undefined) return;
    const lines = this.#flows.get(correlationId) ?? [];
    lines.push({ at: this.#clock.now(), level, text: textOf(event, fields) });
    if (lines.length > LINES_OF_A_FLOW) lines.shift();
    // The one that was quiet the longest goes first.
    this.#flows.delete(correlationId);
    this.#flows.set(correlationId, lines);
    for (const oldest of this.#flows.keys()) {
      if (this.#flows.size <= FLOWS) break;
      this.#flows.delete(oldest);
    }
    if (server !== undefined) this.#lastOf.set(server, correlationId);
  }
}

function textOf(event: string, fields: LogFields = {}): string {
  const told = Object.entries(fields)
    .filter(([key, value]) => value !== undefined && !NOT_TOLD.includes(key as keyof LogFields))
    .map(([key, value]) => `${key}=${value}`);
  const text = redact([event, ...told].join(' '));
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT - 1)}…` : text;
}
