import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is; anything else as JSON. */
  readonly body?: unknown;
}

export interface Received {
  /** `POST /token` */
  readonly line: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly form: URLSearchParams;
}

export interface AnsweringServer {
  readonly origin: string;
  readonly received: readonly Received[];
  /** What was asked for, in order. */
  lines(): readonly string[];
  /** To `GET /path`; what has no answer is 404. */
  answer(line: string, answer: Answer): void;
}

/** A real HTTP server on 127.0.0.1 that says what the test's table says; closed with the test. */
export async function startAnsweringServer(): Promise<AnsweringServer> {
  const answers = new Map<string, Answer>();
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const line = `${request.method} ${request.url}`;
    received.push({ line, headers: request.headers, body, form: new URLSearchParams(body) });
    const answer = answers.get(line) ?? { status: 404 };
    const isText = typeof answer.body === 'string';
    response.writeHead(answer.status ?? 200, {
      'content-type': isText ? 'text/html' : 'application/json',
      ...answer.headers,
    });
    response.end(isText ? answer.body : JSON.stringify(answer.body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    received,
    lines: () => received.map(({ line }) => line),
    answer: (line, answer) => answers.set(line, answer),
  };
}
