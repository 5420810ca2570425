import type { ServerResponse } from 'node:http';
import type { Clock, Dispose } from '../engine/ports.ts';
import type { Subscribe } from './connection.ts';

/** Often enough that a page notices a dead connection, and that nothing on the way ends a silent one. */
const PING_EVERY_MS = 15_000;
/** What may wait for a page that does not read, before it is dropped. */
const UNREAD_LIMIT_BYTES = 8 * 1024 * 1024;

/** Events as JSON lines, until the page goes. The first line is a ping, so that the page knows it is connected. */
export function streamEvents(
  response: ServerResponse,
  subscribe: Subscribe,
  clock: Pick<Clock, 'now' | 'setAlarm'>,
): void {
  let cancelPing: Dispose = () => {};
  let isOpen = true;

  const write = (line: unknown): void => {
    if (!isOpen) return;
    response.write(`${JSON.stringify(line)}\n`);
    if (response.writableLength > UNREAD_LIMIT_BYTES) response.destroy();
  };
  const ping = (): void => {
    if (!isOpen) return;
    write({ ping: true });
    cancelPing = clock.setAlarm(clock.now() + PING_EVERY_MS, ping);
  };

  response.writeHead(200, { 'Content-Type': 'application/x-ndjson; charset=utf-8', 'Cache-Control': 'no-store' });
  const unsubscribe = subscribe((event, payload) => write({ event, payload }));
  response.on('error', () => response.destroy());
  response.on('close', () => {
    isOpen = false;
    cancelPing();
    unsubscribe();
  });
  ping();
}
