import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface RawRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
  /** Sent as it is written, where a URL would be normalised. */
  readonly path?: string;
}

/** A request whose every header and path is the test's own, on a connection of its own. */
export function send(url: string, options: RawRequest = {}): Promise<RawAnswer> {
  return begin(url, options).then(
    (response) =>
      new Promise((resolve, reject) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      }),
  );
}

/** Resolves when the headers of the answer are there; its body is the test's to read. */
export function begin(url: string, { method = 'GET', headers = {}, body, path }: RawRequest = {}) {
  return new Promise<IncomingMessage>((resolve, reject) => {
    const request = httpRequest(url, { method, headers, agent: false, ...(path === undefined ? {} : { path }) });
    request.on('error', reject);
    request.on('response', resolve);
    request.end(body);
  });
}

/** A bare connection that has sent these bytes. */
export function connectAndSend(port: number, bytes: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.off('error', reject);
      socket.on('error', () => {});
      socket.write(bytes, () => resolve(socket));
    });
    socket.once('error', reject);
  });
}

/** The next piece of a stream, as text. */
export function nextChunk(stream: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    stream.once('data', (chunk: Buffer) => {
      stream.pause();
      resolve(chunk.toString('utf8'));
    });
    stream.once('error', reject);
    stream.once('end', () => reject(new Error('the stream ended')));
    stream.resume();
  });
}
