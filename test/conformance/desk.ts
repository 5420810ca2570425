import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { Scenario } from './scenario.ts';

export interface Desk {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Takes the scenarios that the suite starts, all at once, and plays as many at a time as a small machine bears. `play`
 * resolves with why the scenario ended early, if it did.
 */
export async function openDesk(
  atOnce: number,
  play: (scenario: Scenario) => Promise<string | undefined>,
): Promise<Desk> {
  const waiting: (() => Promise<void>)[] = [];
  let playing = 0;
  const next = (): void => {
    while (playing < atOnce) {
      const job = waiting.shift();
      if (job === undefined) return;
      playing += 1;
      void job().finally(() => {
        playing -= 1;
        next();
      });
    }
  };
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    let told = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      told += text;
    });
    socket.once('end', () => {
      waiting.push(async () => void socket.end((await play(JSON.parse(told) as Scenario)) ?? ''));
      next();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
