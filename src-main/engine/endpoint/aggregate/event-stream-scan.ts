import { CompleteEvents, dataOf, eventsIn } from '../complete-events.ts';

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
  readonly #events = new CompleteEvents(LONGEST_QUESTION);

  constructor(rename: (id: unknown) => string) {
    this.#rename = rename;
  }

  /** What goes on of it now; the rest of an event that has only begun goes on with its end. */
  take(chunk: Uint8Array): Uint8Array {
    const complete = this.#events.take(chunk);
    if (!complete.includes('"method"')) return complete;
    const events = eventsIn(complete).map((event) => this.#event(event));
    return Buffer.from(events.join(''), 'latin1');
  }

  /** What is left when the stream ends. */
  rest(): Uint8Array {
    return this.#events.rest();
  }

  #event(event: string): string {
    if (!event.includes('"method"')) return event;
    const message = parsed(dataOf(event));
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
