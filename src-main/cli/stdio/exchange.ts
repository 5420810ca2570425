import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';

/** Not `fetch`: that ends an answer after five minutes without a byte, and is slow to load. */
const agent = new Agent({ keepAlive: true });

export interface Outgoing {
  readonly method: 'POST' | 'GET' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** All of it is on its way. */
  readonly onSent?: () => void;
  readonly onHeaders?: (headers: IncomingMessage['headers']) => void;
  /** A JSON-RPC message, or an array of them. What it gives is waited for before more is read. */
  readonly onMessage: (text: string) => Promise<void> | void;
}

/** Where a stream can be taken up again. @see MCP 2025-11-25, basic/transports, "Resumability and Redelivery" */
export interface StreamPosition {
  readonly lastEventId: string;
  readonly retryMs: number;
}

export type Ended =
  /** Nobody listens: nothing was sent. */
  | { readonly kind: 'refused' }
  /** What was sent may have been read. */
  | { readonly kind: 'broken'; readonly position?: StreamPosition }
  | { readonly kind: 'refusal'; readonly status: number; readonly body: string }
  | { readonly kind: 'done'; readonly position?: StreamPosition };

/** As the specification of event streams has it where the server names no time. */
const RETRY_MS = 1000;

/** One request to the engine and what it answers, to the end. Never rejects. */
export async function exchange(outgoing: Outgoing): Promise<Ended> {
  const { method, url, headers, body, signal } = outgoing;
  let position: StreamPosition | undefined;
  const where = () => (position === undefined ? {} : { position });
  try {
    await closingsAreSeen();
    const sent = request(url, {
      method,
      agent,
      signal,
      headers: {
        accept: 'application/json, text/event-stream',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
    });
    sent.once('finish', () => outgoing.onSent?.());
    sent.end(body);
    const [response]: IncomingMessage[] = (await once(sent, 'response')) as [IncomingMessage];
    if (!response) return { kind: 'broken' };
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 299) return { kind: 'refusal', status, body: await text(response) };
    outgoing.onHeaders?.(response.headers);
    if (response.headers['content-type']?.toLowerCase().startsWith('text/event-stream')) {
      await readEvents(response, outgoing, (next) => {
        position = next;
      });
    } else {
      const answered = await text(response);
      if (answered.trim() !== '') await outgoing.onMessage(answered);
    }
    return { kind: 'done', ...where() };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'ECONNREFUSED' ? { kind: 'refused' } : { kind: 'broken', ...where() };
  }
}

/**
 * What is written to a connection that the engine's end has closed may have run, so such connections are dropped first.
 * The rest of this turn of the loop reads nothing, the next one reads the end, the third closes our side of it.
 */
async function closingsAreSeen(): Promise<void> {
  for (let turns = 0; turns < 3; turns += 1) await turn();
}

async function readEvents(
  response: IncomingMessage,
  { onMessage }: Outgoing,
  onPosition: (position: StreamPosition) => void,
): Promise<void> {
  let retryMs = RETRY_MS;
  let taken = Promise.resolve();
  const parser = createParser({
    onRetry: (ms) => {
      retryMs = ms;
    },
    onEvent: ({ id, data }) => {
      if (id !== undefined) onPosition({ lastEventId: id, retryMs });
      // The first event of a stream that can be taken up again has an id alone.
      if (data !== '') taken = Promise.resolve(onMessage(data));
    },
  });
  const decoder = new TextDecoder();
  for await (const chunk of response) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    await taken;
  }
}
