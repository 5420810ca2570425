import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What it does to a `tools/call`, or to whatever it is asked when `everything` is said. */
export type Hostility =
  | 'endless headers'
  | 'a gigabyte of JSON'
  | 'a gigabyte of one event'
  | 'events without an end of line'
  | 'invalid UTF-8'
  | 'deep JSON'
  | 'a redirect loop'
  | 'not HTTP'
  | 'a length that is a lie';

export interface HostileUpstream {
  readonly url: string;
  /** Bytes that it could get rid of. */
  readonly sent: number;
  hostility: Hostility;
  tools: readonly unknown[];
  /** Another page follows each page. */
  isEndless: boolean;
  close(): Promise<void>;
}

const DEPTH = 100_000;
const PIECE = Buffer.alloc(256 * 1024, 'x');
const GIGABYTE = 1024 * 1024 * 1024;

/** A legacy server without sessions that answers handshakes well, and calls as badly as it is told. */
export async function startHostileUpstream(): Promise<HostileUpstream> {
  const sockets = new Set<Socket>();
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    response.on('error', () => {});
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method !== 'POST') response.writeHead(405).end();
      else answer(request, response, JSON.parse(Buffer.concat(chunks).toString('utf8')));
    });
  };
  const server = createServer(handle);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  let sent = 0;

  const answer = (request: IncomingMessage, response: ServerResponse, message: Message): void => {
    const result = (value: unknown): void => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result: value }));
    };
    if (message.id === undefined) response.writeHead(202).end();
    else if (message.method === 'initialize') {
      const { protocolVersion } = message.params ?? {};
      result({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'hostile', version: '1' } });
    } else if (message.method === 'tools/list') {
      const cursor = Number(message.params?.cursor ?? 0) + 1;
      result({ tools: upstream.tools, ...(upstream.isEndless ? { nextCursor: `${cursor}` } : {}) });
    } else if (message.method === 'tools/call') misbehave(request, response, message);
    else response.writeHead(404).end();
  };
  /** As much as it can get rid of, up to a gigabyte. */
  const pour = (into: Pick<Socket, 'write' | 'once' | 'destroyed'>, piece: Buffer): void => {
    const more = (): void => {
      while (!into.destroyed && sent < GIGABYTE) {
        sent += piece.length;
        if (!into.write(piece)) {
          into.once('drain', more);
          return;
        }
      }
    };
    more();
  };
  const misbehave = (request: IncomingMessage, response: ServerResponse, { id }: Message): void => {
    const json = { 'content-type': 'application/json' };
    const begun = `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"content":[{"type":"text","text":"`;
    switch (upstream.hostility) {
      case 'endless headers':
        request.socket.write('HTTP/1.1 200 OK\r\n');
        pour(request.socket, Buffer.from(`x-more: ${'x'.repeat(1000)}\r\n`));
        return;
      case 'a gigabyte of JSON':
        response.writeHead(200, json).write(begun);
        pour(response as unknown as Socket, PIECE);
        return;
      case 'a gigabyte of one event':
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(`data: ${begun}`);
        pour(response as unknown as Socket, PIECE);
        return;
      case 'events without an end of line':
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        pour(response as unknown as Socket, Buffer.from('data: {}'.repeat(10_000)));
        return;
      case 'invalid UTF-8':
        response.writeHead(200, json).write(begun);
        response.end(Buffer.concat([Buffer.from([0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80]), Buffer.from('"}]}}')]));
        return;
      case 'deep JSON':
        response.writeHead(200, json);
        response.end(
          `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"content":[],"x":${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}}}`,
        );
        return;
      case 'a redirect loop':
        response.writeHead(307, { location: request.url ?? '/' }).end();
        return;
      case 'not HTTP':
        request.socket.end('220 smtp.example ESMTP\r\n');
        return;
      case 'a length that is a lie':
        response.writeHead(200, { ...json, 'content-length': '1000000' });
        response.write(begun, () => response.destroy());
        return;
    }
  };
  const upstream: HostileUpstream = {
    url: `http://127.0.0.1:${port}/mcp`,
    get sent() {
      return sent;
    },
    hostility: 'invalid UTF-8',
    tools: [{ name: 'x', inputSchema: { type: 'object' } }],
    isEndless: false,
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      return closed;
    },
  };
  return upstream;
}

interface Message {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: { readonly protocolVersion?: string; readonly cursor?: string };
}
