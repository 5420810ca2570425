import type { Upstream } from '../../upstream/upstream.ts';
import { type Catalogue, mergeLists } from './catalogue.ts';
import type { Naming } from './names.ts';
import type { Offered } from './offered.ts';
import type { Profile } from './profile.ts';

/** What one address of the endpoint shows: these servers, under these names. */
export class View {
  /** What its callers' sessions belong to. */
  readonly id: string;
  readonly #offered: Offered;
  readonly #servers: () => readonly Upstream[];
  readonly #naming: Naming;
  readonly #merged = new Map<
    string,
    { readonly shown: string; readonly version: number; readonly catalogue: Catalogue }
  >();

  constructor(id: string, offered: Offered, servers: () => readonly Upstream[], naming: Naming) {
    this.id = id;
    this.#offered = offered;
    this.#servers = servers;
    this.#naming = naming;
  }

  servers(): readonly Upstream[] {
    return this.#servers().filter(({ state }) => state.kind !== 'disabled');
  }

  server(name: string): Upstream | undefined {
    return this.#servers().find((server) => server.name === name);
  }

  /** The one server of an address without prefixes, while nothing is known of what it offers: it is asked itself. */
  unknownAlone(profile: Profile): Upstream | undefined {
    const shown = this.servers();
    const [alone, ...others] = shown.length > 0 ? shown : this.#servers();
    if (!alone || others.length > 0 || this.#naming(1).separator !== undefined) return undefined;
    return this.#offered.known([alone], profile).size === 0 ? alone : undefined;
  }

  /** Asks the servers of which nothing is known, or nothing fresh. */
  async catalogue(profile: Profile): Promise<Catalogue> {
    await this.#offered.of(this.servers(), profile);
    return this.known(profile);
  }

  /** What was last known, put together once for each change. */
  known(profile: Profile): Catalogue {
    const servers = this.servers();
    const lists = this.#offered.known(servers, profile);
    const { version } = this.#offered;
    const namespace = this.#naming(servers.length);
    const shown = JSON.stringify([[...lists.keys()], namespace]);
    const before = this.#merged.get(profile.key);
    if (before?.shown === shown && before.version === version) return before.catalogue;
    // A caller may still use the names of before, when there were others beside it.
    const catalogue = mergeLists(lists, namespace, this.#naming(servers.length + 1));
    this.#merged.set(profile.key, { shown, version, catalogue });
    return catalogue;
  }
}
