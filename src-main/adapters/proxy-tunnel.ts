import { request } from 'node:http';
import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';
import { networkCause } from './network-cause.ts';
import { ProxyFailure } from './proxy-failure.ts';

/**
 * A way through a proxy to a host and port (CONNECT). Whatever goes wrong is a `ProxyFailure`.
 *
 * @param connect to the proxy itself
 * @param timeoutMs from the connection to the proxy's answer
 * @see RFC 9110 section 9.3.6
 */
export function openTunnel(
  proxy: URL,
  authority: string,
  connect: buildConnector.connector,
  timeoutMs: number,
  done: (...answer: [null, Socket] | [Error, null]) => void,
): void {
  let answered = false;
  const failed = (why: string): void => {
    // What follows a refusal is its echo.
    if (answered) return;
    answered = true;
    done(new ProxyFailure(`the proxy ${proxy.host} ${why}`), null);
  };
  const { protocol, host, port } = proxy;
  connect({ protocol, host, hostname: proxy.hostname.replace(/^\[|\]$/g, ''), port }, (error, socket) => {
    if (error) {
      failed(`is out of reach: ${networkCause(error).detail}`);
      return;
    }
    const asking = request({
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...credentials(proxy) },
      createConnection: () => socket,
    });
    asking.once('connect', ({ statusCode = 0 }, through: Socket, head: Buffer) => {
      asking.removeAllListeners('timeout');
      through.setTimeout(0);
      if (statusCode >= 200 && statusCode < 300) {
        if (head.length > 0) through.unshift(head);
        answered = true;
        done(null, through);
        return;
      }
      failed(statusCode === 407 ? 'wants a user name and a password' : `answered ${statusCode}`);
      through.destroy();
    });
    asking.setTimeout(timeoutMs, () => asking.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })));
    asking.once('error', (trouble) => failed(`does not help: ${networkCause(trouble).detail}`));
    asking.end();
  });
}

/** RFC 7617: what the variable's URL has before its `@`. */
function credentials({ username, password }: URL): { 'proxy-authorization'?: string } {
  if (username === '' && password === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}
