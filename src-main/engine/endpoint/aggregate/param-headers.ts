import type { Tool } from '@modelcontextprotocol/client';
import { isRecord } from '../../model/record.ts';

const ANNOTATION = 'x-mcp-header';
const PREFIX = 'mcp-param-';

/** A field name. @see RFC 9110 section 5.1 */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const PLAIN_VALUE = /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/;
const ENCODED = /^=\?base64\?.*\?=$/;

/** A hostile schema is looked through no deeper. */
const DEEPEST = 8;

type Fields = Readonly<Record<string, unknown>>;

/**
 * The headers (names in lower case) that repeat a call's arguments, where the tool's schema asks for that.
 *
 * @see MCP 2026-07-28, basic/transports, "Custom headers from tool parameters"
 */
export function paramHeaders(schema: Tool['inputSchema'], args: unknown): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  collect(schema, args, headers, 0);
  return headers;
}

function collect(schema: unknown, value: unknown, into: Record<string, string>, depth: number): void {
  const properties = record(record(schema)?.properties);
  const args = record(value);
  if (!properties || !args || depth > DEEPEST) return;
  for (const [name, property] of Object.entries(properties)) {
    const header = record(property)?.[ANNOTATION];
    const text = textOf(args[name]);
    if (typeof header === 'string' && TOKEN.test(header) && text !== undefined)
      into[`${PREFIX}${header.toLowerCase()}`] = encoded(text);
    collect(property, args[name], into, depth + 1);
  }
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined;
}

function encoded(value: string): string {
  if (PLAIN_VALUE.test(value) && !ENCODED.test(value)) return value;
  return `=?base64?${Buffer.from(value, 'utf8').toString('base64')}?=`;
}

function record(value: unknown): Fields | undefined {
  return isRecord(value) ? (value as Fields) : undefined;
}
