import type { Socket } from 'node:net';
import { dispatchCall, type EventName, type Handlers } from '../../src-preload/derive.ts';
import { fail, type Result } from '../engine/model/result.ts';
import type { Dispose } from '../engine/ports.ts';
import { createLineSplitter, parseJsonObject } from './json-lines.ts';

/** A request line may be this long, without its end. */
export const REQUEST_LINE_LIMIT_BYTES = 1024 * 1024;
/** What may wait for a reader that does not read, before it is dropped. */
const UNREAD_LIMIT_BYTES = 8 * 1024 * 1024;
const CALLS_UNDER_WAY_LIMIT = 256;

export type Subscribe = (listener: (event: EventName, payload: unknown) => void) => Dispose;

export interface ControlSide {
  readonly handlers: Handlers;
  readonly subscribe: Subscribe;
  readonly pid: number;
  readonly version: string;
}

/**
 * The engine's end of one connection: JSON lines, `hello` first. Requests run side by side, and replies come as they
 * are ready. The answer ends the connection after what was written has gone out.
 */
export function serveControl(socket: Socket, side: ControlSide): Dispose {
  let unsubscribe: Dispose | undefined;
  let callsUnderWay = 0;

  const write = (line: unknown): void => {
    if (!socket.writable) return;
    socket.write(`${JSON.stringify(line)}\n`);
    if (socket.writableLength > UNREAD_LIMIT_BYTES) socket.destroy();
  };

  const reply = (id: number | null, result: Result<unknown>): void => write({ id, reply: result });
  const refuse = (id: number | null, detail: string): void => reply(id, fail({ code: 'invalid-input', detail }));

  const run = async (id: number, call: string, input: unknown): Promise<void> => {
    callsUnderWay += 1;
    const result = await answer(side.handlers, call, input);
    callsUnderWay -= 1;
    reply(id, result);
  };

  const onLine = (line: string): void => {
    const message = parseJsonObject(line);
    if (!message) {
      refuse(null, 'A line must be one JSON object.');
      return;
    }
    if (message.subscribe === true) {
      unsubscribe ??= side.subscribe((event, payload) => write({ event, payload }));
      return;
    }
    const { id, call, input } = message;
    if (typeof id !== 'number') refuse(null, 'A request needs a number as its "id".');
    else if (typeof call !== 'string') refuse(id, 'A request needs the name of a call as its "call".');
    else if (callsUnderWay >= CALLS_UNDER_WAY_LIMIT) {
      refuse(id, `At most ${CALLS_UNDER_WAY_LIMIT} calls may be under way on one connection.`);
    } else void run(id, call, input ?? {});
  };

  socket.on(
    'data',
    createLineSplitter(REQUEST_LINE_LIMIT_BYTES, {
      onLine,
      onTooLong: () => refuse(null, `A line may have at most ${REQUEST_LINE_LIMIT_BYTES} bytes.`),
    }),
  );
  // The other end may vanish at any time; `close` follows and tidies up.
  socket.on('error', () => socket.destroy());
  socket.on('close', () => unsubscribe?.());
  write({ hello: { pid: side.pid, version: side.version } });

  return () => {
    unsubscribe?.();
    socket.end();
  };
}

/** A handler that throws is a bug of ours; the other end gets an answer all the same. */
export async function answer(handlers: Handlers, call: string, input: unknown): Promise<Result<unknown>> {
  try {
    return await dispatchCall(handlers, call, input);
  } catch (error) {
    return fail({ code: 'internal', detail: `${call} ended with ${error instanceof Error ? error.name : 'an error'}` });
  }
}
