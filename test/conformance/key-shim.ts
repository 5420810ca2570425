import { request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { listenOnLoopback } from '../servers/loopback-listener.ts';

/**
 * Adds the caller key, which the suite does not have, and passes everything else on as it came, Host and Origin too:
 * what is refused because of them is refused by the endpoint.
 */
export async function startKeyShim(endpoint: URL, key: string): Promise<{ url: string; close(): Promise<void> }> {
  const listener = await listenOnLoopback((incoming, response) => {
    const { host } = incoming.headers;
    const passed = request(
      endpoint,
      {
        method: incoming.method,
        headers: { ...incoming.headers, authorization: `Bearer ${key}` },
        setHost: host === undefined,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        response.flushHeaders();
        pipeline(answer, response).catch(() => response.destroy());
      },
    );
    passed.on('error', () => response.destroy());
    response.on('close', () => passed.destroy());
    incoming.pipe(passed);
  });
  return { url: `${listener.origin}${endpoint.pathname}`, close: () => listener.die() };
}
