import { type Access, UNLIMITED } from '../../model/caller-limit.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import { type Catalogue, mergeLists, NO_LISTS, type ServerLists, type Target } from './catalogue.ts';
import { type Naming, OWN_NAMES } from './names.ts';
import type { Offered } from './offered.ts';
import type { Profile } from './profile.ts';

interface Merged {
  readonly shown: string;
  readonly version: string;
  readonly access: Access;
  readonly catalogue: Catalogue;
}

/** What one address of the endpoint shows: these servers, under these names. */
export class View {
  /** What its callers' sessions belong to. */
  readonly id: string;
  readonly #offered: Offered;
  readonly #servers: () => readonly Upstream[];
  readonly #naming: Naming;
  readonly #access: () => Access;
  readonly #caller: string | undefined;
  /** This address as everybody sees it whose key has no limit. */
  readonly #whole: View | undefined;
  readonly #merged = new Map<string, Merged>();

  constructor(
    id: string,
    offered: Offered,
    servers: () => readonly Upstream[],
    naming: Naming,
    seenBy: { readonly access: () => Access; readonly caller?: string; readonly whole?: View } = {
      access: () => UNLIMITED,
    },
  ) {
    this.id = id;
    this.#offered = offered;
    this.#servers = servers;
    this.#naming = naming;
    this.#access = seenBy.access;
    this.#caller = seenBy.caller;
    this.#whole = seenBy.whole;
  }

  /** This address as a caller sees it: nothing of what its key may not use, from the moment when that changes. */
  seenWith(caller: string, access: () => Access): View {
    return new View(this.id, this.#offered, this.#servers, this.#naming, { access, caller, whole: this });
  }

  /** Whether it is one server's own address. */
  get isOneServer(): boolean {
    return this.#naming === OWN_NAMES;
  }

  servers(): readonly Upstream[] {
    return this.#reached().filter(({ state }) => state.kind !== 'disabled');
  }

  server(name: string): Upstream | undefined {
    return this.#reached().find((server) => server.name === name);
  }

  /** Whether what this server offers has to be chosen from: then nothing goes to it unseen. */
  isChosen(server: Pick<Upstream, 'name'>): boolean {
    return this.#access().of(server.name) !== 'all' || this.#offered.isHolding(server.name);
  }

  /** Servers some of whose tools are held back until a person approves them. */
  heldBack(): readonly string[] {
    return this.servers()
      .filter(({ name }) => this.#offered.holdsBack(name))
      .map(({ name }) => name);
  }

  /** Whether the caller's key is limited, so that there may be more than it sees. */
  get isLimited(): boolean {
    return this.#access().isLimited;
  }

  /** The one server of an address without prefixes, while nothing is known of what it offers: it is asked itself. */
  unknownAlone(profile: Profile): Upstream | undefined {
    const shown = this.servers();
    const [alone, ...others] = shown.length > 0 ? shown : this.#reached();
    if (!alone || others.length > 0 || this.#naming(1).separator !== undefined) return undefined;
    return this.#offered.known([alone], profile, this.#caller).size === 0 ? alone : undefined;
  }

  /** The server that a name's prefix names, and its own name for it, while nothing is known of what that offers. */
  unknownByName(name: string, profile: Profile): Target | undefined {
    const { separator } = this.#naming(this.servers().length);
    const at = separator === undefined ? -1 : name.indexOf(separator);
    const server = at > 0 ? this.server(name.slice(0, at)) : undefined;
    if (separator === undefined || !server || this.#offered.known([server], profile, this.#caller).size > 0)
      return undefined;
    return { server: server.name, name: name.slice(at + separator.length) };
  }

  /** Asks the servers of which nothing is known, or nothing fresh. */
  async catalogue(profile: Profile): Promise<Catalogue> {
    await this.#offered.of(this.servers(), profile, this.#caller);
    return this.known(profile);
  }

  /** What was last known, put together once for each change. */
  known(profile: Profile): Catalogue {
    const access = this.#access();
    const servers = this.servers();
    // All callers without a limit share what was put together, where nothing in it is one caller's own (M3).
    const isShared = !access.isLimited && !servers.some(({ name }) => this.#offered.isPrivate(name));
    if (this.#whole && isShared) return this.#whole.known(profile);
    const lists = this.#offered.known(servers, profile, this.#caller);
    const { version } = this.#offered;
    const namespace = this.#naming(servers.length);
    const shown = JSON.stringify([[...lists.keys()], namespace]);
    const before = this.#merged.get(profile.key);
    if (before?.shown === shown && before.version === version && before.access === access) return before.catalogue;
    const chosen = new Map([...lists].map(([server, offered]) => [server, chosenOf(server, offered, access)]));
    // A caller may still use the names of before, when there were others beside it.
    const catalogue = mergeLists(chosen, namespace, this.#naming(servers.length + 1));
    this.#merged.set(profile.key, { shown, version, access, catalogue });
    return catalogue;
  }

  #reached(): readonly Upstream[] {
    const access = this.#access();
    if (!access.isLimited) return this.#servers();
    return this.#servers().filter(({ name }) => access.of(name) !== 'nothing');
  }
}

/** Of what a server offers, what a caller's key may use. */
function chosenOf(server: string, offered: ServerLists, access: Access): ServerLists {
  if (!access.isLimited) return offered;
  const rest = access.reachesBeyondTools(server) ? offered : NO_LISTS;
  return { ...rest, tools: offered.tools.filter((tool) => access.mayCall(server, tool)) };
}
