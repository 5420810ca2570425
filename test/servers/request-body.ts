import { IncomingMessage } from 'node:http';

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request.iterator({ destroyOnReturn: false })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The same request once more, for a handler that wants to read the body that was read here already. */
export function withBody(request: IncomingMessage, body: Buffer, url = request.url): IncomingMessage {
  const again = new IncomingMessage(request.socket);
  if (request.method !== undefined) again.method = request.method;
  if (url !== undefined) again.url = url;
  again.httpVersion = request.httpVersion;
  again.headers = request.headers;
  again.rawHeaders = request.rawHeaders;
  again.complete = true;
  again.push(body);
  again.push(null);
  return again;
}
