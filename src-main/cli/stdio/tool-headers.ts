import { isRecord } from '../../engine/model/record.ts';
import { modernRevision, type Request } from './message.ts';

type Headers = Record<string, string>;

/** A parameter that a server wants in a header too. */
interface Mirrored {
  readonly header: string;
  readonly path: readonly string[];
}

/** What `Mcp-Name` says. @see MCP 2026-07-28, basic/transports, "Standard Request Headers" */
const NAMED_BY: ReadonlyMap<string, string> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
  ['tasks/get', 'taskId'],
  ['tasks/update', 'taskId'],
  ['tasks/cancel', 'taskId'],
]);

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * The headers of modern requests over HTTP, which their callers on standard input do not have: the revision, the method,
 * the name, and the parameters that a tool's definition marks with `x-mcp-header`.
 */
export class ToolHeaders {
  readonly #mirrored = new Map<string, readonly Mirrored[]>();

  /** Takes note of the tools in the result of a `tools/list`. */
  learn(result: unknown): void {
    const tools = isRecord(result) && Array.isArray(result.tools) ? result.tools : [];
    for (const tool of tools) {
      if (!isRecord(tool) || typeof tool.name !== 'string') continue;
      const found = mirroredIn(tool.inputSchema, []);
      if (found.length > 0) this.#mirrored.set(tool.name, found);
      else this.#mirrored.delete(tool.name);
    }
  }

  of({ method, params }: Pick<Request, 'method' | 'params'>): Headers {
    const revision = modernRevision(params);
    if (revision === undefined) return {};
    const headers: Headers = { 'mcp-protocol-version': revision, 'mcp-method': method };
    const name = params[NAMED_BY.get(method) ?? ''];
    if (typeof name === 'string') headers['mcp-name'] = fieldValue(name);
    if (method !== 'tools/call' || typeof name !== 'string') return headers;
    for (const { header, path } of this.#mirrored.get(name) ?? []) {
      const value = valueAt(params.arguments, path);
      const isSafe = typeof value !== 'number' || !Number.isInteger(value) || Number.isSafeInteger(value);
      if ((typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') && isSafe) {
        headers[`mcp-param-${header.toLowerCase()}`] = fieldValue(String(value));
      }
    }
    return headers;
  }
}

/** Only what is reached through `properties` counts; elsewhere the mark makes a tool invalid, which is its server's to say. */
function mirroredIn(schema: unknown, path: readonly string[]): readonly Mirrored[] {
  if (!isRecord(schema)) return [];
  const { 'x-mcp-header': header, properties } = schema;
  const own = typeof header === 'string' && TOKEN.test(header) && path.length > 0 ? [{ header, path }] : [];
  const within = isRecord(properties) ? Object.entries(properties) : [];
  return [...own, ...within.flatMap(([name, child]) => mirroredIn(child, [...path, name]))];
}

function valueAt(root: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((node, key) => (isRecord(node) ? node[key] : undefined), root);
}

/** @see MCP 2026-07-28, basic/transports, "Value Encoding" */
function fieldValue(value: string): string {
  const isPlain = /^[\t\x20-\x7e]+$/.test(value) && value === value.trim() && !/^=\?base64\?.*\?=$/.test(value);
  return isPlain ? value : `=?base64?${Buffer.from(value, 'utf8').toString('base64')}?=`;
}
