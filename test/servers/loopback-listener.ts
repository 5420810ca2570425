import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP listener on 127.0.0.1 that can die and come back on the port it had. */
export interface LoopbackListener {
  readonly port: number;
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly origin: string;
  /** Stops listening and destroys every connection, as a killed process would. */
  die(): Promise<void>;
  revive(): Promise<void>;
  /** Destroys every connection and goes on listening. */
  hangUp(): void;
}

function listen(handler: RequestListener, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(handler);
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

/** Rejects with the system's error (EADDRINUSE) when the port is taken. */
export async function listenOnLoopback(handler: RequestListener, wantedPort = 0): Promise<LoopbackListener> {
  let server: Server | undefined = await listen(handler, wantedPort);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    die: async () => {
      const dying = server;
      server = undefined;
      if (dying === undefined) return;
      const closed = new Promise<void>((resolve) => dying.close(() => resolve()));
      dying.closeAllConnections();
      await closed;
    },
    revive: async () => {
      server ??= await listen(handler, port);
    },
    hangUp: () => server?.closeAllConnections(),
  };
}
