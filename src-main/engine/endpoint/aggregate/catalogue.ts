import type { Prompt, Resource, ResourceTemplateType, Tool } from '@modelcontextprotocol/client';
import { exposedName, type Namespace } from './names.ts';

/** What one server offers, as it says itself. */
export interface ServerLists {
  readonly tools: readonly Tool[];
  readonly prompts: readonly Prompt[];
  readonly resources: readonly Resource[];
  readonly templates: readonly ResourceTemplateType[];
}

export const NO_LISTS: ServerLists = { tools: [], prompts: [], resources: [], templates: [] };

export const LIST_KINDS = ['tools', 'prompts', 'resources'] as const;
export type ListKind = (typeof LIST_KINDS)[number];

/** Where a name or address that a caller uses leads. */
export interface Target {
  readonly server: string;
  /** The server's own name for it, or its address. */
  readonly name: string;
}

/** What all servers offer, under the names that callers see, and the way back. */
export interface Catalogue {
  readonly tools: readonly Tool[];
  readonly prompts: readonly Prompt[];
  readonly resources: readonly Resource[];
  readonly templates: readonly ResourceTemplateType[];
  tool(name: string): Target | undefined;
  /** As it is listed here. */
  definition(name: string): Tool | undefined;
  prompt(name: string): Target | undefined;
  /** An address that no list and no template names may still be one that a server gave in a result. */
  resource(uri: string): Target | undefined;
  /** Whether addresses of this server are another one's here: in what it answers they have to be told apart. */
  isContested(server: string): boolean;
  /** The address under which callers reach what this server calls so. */
  shownAddress(server: string, uri: string): string;
}

/** An address that two servers use is told apart by the server's name before it. */
const ALIAS = 'gatehouse://';

export function aliasFor(server: string, uri: string): string {
  return `${ALIAS}${server}/${encodeURIComponent(uri)}`;
}

function fromAlias(uri: string): Target | undefined {
  if (!uri.startsWith(ALIAS)) return undefined;
  const slash = uri.indexOf('/', ALIAS.length);
  if (slash < 0) return undefined;
  try {
    return { server: uri.slice(ALIAS.length, slash), name: decodeURIComponent(uri.slice(slash + 1)) };
  } catch {
    return undefined;
  }
}

/**
 * Puts the servers' lists together, in the order of the map.
 *
 * @param alsoTaken other names that lead to the same, where they are nobody's own
 */
export function mergeLists(
  lists: ReadonlyMap<string, ServerLists>,
  namespace: Namespace,
  alsoTaken: Namespace = namespace,
): Catalogue {
  const tools = new Map<string, { item: Tool; target: Target }>();
  const prompts = new Map<string, { item: Prompt; target: Target }>();
  const resources = new Map<string, { item: Resource; target: Target }>();
  const templates = new Map<string, { item: ResourceTemplateType; target: Target }>();
  for (const [server, offered] of lists) {
    for (const tool of offered.tools) {
      const name = exposedName(server, tool.name, namespace);
      if (!tools.has(name)) tools.set(name, { item: { ...tool, name }, target: { server, name: tool.name } });
    }
    for (const prompt of offered.prompts) {
      const name = exposedName(server, prompt.name, namespace);
      if (!prompts.has(name)) prompts.set(name, { item: { ...prompt, name }, target: { server, name: prompt.name } });
    }
    for (const resource of offered.resources) {
      const name = exposedName(server, resource.name, namespace);
      const uri = resources.has(resource.uri) ? aliasFor(server, resource.uri) : resource.uri;
      resources.set(uri, { item: { ...resource, name, uri }, target: { server, name: resource.uri } });
    }
    for (const template of offered.templates) {
      const name = exposedName(server, template.name, namespace);
      const { uriTemplate } = template;
      if (templates.has(uriTemplate)) continue;
      templates.set(uriTemplate, { item: { ...template, name }, target: { server, name: uriTemplate } });
    }
  }
  const otherNames = (pick: (offered: ServerLists) => readonly { readonly name: string }[]): Map<string, Target> => {
    if (alsoTaken.separator === namespace.separator) return new Map();
    const named = [...lists].flatMap(([server, offered]) => pick(offered).map(({ name }) => ({ server, name })));
    return new Map(named.map((target) => [exposedName(target.server, target.name, alsoTaken), target]));
  };
  const otherTools = otherNames(({ tools }) => tools);
  const otherPrompts = otherNames(({ prompts }) => prompts);
  const patterns = [...templates.values()].map(({ target }) => ({
    server: target.server,
    pattern: templatePattern(target.name),
  }));
  const withResources = [...lists].filter(([, { resources, templates }]) => resources.length + templates.length > 0);
  const resource = (uri: string): Target | undefined => {
    const listed = resources.get(uri)?.target ?? templates.get(uri)?.target;
    if (listed) return listed;
    const alias = fromAlias(uri);
    if (alias) return withResources.some(([server]) => server === alias.server) ? alias : undefined;
    const server =
      patterns.find(({ pattern }) => pattern.test(uri))?.server ??
      // One server alone can have given it.
      (withResources.length === 1 ? withResources[0]?.[0] : undefined);
    return server === undefined ? undefined : { server, name: uri };
  };
  const contested = new Set<string>();
  for (const [server, offered] of withResources) {
    const addresses = [...offered.resources.map(({ uri }) => uri), ...offered.templates.map((one) => one.uriTemplate)];
    if (addresses.some((address) => resource(address)?.server !== server)) contested.add(server);
  }
  return {
    tools: [...tools.values()].map(({ item }) => item),
    prompts: [...prompts.values()].map(({ item }) => item),
    resources: [...resources.values()].map(({ item }) => item),
    templates: [...templates.values()].map(({ item }) => item),
    tool: (name) => tools.get(name)?.target ?? otherTools.get(name),
    definition: (name) => {
      const other = tools.has(name) ? undefined : otherTools.get(name);
      return tools.get(other ? exposedName(other.server, other.name, namespace) : name)?.item;
    },
    prompt: (name) => prompts.get(name)?.target ?? otherPrompts.get(name),
    resource,
    isContested: (server) => contested.has(server),
    shownAddress: (server, uri) => {
      const leadsTo = contested.has(server) ? resource(uri)?.server : undefined;
      return leadsTo === undefined || leadsTo === server ? uri : aliasFor(server, uri);
    },
  };
}

/** A hostile template must not make matching slow: past this, what stands before the first expression decides. */
const EXPRESSIONS_AT_MOST = 4;

/** RFC 6570, loosely: each expression stands for anything, the expansions with slashes for slashes too. */
function templatePattern(template: string): RegExp {
  const parts = template.split(/(\{[^{}]*\})/);
  const literal = (part: string): string => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  if (parts.length > 2 * EXPRESSIONS_AT_MOST + 1) return new RegExp(`^${literal(parts[0] ?? '')}`);
  const source = parts.map((part) => {
    if (!part.startsWith('{')) return literal(part);
    return /^\{[+#/?&;.]/.test(part) ? '.*' : '[^/?#]*';
  });
  return new RegExp(`^${source.join('')}$`);
}
