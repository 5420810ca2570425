import type { Result } from '../../engine/model/result.ts';
import type { EngineLink, Line } from './engine-link.ts';
import { type Ended, exchange, type Outgoing } from './exchange.ts';

/** What is sent to one address of the engine, with the key that it lent. */
export class Wire {
  readonly #link: EngineLink;
  readonly #path: string;

  /** @param name a server, or `g/<group>`; undefined for all servers as one */
  constructor(link: EngineLink, name: string | undefined) {
    this.#link = link;
    this.#path = name === undefined ? '' : `/${name.split('/').map(encodeURIComponent).join('/')}`;
  }

  open(patience: 'request' | 'background', signal: AbortSignal): Promise<Result<Line>> {
    return this.#link.open(patience, signal);
  }

  drop(line: Line): void {
    this.#link.drop(line);
  }

  send(line: Line, { headers, ...outgoing }: Omit<Outgoing, 'url'>): Promise<Ended> {
    return exchange({
      ...outgoing,
      url: new URL(`${line.url}${this.#path}`),
      headers: { ...headers, authorization: `Bearer ${line.key.reveal()}` },
    });
  }
}
