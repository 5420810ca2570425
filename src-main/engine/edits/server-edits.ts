import type { EntryEdit, NewServerEntry, ServerChanges } from '../config/edit-config.ts';
import { refusalOf } from '../config/edit-refusal.ts';
import type { ParsedConfig } from '../config/parse-config.ts';
import {
  asInput,
  type ProgramSettings,
  type ServerSettings,
  writtenProgramSettings,
  writtenSettings,
} from '../config/written-settings.ts';
import type { Configuration } from '../configuration.ts';
import type { ConfiguredServers } from '../configured-servers.ts';
import type { ConfigSource } from '../engine-ports.ts';
import type { ServerView } from '../engine-view.ts';
import type { Finding } from '../model/finding.ts';
import type { ServerName } from '../model/ids.ts';
import { fail, ok, type Result } from '../model/result.ts';
import { say } from '../model/sayings.ts';
import { Secret } from '../model/secret.ts';
import type { Removals } from '../removals.ts';
import type { ServerViews } from '../server-views.ts';
import type { TokenStore } from '../tokens/token-store.ts';
import type { Looks } from '../upstream/looks.ts';

export interface NewServer {
  readonly name: ServerName;
  readonly entry: NewServerEntry;
  readonly clientSecret?: string;
}

export interface ServerEdit {
  readonly name: ServerName;
  readonly changes: ServerChanges;
  /** For the vault; null takes it away there. */
  readonly clientSecret?: string | null;
}

interface ServerEditsDeps {
  readonly source: ConfigSource;
  readonly configuration: Configuration;
  readonly servers: ConfiguredServers;
  readonly views: ServerViews;
  readonly store: TokenStore;
  readonly removals: Removals;
  readonly looks: Looks;
}

/** The name of what has none yet. */
const LOOKED_AT: ServerName = 'new-server';

/** What a person changes of the servers' entries, each as an edit of the file by hand would. */
export class ServerEdits {
  readonly #deps: ServerEditsDeps;

  constructor(deps: ServerEditsDeps) {
    this.#deps = deps;
  }

  /** What is found where a new server would be. Nothing is configured, registered or kept by it, and nothing opened. */
  async lookAt(entry: NewServerEntry): Promise<Result<Finding>> {
    const { source, looks } = this.#deps;
    const after = source.preview({ kind: 'add-server', name: LOOKED_AT, entry });
    if (!after.ok) return fail(asInput(after.problem, LOOKED_AT));
    const { config, serverProblems } = after.value;
    const mistake = serverProblems.find(({ name }) => name === LOOKED_AT);
    if (mistake) return fail(asInput(mistake.problem, LOOKED_AT));
    const program = config.programs.find(({ name }) => name === LOOKED_AT);
    if (program) return looks.program(program);
    const server = config.servers.find(({ name }) => name === LOOKED_AT);
    return server ? looks.address(server) : fail({ code: 'internal', detail: 'an entry that is none' });
  }

  async add({ name, entry, clientSecret }: NewServer): Promise<Result<ServerView>> {
    const { servers, views } = this.#deps;
    if (servers.has(name)) return fail({ code: 'name-taken', name });
    const edited = await this.#editEntry({ kind: 'add-server', name, entry }, clientSecret);
    return edited.ok ? views.find(name) : edited;
  }

  /** As it is written in the configuration, for a form to begin with. Fails where the entry is for nobody here. */
  async settingsOf(name: ServerName): Promise<Result<ServerSettings | ProgramSettings>> {
    const found = this.#deps.views.find(name);
    if (!found.ok) return found;
    const read = this.#deps.source.read();
    if (!read.ok) return read;
    const program = read.value.programEntries.get(name);
    if (program) return ok(writtenProgramSettings(program));
    const entry = read.value.entries.get(name);
    if (entry) return ok(writtenSettings(entry, await this.#hasClientSecret(name, read.value)));
    const { state } = found.value;
    return fail(state.kind === 'stopped' ? state.problem : this.#deps.servers.unknown(name));
  }

  /**
   * What no longer fits ends the login, and a mistake changes nothing. A client secret goes to the vault, in the place
   * of whatever the file names.
   */
  async edit({ name, changes, clientSecret }: ServerEdit): Promise<Result<ServerView>> {
    const { servers, views, store } = this.#deps;
    const found = views.find(name);
    if (!found.ok) return found;
    const before = servers.overHttp(name)?.config.client?.clientId;
    const toFile = clientSecret === undefined ? changes : { ...changes, clientSecret: null };
    const edited = await this.#editEntry({ kind: 'edit-server', name, changes: toFile }, clientSecret ?? undefined);
    if (!edited.ok) return edited;
    const server = servers.overHttp(name);
    const isClientGone = before !== undefined && server?.config.client?.clientId !== before;
    if (clientSecret === null || (clientSecret === undefined && isClientGone)) await store.forgetClientSecret(name);
    if (clientSecret !== undefined) await server?.clientSecretChanged();
    return views.find(name);
  }

  /** Calls are refused from now on, and the server is removed when the time for an undo is over. */
  removeLater(name: ServerName): Result<void> {
    const { views, removals } = this.#deps;
    const found = views.find(name);
    if (!found.ok) return found;
    removals.begin(name);
    return ok(undefined);
  }

  undoRemoval(name: ServerName): Result<ServerView> {
    const { views, removals } = this.#deps;
    const found = views.find(name);
    if (!found.ok) return found;
    return removals.undo(name) ? views.find(name) : fail({ code: 'not-available', ...say('not-being-removed') });
  }

  async remove(name: ServerName): Promise<Result<void>> {
    const { views, removals, configuration } = this.#deps;
    const found = views.find(name);
    removals.forget(name);
    return found.ok ? configuration.edit({ kind: 'remove-server', name }) : found;
  }

  async setEnabled(name: ServerName, enabled: boolean): Promise<Result<ServerView>> {
    const { views, configuration } = this.#deps;
    const found = views.find(name);
    if (!found.ok) return found;
    const edited = await configuration.edit({ kind: 'set-enabled', name, enabled });
    return edited.ok ? views.find(name) : edited;
  }

  /** The file is right before it, so a mistake is one of what was to be written, and it was not. */
  async #editEntry(edit: EntryEdit, clientSecret: string | undefined): Promise<Result<void>> {
    const { source, configuration } = this.#deps;
    const before = source.read();
    if (!before.ok) return before;
    const edited = await configuration.edit(edit, async (after) => {
      const refusal = edit.kind === 'edit-server' ? refusalOf(edit, after) : undefined;
      if (refusal) return fail(refusal);
      return clientSecret === undefined ? ok(undefined) : this.#keepClientSecret(edit.name, clientSecret, after);
    });
    return edited.ok ? edited : fail(asInput(edited.problem, edit.name));
  }

  async #keepClientSecret(name: ServerName, clientSecret: string, after: ParsedConfig): Promise<Result<void>> {
    const unusable = after.serverProblems.find((server) => server.name === name);
    if (unusable) return fail(unusable.problem);
    const client = after.config.servers.find((server) => server.name === name)?.client;
    if (!client) return fail({ code: 'invalid-input', field: 'clientSecret', ...say('needs-client-id') });
    if (client.privateKey) return fail({ code: 'invalid-input', field: 'clientSecret', ...say('key-or-secret') });
    const saved = await this.#deps.store.saveClientSecret(name, client.clientId, new Secret(clientSecret));
    if (saved.kind === 'locked') return fail({ code: 'vault-locked' });
    return saved.kind === 'unavailable' ? fail({ code: 'vault-unavailable', detail: saved.detail }) : ok(undefined);
  }

  async #hasClientSecret(name: ServerName, { config }: ParsedConfig): Promise<boolean> {
    const client = config.servers.find((server) => server.name === name)?.client;
    return client !== undefined && (await this.#deps.store.clientSecret(name, client.clientId)) !== undefined;
  }
}
