import { createServer, type Server } from 'node:http';
import type { RedirectAddress } from '../login/redirect-address.ts';
import { CALLBACK_PATH, type RedirectReceiver } from '../login/redirect-receiver.ts';
import { type RedirectPlace, redirectPlace } from '../model/redirect-uri.ts';
import { fail, ok, type Result } from '../model/result.ts';
import { asWhy, say } from '../model/sayings.ts';
import type { Logger } from '../ports.ts';

interface RedirectListenersDeps {
  /** `http://127.0.0.1:7717` */
  readonly origin: () => string;
  readonly receiver: () => RedirectReceiver;
  readonly logger: Logger;
}

interface OpenPlace {
  readonly place: RedirectPlace;
  readonly servers: Promise<Result<readonly Server[]>>;
  users: number;
}

/**
 * What listens at redirect URIs that are not our endpoint's own, each only while a flow needs it (R5).
 *
 * @see RFC 8252 section 7.3
 */
export class RedirectListeners {
  readonly #deps: RedirectListenersDeps;
  readonly #open = new Map<string, OpenPlace>();

  constructor(deps: RedirectListenersDeps) {
    this.#deps = deps;
  }

  /** Fails with `redirect-unavailable`. Flows that share an address share its listener. */
  async open(configured: string | undefined): Promise<Result<RedirectAddress>> {
    const own = `${this.#deps.origin()}${CALLBACK_PATH}`;
    const redirectUri = configured ?? own;
    if (redirectUri === own) return ok({ redirectUri, close: () => {} });
    const opened = this.#placeFor(redirectUri);
    opened.users += 1;
    let isOpen = true;
    const close = (): void => {
      if (!isOpen) return;
      isOpen = false;
      this.#leave(redirectUri, opened);
    };
    const servers = await opened.servers;
    if (servers.ok) return ok({ redirectUri, close });
    close();
    return servers;
  }

  /** A flow comes back to this path of our own port. */
  expects(port: number, path: string): boolean {
    for (const { place } of this.#open.values()) if (place.port === port && place.path === path) return true;
    return false;
  }

  #placeFor(redirectUri: string): OpenPlace {
    const open = this.#open.get(redirectUri);
    if (open) return open;
    const place = redirectPlace(redirectUri);
    const created: OpenPlace = { place, servers: this.#listen(redirectUri, place), users: 0 };
    this.#open.set(redirectUri, created);
    return created;
  }

  #leave(redirectUri: string, opened: OpenPlace): void {
    opened.users -= 1;
    if (opened.users > 0) return;
    this.#open.delete(redirectUri);
    void opened.servers.then((servers) => {
      if (!servers.ok) return;
      for (const server of servers.value) {
        // The answer that ended the flow is still on its way.
        server.close();
        server.closeIdleConnections();
      }
    });
  }

  async #listen(redirectUri: string, { port, path, hosts }: RedirectPlace): Promise<Result<readonly Server[]>> {
    const own = new URL(this.#deps.origin());
    const servers: Server[] = [];
    for (const [index, host] of hosts.entries()) {
      // Our endpoint has this one already, and answers for it.
      if (host === own.hostname && String(port) === own.port) continue;
      const server = this.#createServer(path);
      const failure = await listenAt(server, port, host);
      if (failure === undefined) servers.push(server);
      else if (index === 0 || failure === 'EADDRINUSE') {
        for (const listening of servers) listening.close();
        return fail({ code: 'redirect-unavailable', redirectUri, ...whyNot(failure, port) });
      }
    }
    this.#deps.logger.info('redirect.listening', { url: redirectUri });
    return ok(servers);
  }

  #createServer(path: string): Server {
    const { receiver, origin, logger } = this.#deps;
    const server = createServer((request, response) => {
      response.setHeader('connection', 'close');
      const url = URL.parse(request.url ?? '', origin());
      if (request.method !== 'GET' || url?.pathname !== path) {
        response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' });
        response.end('There is nothing at this address.\n');
        request.resume();
        return;
      }
      receiver()
        .receive(request, response, url, origin())
        .catch((error: unknown) => {
          logger.error('request.bug', { detail: error instanceof Error ? error.message : String(error) });
          if (!response.headersSent) response.writeHead(500);
          response.end();
        });
    });
    server.headersTimeout = 20_000;
    return server;
  }
}

/** Undefined where it listens, otherwise the code of what stands in the way. */
function listenAt(server: Server, port: number, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const onError = (error: NodeJS.ErrnoException): void => resolve(error.code ?? error.message);
    server.once('error', onError);
    server.listen(port, host, () => {
      server.off('error', onError);
      resolve(undefined);
    });
  });
}

function whyNot(code: string, port: number): ReturnType<typeof asWhy> {
  switch (code) {
    case 'EADDRINUSE':
      return asWhy(say('port-taken', String(port)));
    case 'EACCES':
      return asWhy(say('port-reserved', String(port)));
    default:
      return { why: code };
  }
}
