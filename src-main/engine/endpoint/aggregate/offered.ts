import type { Client, Notification, ServerCapabilities } from '@modelcontextprotocol/client';
import { atMost } from '../../at-most.ts';
import type { EpochMs } from '../../model/ids.ts';
import type { Clock, Logger } from '../../ports.ts';
import { type ConnectDeps, connectMcpClient, listenForChanges, type McpPeer } from '../../upstream/mcp-client.ts';
import type { Upstream } from '../../upstream/upstream.ts';
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

interface Known {
  readonly profile: Profile;
  lists?: ServerLists;
  /** Of these what is not held back, as of a version of the pins. */
  passed?: { readonly version: number; readonly lists: ServerLists };
  /** From before the program's start: a server that can be asked is waited for. */
  isKept?: true;
  staleAt: EpochMs;
  asking?: Promise<void>;
  client?: Promise<Client>;
}

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
  /** By server, and by what the caller can be asked. */
  readonly #known = new Map<string, Map<string, Known>>();
  /** Another one after each change of what is known. */
  #version = 0;

  constructor(deps: OfferedDeps) {
    this.#deps = deps;
  }

  /** The lists of these servers. Those that are not there yet do not hold it up: what was last known stands for them. */
  async of(servers: readonly Upstream[], profile: Profile): Promise<ReadonlyMap<string, ServerLists>> {
    const now = this.#deps.clock.now();
    const unknown: Promise<void>[] = [];
    for (const server of servers) {
      const known = this.#entry(server, profile);
      if (mayBeAsked(server) && known.staleAt <= now) this.#ask(server, known);
      const isKnown = known.lists && !(known.isKept && server.state.kind === 'ready');
      if (!isKnown && known.asking) unknown.push(known.asking);
    }
    if (unknown.length > 0) await atMost(this.#deps.clock, LIST_PATIENCE_MS, Promise.all(unknown));
    return this.known(servers, profile);
  }

  /** What is known at this moment. */
  known(servers: readonly Upstream[], profile: Profile): ReadonlyMap<string, ServerLists> {
    const lists = new Map<string, ServerLists>();
    for (const server of servers) {
      const passed = this.#passed(server.name, this.#entry(server, profile));
      if (passed) lists.set(server.name, passed);
    }
    return lists;
  }

  /** Changes with everything that makes another answer of `known`. */
  get version(): string {
    return `${this.#version} ${this.#deps.pins.version}`;
  }

  /** A person wants to know of changed tools, or to know no more of them: what is known is compared now. */
  compareAgain(): void {
    for (const [server, profiles] of this.#known) {
      for (const { profile, lists } of profiles.values()) {
        if (lists) this.#deps.pins.seen(server, profile.key, lists.tools);
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
    for (const { client } of forgotten?.values() ?? []) void closeQuietly(client);
    return this.#deps.keeper.forget(server);
  }

  async close(): Promise<void> {
    const known = [...this.#known.values()].flatMap((profiles) => [...profiles.values()]);
    const clients = known.map(({ client }) => closeQuietly(client));
    await this.#deps.keeper.stop();
    this.#known.clear();
    await Promise.all(clients);
  }

  #entry(server: Upstream, profile: Profile): Known {
    const profiles = this.#known.get(server.name) ?? new Map<string, Known>();
    this.#known.set(server.name, profiles);
    const known = profiles.get(profile.key);
    if (known) return known;
    const kept = this.#deps.keeper.lists(server, profile.key);
    const entry: Known = { profile, staleAt: 0, ...(kept ? { lists: kept, isKept: true } : {}) };
    profiles.set(profile.key, entry);
    return entry;
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
    const { lists, tells } = await this.#look(server, known, async (client) => ({
      lists: await listsOf(client),
      tells: tellsOfChanges(client.getServerCapabilities() ?? {}),
    }));
    const { tools, prompts, resources, templates } = lists;
    const before = known.lists;
    this.#version += 1;
    this.#deps.pins.seen(server.name, known.profile.key, tools);
    known.lists = lists;
    delete known.passed;
    delete known.isKept;
    known.staleAt = this.#deps.clock.now() + (tells ? FRESH_WITH_NOTICES_MS : FRESH_WITHOUT_MS);
    if (!before || !isSame([before.tools, before.prompts], [tools, prompts])) {
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
    return use(await before).catch(async () => {
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

async function listsOf(client: Client): Promise<ServerLists> {
  const capabilities = client.getServerCapabilities() ?? {};
  const [tools, prompts, resources, templates] = await Promise.all([
    capabilities.tools ? client.listTools().then(({ tools }) => tools.slice(0, LISTED_AT_MOST)) : [],
    capabilities.prompts ? client.listPrompts().then(({ prompts }) => prompts.slice(0, LISTED_AT_MOST)) : [],
    capabilities.resources ? client.listResources().then(({ resources }) => resources.slice(0, LISTED_AT_MOST)) : [],
    capabilities.resources
      ? client.listResourceTemplates().then(
          ({ resourceTemplates }) => resourceTemplates.slice(0, LISTED_AT_MOST),
          // Servers that have resources need not know of templates.
          () => [],
        )
      : [],
  ]);
  return { tools, prompts, resources, templates };
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

async function closeQuietly(client: Promise<Client> | undefined): Promise<void> {
  try {
    await (await client)?.close();
  } catch {
    // It never opened, or the server is gone.
  }
}
