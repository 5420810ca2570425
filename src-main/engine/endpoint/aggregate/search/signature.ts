import type { Tool } from '@modelcontextprotocol/client';
import { isRecord } from '../../../model/record.ts';

/** What a model reads of one tool; past it parameters are counted only. */
const LONGEST_SIGNATURE = 480;
const LONGEST_SENTENCE = 160;
const ENUM_VALUES_AT_MOST = 6;
const MEMBERS_AT_MOST = 5;

/** An end with another sentence behind it, so that "e.g. this" is none. */
const FIRST_SENTENCE = /^.{12,}?[.!?](?=\s+[\p{Lu}\p{N}"'`*_-]|\s*$)/u;

type Schema = Readonly<Record<string, unknown>>;

/** One line for a model: `server__tool(param: type, param?: type): what it does`. */
export function signatureOf(tool: Tool): string {
  const parameters = parametersOf(tool.inputSchema);
  const said = firstSentence(tool.description ?? tool.title ?? tool.annotations?.title ?? '');
  const behind = said === '' ? '' : `: ${said}`;
  let shown = '';
  for (const [index, parameter] of parameters.entries()) {
    const longer = shown === '' ? parameter : `${shown}, ${parameter}`;
    const rest = parameters.length - index;
    if (tool.name.length + longer.length + behind.length > LONGEST_SIGNATURE) {
      return `${tool.name}(${shown === '' ? '' : `${shown}, `}... ${rest} more)${behind}`;
    }
    shown = longer;
  }
  return `${tool.name}(${shown})${behind}`;
}

export function firstSentence(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const sentence = FIRST_SENTENCE.exec(line.slice(0, LONGEST_SENTENCE + 1))?.[0] ?? line;
  return sentence.length <= LONGEST_SENTENCE ? sentence : `${sentence.slice(0, LONGEST_SENTENCE - 3).trimEnd()}...`;
}

/** Those that must be given come first. */
function parametersOf(schema: Tool['inputSchema']): readonly string[] {
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const entries = Object.entries(record(schema.properties) ?? {});
  const ordered = [
    ...entries.filter(([name]) => required.has(name)),
    ...entries.filter(([name]) => !required.has(name)),
  ];
  return ordered.map(([name, type]) => `${name}${required.has(name) ? '' : '?'}: ${typeOf(type, schema, 0)}`);
}

function typeOf(value: unknown, root: Schema, depth: number): string {
  const schema = resolved(record(value), root);
  if (!schema || depth > 2) return 'any';
  if ('const' in schema) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return oneOf(schema.enum.map((member) => JSON.stringify(member)));
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) return oneOf(choices.map((choice) => typeOf(choice, root, depth + 1)));
  if (Array.isArray(schema.type)) {
    return oneOf(schema.type.map((type) => typeOf({ ...schema, type }, root, depth + 1)));
  }
  if (schema.type === 'array') {
    const items = typeOf(schema.items, root, depth + 1);
    return items.includes(' ') && !items.startsWith('{') ? `(${items})[]` : `${items}[]`;
  }
  const members = Object.entries(record(schema.properties) ?? {});
  if (members.length > 0) {
    if (members.length > MEMBERS_AT_MOST || depth > 0) return 'object';
    const required = new Set(Array.isArray(schema.required) ? schema.required : []);
    const shown = members.map(
      ([name, type]) => `${name}${required.has(name) ? '' : '?'}: ${typeOf(type, root, depth + 1)}`,
    );
    return `{${shown.join(', ')}}`;
  }
  return typeof schema.type === 'string' ? schema.type : 'any';
}

function oneOf(types: readonly string[]): string {
  const different = [...new Set(types)].filter((type) => type !== 'null');
  const shown = different.slice(0, ENUM_VALUES_AT_MOST);
  return [...shown, ...(different.length > shown.length ? ['...'] : [])].join(' | ');
}

/** Within the same schema only; nothing is fetched. */
function resolved(schema: Schema | undefined, root: Schema): Schema | undefined {
  const reference = schema?.$ref;
  if (typeof reference !== 'string') return schema;
  if (!reference.startsWith('#/')) return undefined;
  let found: unknown = root;
  for (const step of reference.slice(2).split('/')) found = record(found)?.[step];
  return record(found);
}

function record(value: unknown): Schema | undefined {
  return isRecord(value) ? (value as Schema) : undefined;
}
