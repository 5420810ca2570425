import { connect, createServer } from 'node:net';

const KNOCKS_EVERY_MS = 2;

/** Resolves when somebody listens there. */
export async function listensAt(port: number): Promise<void> {
  const knock = (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
  while (!(await knock())) await new Promise((resolve) => setTimeout(resolve, KNOCKS_EVERY_MS));
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
