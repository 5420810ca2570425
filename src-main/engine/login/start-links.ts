import type { ServerName } from '../model/ids.ts';
import type { Random } from '../ports.ts';

export const START_PATH = '/oauth/start/';

/** Links that callers get when a person is needed: whoever has one may start that server's sign-in, nothing else. */
export class StartLinks {
  readonly #random: Random;
  readonly #ids = new Map<ServerName, string>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** The same link for a server as long as the program runs, so that a repeated error shows no new one. */
  pathFor(server: ServerName): string {
    let id = this.#ids.get(server);
    if (id === undefined) {
      id = this.#random.token(16);
      this.#ids.set(server, id);
    }
    return `${START_PATH}${id}`;
  }

  serverOf(path: string): ServerName | undefined {
    for (const [server, id] of this.#ids) if (path === `${START_PATH}${id}`) return server;
    return undefined;
  }
}
