import { isIP } from 'node:net';
import type { buildConnector } from 'undici';
import type { AddressKind } from './address-kind.ts';
import type { ProxyFor } from './proxy-variables.ts';

/**
 * Whether an MCP server is on this machine or a private network (D8). Its name alone proves nothing, because its owner
 * may let it lead anywhere for a moment: it counts where the server itself, with its certificate, answers. What was proven
 * stays so while the program runs.
 */
export class ServerPlaces {
  readonly #proven = new Set<string>();
  readonly #options: {
    readonly connect: buildConnector.connector;
    readonly kindOf: AddressKind;
    readonly proxyFor: ProxyFor | undefined;
  };

  constructor(options: { connect: buildConnector.connector; kindOf: AddressKind; proxyFor: ProxyFor | undefined }) {
    this.#options = options;
  }

  /** What is known without asking anybody. */
  isKnownPrivate(url: URL): boolean {
    const host = hostnameOf(url);
    return isIP(host) === 0 ? this.#proven.has(url.origin) : this.#options.kindOf(host) !== undefined;
  }

  /** Connects, says nothing, and hangs up. Rejects where it cannot connect. */
  async isPrivate(url: URL, signal: AbortSignal): Promise<boolean> {
    if (this.isKnownPrivate(url)) return true;
    const { connect, kindOf, proxyFor } = this.#options;
    const hostname = hostnameOf(url);
    const { protocol, port, host } = url;
    // What a proxy resolves is out of our sight, and as public as anything.
    if (isIP(hostname) !== 0 || proxyFor?.({ protocol, hostname, port }) !== undefined) return false;
    const address = await new Promise<string | undefined>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      connect({ protocol, hostname, host, port }, (error, socket) => {
        if (error) {
          reject(error);
          return;
        }
        resolve(socket.remoteAddress);
        socket.on('error', () => {}).destroy();
      });
    });
    const isPrivate = address !== undefined && kindOf(address) !== undefined;
    if (isPrivate) this.#proven.add(url.origin);
    return isPrivate;
  }
}

/** As a connection takes it: an IPv6 address without brackets. */
export function hostnameOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}
