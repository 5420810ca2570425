/** Where the server names none. @see HTML, "server-sent events", reconnection time */
const RETRY_MS = 1000;
const RETRY_AT_MOST_MS = 5 * 60_000;

const FIELD = /^(id|retry): ?(.*?)\r?$/;

/** Behind which event a stream can be resumed, and when. @see HTML, "server-sent events", event stream interpretation */
export class StreamPosition {
  /** Undefined also behind an event that took the id away. */
  lastEventId: string | undefined;
  retryMs = RETRY_MS;

  /** @param line without its end */
  note(line: string): void {
    const [, field, value = ''] = FIELD.exec(line) ?? [];
    if (field === 'id') this.lastEventId = value === '' ? undefined : value;
    if (field === 'retry' && /^\d+$/.test(value)) this.retryMs = Math.min(Number(value), RETRY_AT_MOST_MS);
  }
}
