import type { z } from 'zod';
import { isServerName, type ServerName } from '../model/ids.ts';
import type { PinTools } from '../model/pinned-tools.ts';
import type { Problem } from '../model/problem.ts';
import { isRecord } from '../model/record.ts';
import { fail, ok, type Result } from '../model/result.ts';
import { type Detail, say } from '../model/sayings.ts';
import {
  type Config,
  DEFAULT_PORT,
  DEFAULT_TOOLS,
  type ProgramConfig,
  type ServerConfig,
  type ToolSettings,
} from '../model/server-config.ts';
import { readCertificates } from './certificates-file.ts';
import type { Environment } from './environment.ts';
import { type JsonNode, lineAt, locate, readJsonText } from './json-text.ts';
import type { ReadText } from './named-file.ts';
import { nearestName } from './nearest-name.ts';
import { readProgramEntry } from './program-entry.ts';
import { readGroups } from './read-groups.ts';
import {
  configFile,
  FILE_KEYS,
  PROGRAM_KEYS,
  type ProgramEntry,
  programEntry,
  SERVER_KEYS,
  type ServerEntry,
  serverEntry,
} from './schema.ts';
import { mistakeOf } from './schema-mistake.ts';
import { readServerEntry } from './server-entry.ts';

/** A configured server that cannot be used while the others can. */
export interface ServerProblem {
  readonly name: ServerName;
  readonly problem: Problem;
}

/** Something that has no effect, told once. */
export interface ConfigWarning {
  readonly line: number;
  readonly key: string;
  readonly detail: string;
}

export interface ParsedConfig {
  readonly config: Config;
  readonly serverProblems: readonly ServerProblem[];
  /** Entries of servers that are reached over HTTP, as they are written: no variable is put in. */
  readonly entries: ReadonlyMap<ServerName, ServerEntry>;
  /** The same of servers that are programs. */
  readonly programEntries: ReadonlyMap<ServerName, ProgramEntry>;
  readonly warnings: readonly ConfigWarning[];
}

export const EMPTY_CONFIG: ParsedConfig = {
  config: {
    servers: [],
    programs: [],
    openBrowser: 'ask',
    port: DEFAULT_PORT,
    tools: DEFAULT_TOOLS,
    groups: new Map(),
    pinning: { all: 'off', each: new Map() },
  },
  serverProblems: [],
  entries: new Map(),
  programEntries: new Map(),
  warnings: [],
};

type Path = readonly PropertyKey[];

/**
 * The text of `config.json` as a configuration. A mistake fails with `config-invalid` (file, line, key), so that the
 * last good configuration stays in force; a server that is right but cannot be used (a variable that is not set) holds up
 * itself alone. No sentence quotes a value.
 * @param file the name that sentences give
 * @param readText for files that entries name; without it there are none
 */
export function parseConfig(
  text: string,
  file: string,
  env: Environment,
  readText: ReadText = () => ({ ok: false, why: 'ENOENT' }),
): Result<ParsedConfig> {
  const json = readJsonText(text);
  if (!json.ok) {
    const { offset, ...said } = json.mistake;
    return fail({ code: 'config-invalid', file, line: lineAt(text, offset), ...said });
  }
  const place = placeIn(text, json.root);
  const mistake = (path: Path, { detail, saying }: Detail): Problem => ({
    code: 'config-invalid',
    file,
    ...place(path),
    detail,
    ...(saying ? { saying } : {}),
  });

  const whole: unknown = JSON.parse(text.replace(/^\u{FEFF}/u, ''));
  const read = configFile.safeParse(whole);
  if (!read.success) return fail(firstMistake(read.error, whole, [], mistake));
  const { mcpServers = {}, openBrowser = 'ask', port = DEFAULT_PORT, caFile } = read.data;
  const certificates = caFile === undefined ? undefined : readCertificates(caFile, env, readText);
  if (certificates?.ok === false) return fail(mistake(['caFile'], certificates));

  const servers: ServerConfig[] = [];
  const programs: ProgramConfig[] = [];
  const serverProblems: ServerProblem[] = [];
  const entries = new Map<ServerName, ServerEntry>();
  const programEntries = new Map<ServerName, ProgramEntry>();
  const pinned = new Map<ServerName, PinTools>();
  const warnings = unknownKeys(json.root, [], FILE_KEYS, place);
  const listed = json.root.members.find(({ key }) => key === 'mcpServers')?.value.members ?? [];
  for (const { key: name, value: node } of listed) {
    const path = ['mcpServers', name];
    if (!isServerName(name)) return fail(mistake(path, say('server-name')));
    const raw = mcpServers[name];
    const isProgram = isRecord(raw) && ('command' in raw || raw.type === 'stdio');
    warnings.push(...unknownKeys(node, path, isProgram ? PROGRAM_KEYS : SERVER_KEYS, place));
    const entry = isProgram ? programEntry.safeParse(raw) : serverEntry.safeParse(raw);
    if (!entry.success) return fail(firstMistake(entry.error, raw, path, mistake));
    if (entry.data.pinTools !== undefined) pinned.set(name, entry.data.pinTools);
    if (isProgram) programEntries.set(name, entry.data as ProgramEntry);
    else entries.set(name, entry.data as ServerEntry);
    const server = isProgram
      ? readProgramEntry(name, entry.data as ProgramEntry, env)
      : readServerEntry(name, entry.data as ServerEntry, env, openBrowser, readText);
    if (server.ok) {
      if ('command' in server.config) programs.push(server.config);
      else servers.push(server.config);
    } else {
      const problem = mistake([...path, ...server.mistake.path], server.mistake);
      if (!server.mistake.missingPart) return fail(problem);
      serverProblems.push({ name, problem });
    }
  }
  const trusted = certificates === undefined ? {} : { trustedCertificates: certificates.pem };
  const tools = toolSettings(read.data);
  const pinning = { all: read.data.pinTools ?? 'off', each: pinned };
  const groups = readGroups(
    read.data.groups ?? {},
    listed.map(({ key }) => key),
  );
  if (!groups.ok) return fail(mistake(groups.mistake.path, groups.mistake));
  warnings.push(...groups.warnings.map(({ path, detail }) => ({ ...place(path), detail })));
  return ok({
    config: { servers, programs, openBrowser, port, tools, groups: groups.groups, pinning, ...trusted },
    serverProblems,
    entries,
    programEntries,
    warnings,
  });
}

function toolSettings({
  toolPrefix,
  toolSeparator,
  toolNameLength,
  toolSearchAbove,
}: z.infer<typeof configFile>): ToolSettings {
  return {
    prefix: toolPrefix ?? DEFAULT_TOOLS.prefix,
    separator: toolSeparator ?? DEFAULT_TOOLS.separator,
    longestName: toolNameLength ?? DEFAULT_TOOLS.longestName,
    searchAbove: toolSearchAbove ?? DEFAULT_TOOLS.searchAbove,
  };
}

interface Place {
  readonly line: number;
  readonly key: string;
}

function placeIn(text: string, root: JsonNode): (path: Path) => Place {
  return (path) => ({ line: lineAt(text, locate(root, path)), key: path.map(String).join('.') });
}

function firstMistake(
  error: z.ZodError,
  parsed: unknown,
  within: Path,
  mistake: (path: Path, said: Detail) => Problem,
): Problem {
  const [issue] = error.issues;
  if (issue === undefined) return mistake(within, { detail: 'it is not valid.' });
  return mistake([...within, ...issue.path], mistakeOf(issue, parsed));
}

function unknownKeys(
  node: JsonNode,
  path: Path,
  known: readonly string[],
  place: (path: Path) => Place,
): ConfigWarning[] {
  return node.members
    .filter(({ key }) => !known.includes(key))
    .map(({ key }) => {
      // VS Code's name for the same thing.
      const meant = path.length === 0 && key === 'servers' ? 'mcpServers' : nearestName(key, known);
      const question = meant === undefined ? '' : ` Did you mean "${meant}"?`;
      return { ...place([...path, key]), detail: `this key is not known and has no effect.${question}` };
    });
}
