import type { UpstreamServer } from '../../upstream/upstream-server.ts';
import { type Catalogue, mergeLists } from './catalogue.ts';
import type { Namespace } from './names.ts';
import type { Offered } from './offered.ts';

/** What one address of the endpoint shows: these servers, under these names. */
export class View {
  /** What its callers' sessions belong to. */
  readonly id: string;
  readonly #offered: Offered;
  readonly #servers: () => readonly UpstreamServer[];
  readonly #namespace: Namespace;
  #merged: { readonly key: string; readonly version: number; readonly catalogue: Catalogue } | undefined;

  constructor(id: string, offered: Offered, servers: () => readonly UpstreamServer[], namespace: Namespace) {
    this.id = id;
    this.#offered = offered;
    this.#servers = servers;
    this.#namespace = namespace;
  }

  servers(): readonly UpstreamServer[] {
    return this.#servers().filter(({ state }) => state.kind !== 'disabled');
  }

  server(name: string): UpstreamServer | undefined {
    return this.#servers().find((server) => server.name === name);
  }

  /** Asks the servers of which nothing is known, or nothing fresh. */
  async catalogue(): Promise<Catalogue> {
    await this.#offered.of(this.servers());
    return this.known();
  }

  /** What was last known, put together once for each change. */
  known(): Catalogue {
    const lists = this.#offered.known(this.servers());
    const { version } = this.#offered;
    const key = [...lists.keys()].join('\n');
    if (this.#merged?.key !== key || this.#merged.version !== version) {
      this.#merged = { key, version, catalogue: mergeLists(lists, this.#namespace) };
    }
    return this.#merged.catalogue;
  }
}
