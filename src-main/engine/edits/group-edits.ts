import type { Configuration } from '../configuration.ts';
import type { ConfiguredServers } from '../configured-servers.ts';
import type { Groups } from '../endpoint/groups.ts';
import type { GroupView } from '../engine-view.ts';
import { isServerName, type ServerName } from '../model/ids.ts';
import { fail, ok, type Result } from '../model/result.ts';
import { say } from '../model/sayings.ts';

interface GroupEditsDeps {
  readonly configuration: Configuration;
  readonly servers: ConfiguredServers;
  readonly groups: Groups;
  readonly endpoint: () => string;
}

/** What a person changes of the groups; it is written into the configuration. */
export class GroupEdits {
  readonly #deps: GroupEditsDeps;

  constructor(deps: GroupEditsDeps) {
    this.#deps = deps;
  }

  list(): readonly GroupView[] {
    return [...this.#deps.groups.all].map(([name, servers]) => this.#view(name, servers));
  }

  async set(name: string, members: readonly ServerName[]): Promise<Result<GroupView>> {
    const { configuration, servers, groups } = this.#deps;
    if (!isServerName(name)) return fail({ code: 'invalid-input', ...say('group-name') });
    const unknown = members.find((server) => !servers.has(server));
    if (unknown !== undefined) return fail(servers.unknown(unknown));
    const edited = await configuration.edit({ kind: 'set-group', group: name, servers: [...new Set(members)] });
    return edited.ok ? ok(this.#view(name, groups.all.get(name) ?? [])) : edited;
  }

  async remove(name: string): Promise<Result<void>> {
    const { configuration, groups } = this.#deps;
    if (!groups.all.has(name)) return fail(groups.unknown(name));
    return configuration.edit({ kind: 'set-group', group: name, servers: null });
  }

  #view(name: string, servers: readonly ServerName[]): GroupView {
    return { name, servers, endpoint: `${this.#deps.endpoint()}/g/${name}` };
  }
}
