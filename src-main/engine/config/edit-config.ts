import type { ServerName } from '../model/ids.ts';
import type { PinTools } from '../model/pinned-tools.ts';
import type { BrowserSetting, EngineSettings } from '../model/server-config.ts';
import { type JsonMember, type JsonNode, readJsonText } from './json-text.ts';

/** A new entry as it is written, in the order of its keys. Secrets only as `${NAME}`. */
export type NewServerEntry = NewHttpEntry | NewProgramEntry;

interface NewProgramEntry {
  readonly command: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

interface NewHttpEntry {
  readonly type?: 'sse';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly clientId?: string;
  readonly scopes?: readonly string[];
}

/** Undefined leaves a setting as it is, null takes it away. */
type Changed<T> = T | null | undefined;

/** Of a header or a variable by its name: null takes it away, and those that are not named stay. */
type ChangedValues = Readonly<Record<string, string | null>>;

/** Settings of an entry by their keys. */
export interface ServerChanges {
  readonly url?: string | undefined;
  readonly clientId?: Changed<string>;
  /** Only ever taken away: a new secret goes to the vault. */
  readonly clientSecret?: null;
  readonly clientMetadataUrl?: Changed<string>;
  readonly scopes?: Changed<readonly string[]>;
  readonly redirectUri?: Changed<string>;
  readonly authorizationServer?: Changed<string>;
  readonly issuer?: Changed<string>;
  readonly resource?: Changed<string | false>;
  readonly pkce?: Changed<'required' | 'off'>;
  readonly openBrowser?: Changed<BrowserSetting>;
  readonly pinTools?: Changed<PinTools>;
  readonly headers?: ChangedValues;
  /** These four of a server that is a program. */
  readonly command?: string | undefined;
  readonly args?: Changed<readonly string[]>;
  readonly cwd?: Changed<string>;
  readonly env?: ChangedValues;
}

/** A change of one server's entry. */
export type EntryEdit =
  | { readonly kind: 'add-server'; readonly name: ServerName; readonly entry: NewServerEntry }
  | { readonly kind: 'remove-server'; readonly name: ServerName }
  | { readonly kind: 'edit-server'; readonly name: ServerName; readonly changes: ServerChanges }
  | { readonly kind: 'set-enabled'; readonly name: ServerName; readonly enabled: boolean };

/** A group of servers; null takes it away. */
interface GroupEdit {
  readonly kind: 'set-group';
  readonly group: string;
  readonly servers: readonly ServerName[] | null;
}

export type ConfigEdit =
  | EntryEdit
  | GroupEdit
  | { readonly kind: 'change-settings'; readonly settings: Partial<EngineSettings> };

/**
 * One change in the text of `config.json`; everything else in it, order and indentation included, stays as it was.
 * A server that is not there, or a setting that holds already, changes nothing.
 * @param text valid JSON (`parseConfig` has accepted it), or empty for a new file
 */
export function editConfig(text: string, edit: ConfigEdit): string {
  const current = text.trim() === '' ? '{}\n' : text;
  switch (edit.kind) {
    case 'add-server': {
      const servers = memberAt(current, ['mcpServers']);
      return servers === undefined
        ? setMember(current, rootOf(current), 'mcpServers', { [edit.name]: edit.entry })
        : setMember(current, servers.value, edit.name, edit.entry);
    }
    case 'remove-server': {
      const servers = memberAt(current, ['mcpServers']);
      return servers === undefined ? current : removeMember(current, servers.value, edit.name);
    }
    case 'edit-server':
      return editServer(current, edit.name, edit.changes);
    case 'change-settings':
      return Object.entries(edit.settings).reduce(
        (changed, [key, value]) => setMember(changed, rootOf(changed), key, value),
        current,
      );
    case 'set-group':
      return setGroup(current, edit);
    case 'set-enabled':
      return setEnabled(current, edit.name, edit.enabled);
  }
}

function editServer(text: string, name: ServerName, { headers, env, ...changes }: ServerChanges): string {
  const path = ['mcpServers', name];
  if (memberAt(text, path) === undefined) return text;
  const changed = changeMembers(text, path, changes);
  return changeValues(changeValues(changed, path, 'headers', headers), path, 'env', env);
}

/** An object of values that is there for the first one and goes with the last. */
function changeValues(text: string, path: readonly string[], key: string, values: ChangedValues = {}): string {
  const names = Object.entries(values);
  if (names.length === 0) return text;
  const listed = memberAt(text, [...path, key]);
  const added = Object.fromEntries(names.filter(([, value]) => value !== null));
  if (listed === undefined) {
    return Object.keys(added).length === 0 ? text : changeMembers(text, path, { [key]: added });
  }
  const after = changeMembers(text, [...path, key], values);
  const isEmptied = memberAt(after, [...path, key])?.value.members.length === 0;
  return isEmptied && listed.value.members.length > 0 ? changeMembers(after, path, { [key]: null }) : after;
}

function setGroup(text: string, { group, servers }: GroupEdit): string {
  if (memberAt(text, ['groups']) !== undefined) return changeMembers(text, ['groups'], { [group]: servers });
  return servers === null ? text : setMember(text, rootOf(text), 'groups', { [group]: servers });
}

/** Each in its place; what is there already stays as it is written. */
function changeMembers(text: string, path: readonly string[], changes: object): string {
  let changed = text;
  for (const [key, value] of Object.entries(changes)) {
    const object = memberAt(changed, path)?.value;
    if (object === undefined || value === undefined) continue;
    if (value === null) changed = removeMember(changed, object, key);
    else if (!holdsAlready(changed, object, key, value)) changed = setMember(changed, object, key, value);
  }
  return changed;
}

function holdsAlready(text: string, object: JsonNode, key: string, value: unknown): boolean {
  const present = object.members.find((member) => member.key === key)?.value;
  if (present === undefined) return false;
  return JSON.stringify(JSON.parse(text.slice(present.start, present.end))) === JSON.stringify(value);
}

function setEnabled(text: string, name: ServerName, enabled: boolean): string {
  const path = ['mcpServers', name];
  const has = (key: string): boolean => memberAt(text, [...path, key]) !== undefined;
  const set = (from: string, key: string, value: boolean): string => {
    const server = memberAt(from, path);
    return server === undefined ? from : setMember(from, server.value, key, value);
  };
  // Who wrote "disabled", the word of other tools, keeps it.
  if (has('disabled')) {
    const turned = set(text, 'disabled', !enabled);
    return has('enabled') ? set(turned, 'enabled', enabled) : turned;
  }
  return enabled && !has('enabled') ? text : set(text, 'enabled', enabled);
}

function rootOf(text: string): JsonNode {
  const json = readJsonText(text);
  if (!json.ok) throw new Error(`a broken configuration is never edited: ${json.mistake.detail}`);
  return json.root;
}

function memberAt(text: string, path: readonly string[]): JsonMember | undefined {
  let node = rootOf(text);
  let member: JsonMember | undefined;
  for (const step of path) {
    member = node.members.find(({ key }) => key === step);
    if (member === undefined) return undefined;
    node = member.value;
  }
  return member;
}

function splice(text: string, start: number, end: number, inserted: string): string {
  return text.slice(0, start) + inserted + text.slice(end);
}

/** The white space at the beginning of the line in which an offset lies. */
function indentAt(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? '';
}

/** One level of this file's indentation: that of its first indented line. */
function indentUnit(text: string): string {
  return /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';
}

function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

function written(text: string, value: unknown, indent: string): string {
  return JSON.stringify(value, null, indentUnit(text))
    .split('\n')
    .join(`${newlineOf(text)}${indent}`);
}

function onOneLine(items: readonly unknown[]): string {
  return `[${items.map((item) => JSON.stringify(item)).join(', ')}]`;
}

function setMember(text: string, object: JsonNode, key: string, value: unknown): string {
  const present = object.members.find((member) => member.key === key);
  if (present !== undefined) {
    const { start, end } = present.value;
    const isOneLine = Array.isArray(value) && !text.slice(start, end).includes('\n');
    const replacement = isOneLine ? onOneLine(value) : written(text, value, indentAt(text, present.keyStart));
    return splice(text, start, end, replacement);
  }
  const last = object.members.at(-1);
  const newline = newlineOf(text);
  if (last === undefined) {
    const outer = indentAt(text, object.start);
    const inner = outer + indentUnit(text);
    const member = `${JSON.stringify(key)}: ${written(text, value, inner)}`;
    return splice(text, object.start, object.end, `{${newline}${inner}${member}${newline}${outer}}`);
  }
  const isOneLine = !text.slice(object.start, last.keyStart).includes('\n');
  const indent = indentAt(text, last.keyStart);
  const ownValue = Array.isArray(value) && isOneLine ? onOneLine(value) : written(text, value, indent);
  const member = `${JSON.stringify(key)}: ${ownValue}`;
  return splice(text, last.value.end, last.value.end, isOneLine ? `, ${member}` : `,${newline}${indent}${member}`);
}

function removeMember(text: string, object: JsonNode, key: string): string {
  const index = object.members.findIndex((member) => member.key === key);
  const [gone, before, after] = [object.members[index], object.members[index - 1], object.members[index + 1]];
  if (gone === undefined) return text;
  if (before !== undefined) return splice(text, before.value.end, gone.value.end, '');
  if (after !== undefined) return splice(text, gone.keyStart, after.keyStart, '');
  return splice(text, object.start, object.end, '{}');
}
