import type { Client, Notification, ServerCapabilities } from '@modelcontextprotocol/client';
import { atMost } from '../../at-most.ts';
import type { EpochMs, ServerName } from '../../model/ids.ts';
import type { Clock, Logger } from '../../ports.ts';
import {
  type ConnectDeps,
  closeAtEnd,
  closeQuietly,
  connectMcpClient,
  listenForChanges,
  type McpPeer,
} from '../../upstream/mcp-client.ts';
import { wantsOtherVersion } from '../../upstream/other-version.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import { type Caching, cachingOf, freshFor, NO_CACHING } from './caching.ts';
import type { ListKind, ServerLists } from './catalogue.ts';
import { GATEHOUSE_INFO } from './gatehouse-info.ts';
import type { OfferKeeper } from './offer-keeper.ts';
import type { Profile } from './profile.ts';
import type { ToolPins } from './tool-pins.ts';

/** A list that is asked for waits this long for servers that nothing is known of yet. */
const LIST_PATIENCE_MS = 3000;

/** 44: of each kind and server; no person and no model uses more. */
const LISTED_AT_MOST = 5000;

/** A server that tells of changes is asked again after this time all the same; one that does not, earlier. */
const FRESH_WITH_NOTICES_MS = 10 * 60_000;
const FRESH_WITHOUT_MS = 60_000;

/** When is decided here; the SDK has a memory of its own for each client. */
const ASKED_NOW = { cacheMode: 'refresh' } as const;

interface Known {
  readonly profile: Profile;
  /** Who asked first: where the server says that it is private, nobody else gets it. */
  readonly asker: Asker;
  lists?: ServerLists;
  /** Of these what is not held back, as of a version of the pins. */
  passed?: { readonly version: number; readonly lists: ServerLists };
  /** From before the program's start: a server that can be asked is waited for. */
  isKept?: true;
  staleAt: EpochMs;
  asking?: Promise<void>;
  client?: Promise<Client>;
}

/** A caller, or nobody of them: the program itself. */
type Asker = string | undefined;

export interface OfferedDeps extends ConnectDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly pins: ToolPins;
  readonly keeper: OfferKeeper;
  /** What is offered under this kind changed. */
  readonly onChange: (kind: ListKind) => void;
}

/** What each server offers: asked for once, kept, asked for again when it says so. */
export class Offered {
  readonly #deps: OfferedDeps;
  /** By server, and by what the caller can be asked; where the server's lists are private, by caller too. */
  readonly #known = new Map<string, Map<string, Known>>();
  /** Servers whose lists are each caller's own (M3). */
  readonly #private = new Set<string>();
  /** Another one after each change of what is known. */
  #version = 0;

  constructor(deps: OfferedDeps) {
    this.#deps = deps;
  }

  /** The lists of these servers. Those that are not there yet do not hold it up: what was last known stands for them. */
  async of(servers: readonly Upstream[], profile: Profile, asker?: Asker): Promise<ReadonlyMap<string, ServerLists>> {
    await this.#freshen(servers, profile, asker);
    // What was waited for turned out to be another caller's.
    const missed = servers.filter((server) => {
      const { lists, asking, staleAt } = this.#entry(server, profile, asker);
      return this.isPrivate(server.name) && !lists && !asking && staleAt === 0;
    });
    if (missed.length > 0) await this.#freshen(missed, profile, asker);
    return this.known(servers, profile, asker);
  }

  /** What is known at this moment. */
  known(servers: readonly Upstream[], profile: Profile, asker?: Asker): ReadonlyMap<string, ServerLists> {
    const lists = new Map<string, ServerLists>();
    for (const server of servers) {
      const passed = this.#passed(server.name, this.#entry(server, profile, asker));
      if (passed) lists.set(server.name, passed);
    }
    return lists;
  }

  /** Whether what this server lists is each caller's own. @see MCP 2026-07-28, server/utilities/caching */
  isPrivate(server: string): boolean {
    return this.#private.has(server);
  }

  /** The caller's key was taken away: nothing is kept of what was its own. */
  callerGone(caller: string): void {
    for (const server of this.#private) {
      const profiles = this.#known.get(server);
      for (const [key, known] of profiles ?? []) {
        if (known.asker !== caller) continue;
        profiles?.delete(key);
        void closeQuietly(known.client);
      }
    }
  }

  /** Changes with everything that makes another answer of `known`. */
  get version(): string {
    return `${this.#version} ${this.#deps.pins.version}`;
  }

  /** A person wants to know of changed tools, or to know no more of them: what is known is compared now. */
  compareAgain(): void {
    for (const [server, profiles] of this.#known) {
      for (const [key, { lists }] of profiles) {
        if (lists) this.#deps.pins.seen(server, key, lists.tools);
      }
    }
  }

  /** Whether tools of this server that change are held back. */
  isHolding(server: string): boolean {
    return this.#deps.pins.modeOf(server) === 'hold';
  }

  /** Whether there are such tools now. */
  holdsBack(server: string): boolean {
    return this.isHolding(server) && this.#deps.pins.changes(server).length > 0;
  }

  /** The server can be used, or says so itself: what it offers may be other than before. */
  mayHaveChanged(server: Upstream): void {
    for (const known of this.#known.get(server.name)?.values() ?? []) this.#ask(server, known);
  }

  /** Resolves when it is forgotten on the disk too. */
  forget(server: string): Promise<void> {
    const forgotten = this.#known.get(server);
    this.#version += 1;
    this.#known.delete(server);
    this.#private.delete(server);
    for (const { client } of forgotten?.values() ?? []) void closeQuietly(client);
    return this.#deps.keeper.forget(server);
  }

  async close(): Promise<void> {
    const known = [...this.#known.values()].flatMap((profiles) => [...profiles.values()]);
    const clients = known.map(({ client }) => closeAtEnd(client));
    await this.#deps.keeper.stop();
    this.#known.clear();
    await Promise.all(clients);
  }

  async #freshen(servers: readonly Upstream[], profile: Profile, asker: Asker): Promise<void> {
    const now = this.#deps.clock.now();
    const unknown: Promise<void>[] = [];
    for (const server of servers) {
      const known = this.#entry(server, profile, asker);
      if (mayBeAsked(server) && known.staleAt <= now) this.#ask(server, known);
      const isKnown = known.lists && !(known.isKept && server.state.kind === 'ready');
      if (!isKnown && known.asking) unknown.push(known.asking);
    }
    if (unknown.length > 0) await atMost(this.#deps.clock, LIST_PATIENCE_MS, Promise.all(unknown));
  }

  #keyFor(server: string, profile: Profile, asker: Asker): string {
    return this.#private.has(server) ? `${profile.key}\n${asker ?? ''}` : profile.key;
  }

  #entry(server: Upstream, profile: Profile, asker: Asker): Known {
    const profiles = this.#known.get(server.name) ?? new Map<string, Known>();
    this.#known.set(server.name, profiles);
    const key = this.#keyFor(server.name, profile, asker);
    const known = profiles.get(key);
    if (known) return known;
    const kept = this.isPrivate(server.name) ? undefined : this.#deps.keeper.lists(server, profile.key);
    const entry: Known = { profile, asker, staleAt: 0, ...(kept ? { lists: kept, isKept: true } : {}) };
    profiles.set(key, entry);
    return entry;
  }

  /** The server says for the first time that its lists are private, or that they are no longer: known anew. */
  #scoped(server: ServerName, known: Known, isPrivate: boolean): void {
    if (isPrivate === this.#private.has(server)) return;
    if (isPrivate) {
      this.#private.add(server);
      void this.#deps.keeper.forget(server);
    } else this.#private.delete(server);
    for (const other of this.#known.get(server)?.values() ?? []) {
      if (other !== known) void closeQuietly(other.client);
    }
    this.#known.set(server, new Map([[this.#keyFor(server, known.profile, known.asker), known]]));
  }

  /** What callers may know of it: nothing of what is held back until a person approves it. */
  #passed(server: string, known: Known): ServerLists | undefined {
    const { pins } = this.#deps;
    if (!known.lists || pins.modeOf(server) !== 'hold') return known.lists;
    if (known.passed?.version !== pins.version) {
      const tools = known.lists.tools.filter((tool) => pins.passes(server, tool));
      known.passed = { version: pins.version, lists: { ...known.lists, tools } };
    }
    return known.passed.lists;
  }

  #ask(server: Upstream, known: Known): void {
    known.asking ??= this.#askNow(server, known)
      .catch((error: unknown) => {
        void closeQuietly(known.client);
        delete known.client;
        known.staleAt = this.#deps.clock.now() + FRESH_WITHOUT_MS;
        const detail = error instanceof Error ? error.message : String(error);
        this.#deps.logger.warn('catalogue.not-asked', { server: server.name, detail });
      })
      .finally(() => {
        delete known.asking;
      });
  }

  async #askNow(server: Upstream, known: Known): Promise<void> {
    const { lists, caching, tells } = await this.#look(server, known, async (client) => ({
      ...(await listsOf(client)),
      tells: tellsOfChanges(client.getServerCapabilities() ?? {}),
    }));
    const { tools, prompts, resources, templates } = lists;
    // Meanwhile it was forgotten: removed, or another caller's answer came first and was private.
    if (![...(this.#known.get(server.name)?.values() ?? [])].includes(known)) return closeQuietly(known.client);
    this.#scoped(server.name, known, caching.isPrivate);
    const before = known.lists;
    this.#version += 1;
    this.#deps.pins.seen(server.name, this.#keyFor(server.name, known.profile, known.asker), tools);
    known.lists = lists;
    delete known.passed;
    delete known.isKept;
    const usual = tells ? FRESH_WITH_NOTICES_MS : FRESH_WITHOUT_MS;
    known.staleAt = this.#deps.clock.now() + (freshFor(caching, !isSame(before, lists)) ?? usual);
    if (!caching.isPrivate && (!before || !isSame([before.tools, before.prompts], [tools, prompts]))) {
      this.#deps.keeper.keep(server, known.profile.key, lists);
    }
    if (!before || !isSame(before.tools, tools)) this.#deps.onChange('tools');
    if (!before || !isSame(before.prompts, prompts)) this.#deps.onChange('prompts');
    if (!before || !isSame([before.resources, before.templates], [resources, templates])) {
      this.#deps.onChange('resources');
    }
  }

  async #look<T>(server: Upstream, known: Known, use: (client: Client) => Promise<T>): Promise<T> {
    const peer: McpPeer = {
      clientInfo: GATEHOUSE_INFO,
      capabilities: known.profile.capabilities,
      // Servers ask for the roots as soon as they may; nothing else is asked of whoever only looks.
      onRequest: async (method) => {
        if (method === 'roots/list') return { roots: [] };
        throw new Error('nobody is asked anything here');
      },
      onNotification: (notification) => this.#onNotification(server, known, notification),
    };
    // A program tells of changes by the process that runs anyway.
    if (server.transport === 'stdio') return server.look(peer, use);
    const before = known.client;
    if (!before) return use(await this.#connect(server, peer, known));
    return use(await before).catch(async (error: unknown) => {
      if (wantsOtherVersion(error)) this.#deps.eras.forget(server);
      // It may have forgotten the session (33); a new one tells what is the matter.
      if (known.client === before) delete known.client;
      void closeQuietly(before);
      return use(await (known.client ?? this.#connect(server, peer, known)));
    });
  }

  #connect(server: Upstream, peer: McpPeer, known: Known): Promise<Client> {
    const connection: { client?: Promise<Client> } = {};
    /** It tells of no change any more: whoever asks next opens another one. */
    const onLost = (): void => {
      if (!connection.client || known.client !== connection.client) return;
      delete known.client;
      known.staleAt = 0;
      void closeQuietly(connection.client);
    };
    const connect = async (): Promise<Client> => {
      const client = await connectMcpClient(server, { ...peer, onUnknownSession: onLost }, this.#deps);
      client.onclose = onLost;
      const listening = await listenForChanges(client);
      void listening?.closed.then(onLost);
      return client;
    };
    connection.client = connect();
    known.client = connection.client;
    return connection.client;
  }

  #onNotification(server: Upstream, known: Known, { method }: Notification): void {
    if (!method.endsWith('/list_changed')) return;
    // What is being asked may be older than the change.
    const before = known.asking ?? Promise.resolve();
    void before.then(() => this.#ask(server, known));
  }
}

async function listsOf(client: Client): Promise<{ lists: ServerLists; caching: Caching }> {
  const capabilities = client.getServerCapabilities() ?? {};
  const [tools, prompts, resources, templates] = await Promise.all([
    capabilities.tools ? client.listTools(undefined, ASKED_NOW) : undefined,
    capabilities.prompts ? client.listPrompts(undefined, ASKED_NOW) : undefined,
    capabilities.resources ? client.listResources(undefined, ASKED_NOW) : undefined,
    // Servers that have resources need not know of templates.
    capabilities.resources ? client.listResourceTemplates(undefined, ASKED_NOW).catch(() => undefined) : undefined,
  ]);
  const results = [tools, prompts, resources, templates].filter((result) => result !== undefined);
  const lists = {
    tools: tools?.tools.slice(0, LISTED_AT_MOST) ?? [],
    prompts: prompts?.prompts.slice(0, LISTED_AT_MOST) ?? [],
    resources: resources?.resources.slice(0, LISTED_AT_MOST) ?? [],
    templates: templates?.resourceTemplates.slice(0, LISTED_AT_MOST) ?? [],
  };
  return { lists, caching: client.getProtocolEra() === 'modern' ? cachingOf(results) : NO_CACHING };
}

/** Others would be asked in vain; a person's sign-in is not asked for by a list. */
function mayBeAsked({ state }: Upstream): boolean {
  return state.kind === 'ready' || state.kind === 'connecting' || state.kind === 'waiting';
}

function tellsOfChanges({ tools, prompts, resources }: ServerCapabilities): boolean {
  return [tools, prompts, resources].every((part) => part === undefined || part.listChanged === true);
}

function isSame(before: unknown, after: unknown): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}
