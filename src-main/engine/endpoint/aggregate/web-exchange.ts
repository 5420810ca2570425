import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request of Node's as the SDKs take it; aborted when its caller goes. The body was read before and goes beside it. */
export function webRequest(request: IncomingMessage, response: ServerResponse, body: Uint8Array | undefined): Request {
  const headers = new Headers();
  const raw = request.rawHeaders;
  for (let index = 0; index < raw.length; index += 2) headers.append(raw[index] ?? '', raw[index + 1] ?? '');
  const gone = new AbortController();
  response.on('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return new Request(`http://127.0.0.1${request.url ?? '/'}`, {
    method: request.method ?? 'POST',
    headers,
    signal: gone.signal,
    ...(body === undefined ? {} : { body: Buffer.from(body) }),
  });
}

/** Writes a `Response` out, as fast as the caller reads. Resolves when it is over, whoever ended it. */
export async function sendWebResponse(answer: Response, response: ServerResponse): Promise<void> {
  const reader = answer.body?.getReader();
  const onClose = (): void => void reader?.cancel().catch(() => {});
  response.on('close', onClose);
  try {
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    if (reader) response.flushHeaders();
    for (;;) {
      const part = await reader?.read();
      if (!part || part.done || response.destroyed) break;
      if (!response.write(part.value)) await drained(response);
    }
    response.end();
  } catch {
    // It broke off in the middle: so does what the caller sees.
    response.destroy();
  } finally {
    response.off('close', onClose);
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}
