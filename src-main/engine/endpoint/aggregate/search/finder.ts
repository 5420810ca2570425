import type { CallToolResult, Tool } from '@modelcontextprotocol/client';
import type { Catalogue } from '../catalogue.ts';
import { argumentMistake } from './argument-mistakes.ts';
import { signatureOf } from './signature.ts';
import { createToolIndex, type ToolIndex } from './tool-index.ts';

export const FIND_TOOLS = 'find_tools';
export const CALL_TOOL = 'call_tool';

/** For whoever connects. */
export const SEARCH_INSTRUCTIONS = `The tools of several MCP servers. Where ${FIND_TOOLS} and ${CALL_TOOL} are listed in their place, look for a tool with ${FIND_TOOLS}, saying what you want to do, and call it by its full name with ${CALL_TOOL}.`;

const FOUND_AT_MOST = 20;
const FOUND_UNLESS_ASKED = 8;
const SUGGESTIONS = 3;

/** Of a model's context: a longer schema is left out. */
const LONGEST_SCHEMA = 8000;
const SERVERS_NAMED = 40;

type Arguments = Readonly<Record<string, unknown>>;

/** A call of a tool that `find_tools` named, as a plain one. */
export interface InnerCall {
  readonly name: string;
  readonly arguments: Arguments;
}

/** Instead of hundreds of definitions: two tools, by which a model finds and calls all of them. */
export class Finder {
  /** What a caller may see is put together anew whenever it changes; an index lives as long. */
  readonly #indexes = new WeakMap<Catalogue, Promise<ToolIndex>>();

  tools(known: Catalogue): readonly Tool[] {
    return [findTools(known), callTool];
  }

  async find(known: Catalogue, args: Arguments | undefined): Promise<CallToolResult> {
    const { query, server, limit, schemas } = args ?? {};
    const servers = serversOf(known);
    if (typeof query !== 'string' || query.trim() === '') {
      return mistake(`"query" is missing: say in a few words what you want to do. ${overview(servers)}`);
    }
    if (server !== undefined && (typeof server !== 'string' || !servers.has(server))) {
      return mistake(`There is no server ${JSON.stringify(server)}. ${overview(servers)}`);
    }
    const most =
      typeof limit === 'number' && limit >= 1 ? Math.min(Math.floor(limit), FOUND_AT_MOST) : FOUND_UNLESS_ASKED;
    const named = known.tools.find(({ name }) => name === query.trim());
    const ranked = (await this.#index(known)).search(query, { limit: most, server });
    const found = named ? [named, ...ranked.filter((tool) => tool !== named)].slice(0, most) : ranked;
    if (found.length === 0) return said(`No tool fits that. ${overview(servers)}`, { tools: [] });
    const withSchemas = schemas === true;
    const tools = found.map((tool) => ({
      name: tool.name,
      signature: signatureOf(tool),
      ...(withSchemas ? { inputSchema: tool.inputSchema } : {}),
    }));
    const lines = found.map((tool) => {
      const schema = withSchemas ? schemaText(tool) : undefined;
      return schema === undefined ? signatureOf(tool) : `${signatureOf(tool)}\n${schema}`;
    });
    return said(lines.join('\n'), { tools });
  }

  /** What is wrong with a call before it is made, for the model. */
  async refusal(known: Catalogue, call: InnerCall | string): Promise<CallToolResult | undefined> {
    if (typeof call === 'string') return mistake(call);
    const tool = known.definition(call.name);
    if (!tool) {
      const near = await this.near(known, call.name);
      return mistake(`There is no tool "${call.name}" here.${near} Look for it with ${FIND_TOOLS}.`);
    }
    const wrong = argumentMistake(tool.inputSchema, call.arguments);
    if (wrong === undefined) return undefined;
    const schema = schemaText(tool) ?? signatureOf(tool);
    return mistake(`${call.name} was not called: ${wrong}. Its parameters: ${schema}`);
  }

  /** Names that may have been meant, as the end of a sentence. */
  async near(known: Catalogue, name: string): Promise<string> {
    if (known.tools.length === 0) return '';
    const found = (await this.#index(known)).search(name, { limit: SUGGESTIONS });
    if (found.length === 0) return '';
    return ` Did you mean ${found.map((tool) => tool.name).join(', ')}?`;
  }

  #index(known: Catalogue): Promise<ToolIndex> {
    const built = this.#indexes.get(known) ?? createToolIndex(known);
    this.#indexes.set(known, built);
    return built;
  }
}

/** Whether this is one of the two: also where they are not listed any more, unless a server has a tool of that name. */
export function isOfSearch(name: string, known: Catalogue, searches: (known: Catalogue) => boolean): boolean {
  if (name !== FIND_TOOLS && name !== CALL_TOOL) return false;
  return searches(known) || known.definition(name) === undefined;
}

/** What `call_tool` is to call; a sentence where it does not say. */
export function innerCallOf(args: Arguments | undefined): InnerCall | string {
  const { name } = args ?? {};
  if (typeof name !== 'string' || name === '')
    return `"name" is missing: the full name of a tool that ${FIND_TOOLS} gave.`;
  const inner = objectIn(args?.arguments);
  return inner ? { name, arguments: inner } : `"arguments" is an object with the parameters of ${name}.`;
}

/** Models write the object as a text at times. */
function objectIn(value: unknown): Arguments | undefined {
  if (value === undefined || value === null) return {};
  if (typeof value === 'string') {
    try {
      const parsed: unknown = JSON.parse(value);
      return typeof parsed === 'string' ? undefined : objectIn(parsed);
    } catch {
      return undefined;
    }
  }
  return typeof value === 'object' && !Array.isArray(value) ? (value as Arguments) : undefined;
}

function findTools(known: Catalogue): Tool {
  return {
    name: FIND_TOOLS,
    title: 'Find tools',
    description: `Searches the ${known.tools.length} tools of several servers. ${overview(serversOf(known))} Say in plain words what you want to do, such as "create an issue" or "events of tomorrow". Answers with the tools that fit best, the best first, as name(parameter: type, optional?: type): what it does. Then call one with ${CALL_TOOL}.`,
    inputSchema: {
      type: 'object',
      properties: {
        query: { type: 'string', description: "What you want to do, or a tool's name." },
        server: { type: 'string', description: 'Only the tools of this server.' },
        limit: {
          type: 'integer',
          minimum: 1,
          maximum: FOUND_AT_MOST,
          description: `How many tools at most; ${FOUND_UNLESS_ASKED} where left out.`,
        },
        schemas: {
          type: 'boolean',
          description:
            'true: with the whole JSON Schema of their parameters, for those that a signature does not explain.',
        },
      },
      required: ['query'],
    },
    outputSchema: {
      type: 'object',
      properties: {
        tools: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              name: { type: 'string' },
              signature: { type: 'string' },
              inputSchema: { type: 'object' },
            },
            required: ['name', 'signature'],
          },
        },
      },
      required: ['tools'],
    },
    annotations: { title: 'Find tools', readOnlyHint: true, openWorldHint: false },
  };
}

const callTool: Tool = {
  name: CALL_TOOL,
  title: 'Call a tool',
  description: `Calls a tool that ${FIND_TOOLS} gave, and answers with what that tool answers.`,
  inputSchema: {
    type: 'object',
    properties: {
      name: { type: 'string', description: `The full name, as ${FIND_TOOLS} gave it.` },
      arguments: { type: 'object', description: 'Its parameters by name.' },
    },
    required: ['name'],
  },
  annotations: { title: 'Call a tool' },
};

function serversOf(known: Catalogue): ReadonlyMap<string, number> {
  const servers = new Map<string, number>();
  for (const { name } of known.tools) {
    const server = known.tool(name)?.server;
    if (server !== undefined) servers.set(server, (servers.get(server) ?? 0) + 1);
  }
  return servers;
}

function overview(servers: ReadonlyMap<string, number>): string {
  const named = [...servers].slice(0, SERVERS_NAMED).map(([name, count]) => `${name} (${count})`);
  const rest = servers.size - named.length;
  return named.length === 0
    ? 'No server offers tools now.'
    : `Servers: ${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}.`;
}

function schemaText({ inputSchema }: Tool): string | undefined {
  const text = JSON.stringify(inputSchema);
  return text.length <= LONGEST_SCHEMA ? text : undefined;
}

function said(text: string, structuredContent: Record<string, unknown>): CallToolResult {
  return { content: [{ type: 'text', text }], structuredContent };
}

function mistake(text: string): CallToolResult {
  return { content: [{ type: 'text', text }], isError: true };
}
