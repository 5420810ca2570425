import type { ServerConfig } from '../model/server-config.ts';
import type { Http } from '../ports.ts';

/** The configured server whose metadata leads to an exchange, as far as D8 asks. */
export interface NamingServer extends Pick<ServerConfig, 'url'> {
  readonly allowPrivateNetwork?: boolean;
}

/** D8: every exchange to which a server's metadata leads is sent as named by it, unless the person lets it lead anywhere. */
export function namedBy(server: NamingServer, http: Http): Http {
  if (server.allowPrivateNetwork) return http;
  return { send: (request) => http.send({ ...request, namedBy: server.url }) };
}
