import type { ServerName } from '../model/ids.ts';
import type { Problem } from '../model/problem.ts';
import { referredVariable } from './environment.ts';
import type { ProgramEntry, ServerEntry } from './schema.ts';

const SHOWN = [
  'url',
  'clientId',
  'clientMetadataUrl',
  'scopes',
  'redirectUri',
  'authorizationServer',
  'issuer',
  'resource',
  'pkce',
  'openBrowser',
  'pinTools',
] as const;

/** An entry as it is written, `${NAME}` included, without what may be secret: headers, keys, parameters. */
export interface ServerSettings extends Readonly<Pick<ServerEntry, (typeof SHOWN)[number]>> {
  readonly url: string;
  /** Where the client secret or key is: `vault` for one that was given past the file. */
  readonly clientSecret: 'absent' | 'vault' | 'configuration';
}

export function writtenSettings(entry: ServerEntry, isSecretInVault: boolean): ServerSettings {
  const inFile = entry.clientSecret ?? entry.clientPrivateKey ?? entry.clientPrivateKeyFile;
  const shown = SHOWN.filter((key) => entry[key] !== undefined).map((key) => [key, entry[key]]);
  return {
    ...(Object.fromEntries(shown) as Pick<ServerEntry, (typeof SHOWN)[number]>),
    clientSecret: inFile !== undefined ? 'configuration' : isSecretInVault ? 'vault' : 'absent',
  };
}

/** The same of a server that is a program. Its arguments are shown: everybody on this machine sees them while it runs. */
export interface ProgramSettings extends Readonly<Pick<ProgramEntry, 'command' | 'cwd' | 'pinTools'>> {
  readonly args: readonly string[];
  /** The name of our variable that has the value; null where the file spells the value out, which is told to nobody. */
  readonly env: Readonly<Record<string, string | null>>;
}

export function writtenProgramSettings({ command, args = [], cwd, env = {}, pinTools }: ProgramEntry): ProgramSettings {
  return {
    command,
    args,
    ...(cwd === undefined ? {} : { cwd }),
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, referredVariable(value) ?? null])),
    ...(pinTools === undefined ? {} : { pinTools }),
  };
}

/** A mistake in what was to be written, told without the line where it would have stood. */
export function asInput(problem: Problem, name: ServerName): Problem {
  if (problem.code !== 'config-invalid') return problem;
  const entry = `mcpServers.${name}.`;
  const [field] = problem.key?.startsWith(entry) ? problem.key.slice(entry.length).split('.') : [];
  const { detail, saying } = problem;
  return { code: 'invalid-input', detail, ...(saying ? { saying } : {}), ...(field === undefined ? {} : { field }) };
}
