import type { Tool } from '@modelcontextprotocol/client';
import { isRecord } from '../../../model/record.ts';

type Schema = Readonly<Record<string, unknown>>;

/**
 * What is certainly wrong with a call's arguments, as words for a model; undefined where nothing is. Only what every
 * server must refuse: patterns and deeper rules are its own, and a foreign pattern could make the check slow.
 */
export function argumentMistake(schema: Tool['inputSchema'], args: Schema): string | undefined {
  const properties: Schema = schema.properties ?? {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  const missing = required.filter((name) => args[name] === undefined);
  if (missing.length > 0) return `${quoted(missing)} ${missing.length > 1 ? 'are' : 'is'} missing`;
  const unknown = Object.keys(args).filter((name) => !Object.hasOwn(properties, name));
  if (schema.additionalProperties === false && unknown.length > 0) {
    return `it has no ${quoted(unknown)}`;
  }
  for (const [name, value] of Object.entries(args)) {
    const wanted = properties[name];
    const mistake = Object.hasOwn(properties, name) ? valueMistake(wanted, value) : undefined;
    if (mistake !== undefined) return `"${name}" ${mistake}`;
  }
  return undefined;
}

function valueMistake(schema: unknown, value: unknown): string | undefined {
  if (typeof schema !== 'object' || schema === null) return undefined;
  const { type, enum: members } = schema as Schema;
  if (Array.isArray(members) && members.length <= 50 && isPlain(value) && !members.includes(value)) {
    return `is one of ${members.map((member) => JSON.stringify(member)).join(', ')}`;
  }
  return typeof type !== 'string' || isOfType(type, value) ? undefined : `is of type ${type}`;
}

function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

function isOfType(type: string, value: unknown): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'number':
      return typeof value === 'number';
    case 'integer':
      return Number.isInteger(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isRecord(value);
    case 'null':
      return value === null;
    default:
      return true;
  }
}

function quoted(names: readonly unknown[]): string {
  return names.map((name) => `"${String(name)}"`).join(', ');
}
