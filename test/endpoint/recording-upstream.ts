import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What arrived at the upstream, whole. */
export interface Arrived {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface RecordingUpstream {
  readonly url: string;
  readonly origin: string;
  readonly port: number;
  /** What callers sent, in order; our own probe is not among it. */
  readonly arrived: readonly Arrived[];
  /** Requests of any kind, counted when they begin; the probe too. */
  readonly begun: number;
  /** Connections that were ever opened, and that are open now. */
  readonly connections: number;
  readonly openConnections: number;
  /** Requests that are not answered to the end, on connections that are still there. */
  readonly openRequests: number;
  last(): Arrived;
  /** From now on requests of callers are answered like this; the body was read already. */
  answer(how: (request: IncomingMessage, response: ServerResponse, body: Buffer) => void): void;
  /** As `answer`, but the body is left unread. */
  answerUnread(how: RequestListener): void;
  /** Whether it answers our probe. */
  hang(isHung: boolean): void;
  /** Nobody listens any more, and what is open stays open in silence: as a machine that left, for those who wait. */
  vanish(): void;
  /** Nobody listens, every connection is gone. */
  die(): Promise<void>;
  revive(): Promise<void>;
  close(): Promise<void>;
}

const JSON_ANSWER = { 'content-type': 'application/json' };

export function answerJson(response: ServerResponse, result: unknown = {}): void {
  response.writeHead(200, JSON_ANSWER).end(JSON.stringify({ jsonrpc: '2.0', id: 1, result }));
}

/** An HTTP server on 127.0.0.1 that tells what reached it, byte for byte, and answers as the test says. */
export async function startRecordingUpstream(): Promise<RecordingUpstream> {
  const arrived: Arrived[] = [];
  const sockets = new Set<Socket>();
  let begun = 0;
  let connections = 0;
  let openRequests = 0;
  let answer: (request: IncomingMessage, response: ServerResponse, body: Buffer) => void = (_request, response) =>
    answerJson(response);
  let unread: RequestListener | undefined;
  let isHung = false;

  const handle: RequestListener = (request, response) => {
    begun += 1;
    openRequests += 1;
    response.on('close', () => {
      openRequests -= 1;
    });
    response.on('error', () => {});
    request.on('error', () => {});
    if (unread && request.headers['mcp-method'] !== 'server/discover') {
      unread(request, response);
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      if (body.includes('gatehouse-probe')) {
        if (!isHung) answerJson(response);
        return;
      }
      arrived.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body });
      answer(request, response, body);
    });
  };

  const listen = (port: number): Promise<Server> =>
    new Promise((resolve, reject) => {
      const server = createServer(handle);
      server.on('connection', (socket) => {
        connections += 1;
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket));
      });
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => resolve(server));
    });

  let server: Server | undefined = await listen(0);
  const { port } = server.address() as AddressInfo;
  const die = async (): Promise<void> => {
    const dying = server;
    server = undefined;
    const closed = new Promise<void>((resolve) => (dying ? dying.close(() => resolve()) : resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const origin = `http://127.0.0.1:${port}`;
  return {
    url: `${origin}/mcp`,
    origin,
    port,
    arrived,
    get begun() {
      return begun;
    },
    get connections() {
      return connections;
    },
    get openRequests() {
      return openRequests;
    },
    get openConnections() {
      return sockets.size;
    },
    last() {
      const last = arrived.at(-1);
      if (!last) throw new Error('nothing arrived at the upstream');
      return last;
    },
    answer(how) {
      unread = undefined;
      answer = how;
    },
    answerUnread(how) {
      unread = how;
    },
    hang(hung) {
      isHung = hung;
    },
    vanish() {
      server?.close();
      server = undefined;
    },
    die,
    async revive() {
      server ??= await listen(port);
    },
    close: die,
  };
}
