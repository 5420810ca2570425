/** Longer events than any question pass unseen: a question that long is not one. */
const LONGEST_QUESTION = 1024 * 1024;

/**
 * Looks through an event stream for what a server asks its caller, and lets everything else pass as it is. The question
 * gets another id on its way: two servers may have used the same.
 *
 * @param rename the id that the caller sees
 */
export class EventStreamScan {
  readonly #rename: (id: unknown) => string;
  #held = '';

  constructor(rename: (id: unknown) => string) {
    this.#rename = rename;
  }

  /** What goes on of it now; the rest of an event that has only begun goes on with its end. */
  take(chunk: Uint8Array): Uint8Array {
    const text = this.#held + Buffer.from(chunk).toString('latin1');
    const lf = text.lastIndexOf('\n\n');
    const crlf = text.lastIndexOf('\r\n\r\n');
    const complete = text.slice(0, Math.max(lf < 0 ? 0 : lf + 2, crlf < 0 ? 0 : crlf + 4));
    this.#held = text.slice(complete.length);
    if (this.#held.length > LONGEST_QUESTION) {
      const passed = complete + this.#held;
      this.#held = '';
      return Buffer.from(passed, 'latin1');
    }
    if (!complete.includes('"method"')) return Buffer.from(complete, 'latin1');
    const events = complete.split(/(?<=\r?\n\r?\n)/);
    return Buffer.from(events.map((event) => this.#event(event)).join(''), 'latin1');
  }

  /** What is left when the stream ends. */
  rest(): Uint8Array {
    const rest = Buffer.from(this.#held, 'latin1');
    this.#held = '';
    return rest;
  }

  #event(event: string): string {
    if (!event.includes('"method"')) return event;
    const data = [...event.matchAll(/^data: ?(.*?)\r?$/gm)].map(([, line]) => line).join('\n');
    const message = parsed(Buffer.from(data, 'latin1').toString('utf8'));
    if (message?.id === undefined || message.method === undefined) return event;
    const renamed = JSON.stringify({ ...message, id: this.#rename(message.id) });
    return `event: message\ndata: ${Buffer.from(renamed).toString('latin1')}\n\n`;
  }
}

function parsed(text: string): { id?: unknown; method?: unknown } | undefined {
  try {
    const message: unknown = JSON.parse(text);
    return typeof message === 'object' && message !== null ? message : undefined;
  } catch {
    return undefined;
  }
}
