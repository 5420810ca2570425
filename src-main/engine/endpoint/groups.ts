import type { ServerName } from '../model/ids.ts';
import type { Problem } from '../model/problem.ts';
import type { ServerGroups } from '../model/server-config.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { View } from './aggregate/view.ts';

/** No server is reached by this path: their names have no slash. */
const PATH = 'g/';

export interface GroupsDeps {
  readonly server: (name: ServerName) => Upstream | undefined;
  readonly view: (id: string, servers: () => readonly Upstream[]) => View;
}

/** Named choices of servers, each at an address of its own: `/mcp/g/<group>`. */
export class Groups {
  readonly #deps: GroupsDeps;
  readonly #views = new Map<string, View>();
  #groups: ServerGroups = new Map();

  constructor(deps: GroupsDeps) {
    this.#deps = deps;
  }

  get all(): ServerGroups {
    return this.#groups;
  }

  /** @returns whether anything is other than before */
  configure(groups: ServerGroups): boolean {
    const isSame = JSON.stringify([...groups]) === JSON.stringify([...this.#groups]);
    this.#groups = groups;
    return !isSame;
  }

  /** The group that a path behind `/mcp/` means; undefined where it means a server. */
  static named(path: string): string | undefined {
    return path.startsWith(PATH) ? path.slice(PATH.length) : undefined;
  }

  view(group: string): View | undefined {
    if (!this.#groups.has(group)) return undefined;
    const known = this.#views.get(group);
    if (known) return known;
    const view = this.#deps.view(`${PATH}${group}`, () => this.#serversOf(group));
    this.#views.set(group, view);
    return view;
  }

  unknown(group: string): Problem {
    return { code: 'unknown-group', group, known: [...this.#groups.keys()] };
  }

  #serversOf(group: string): readonly Upstream[] {
    return (this.#groups.get(group) ?? []).map(this.#deps.server).filter((server) => server !== undefined);
  }
}
