import type { Upstream } from '../../upstream/upstream.ts';
import { type Catalogue, mergeLists } from './catalogue.ts';
import type { Namespace } from './names.ts';
import type { Offered } from './offered.ts';
import type { Profile } from './profile.ts';

/** What one address of the endpoint shows: these servers, under these names. */
export class View {
  /** What its callers' sessions belong to. */
  readonly id: string;
  readonly #offered: Offered;
  readonly #servers: () => readonly Upstream[];
  readonly #namespace: Namespace;
  readonly #merged = new Map<
    string,
    { readonly servers: string; readonly version: number; readonly catalogue: Catalogue }
  >();

  constructor(id: string, offered: Offered, servers: () => readonly Upstream[], namespace: Namespace) {
    this.id = id;
    this.#offered = offered;
    this.#servers = servers;
    this.#namespace = namespace;
  }

  servers(): readonly Upstream[] {
    return this.#servers().filter(({ state }) => state.kind !== 'disabled');
  }

  server(name: string): Upstream | undefined {
    return this.#servers().find((server) => server.name === name);
  }

  /** The one server of an address without prefixes, while nothing is known of what it offers: it is asked itself. */
  unknownAlone(profile: Profile): Upstream | undefined {
    const [alone, ...others] = this.#servers();
    if (this.#namespace.separator !== undefined || others.length > 0 || !alone) return undefined;
    return this.#offered.known([alone], profile).size === 0 ? alone : undefined;
  }

  /** Asks the servers of which nothing is known, or nothing fresh. */
  async catalogue(profile: Profile): Promise<Catalogue> {
    await this.#offered.of(this.servers(), profile);
    return this.known(profile);
  }

  /** What was last known, put together once for each change. */
  known(profile: Profile): Catalogue {
    const lists = this.#offered.known(this.servers(), profile);
    const { version } = this.#offered;
    const servers = [...lists.keys()].join('\n');
    const before = this.#merged.get(profile.key);
    if (before?.servers === servers && before.version === version) return before.catalogue;
    const catalogue = mergeLists(lists, this.#namespace);
    this.#merged.set(profile.key, { servers, version, catalogue });
    return catalogue;
  }
}
