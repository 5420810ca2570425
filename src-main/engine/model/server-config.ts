import type { ServerName } from './ids.ts';
import type { Pinning, PinTools } from './pinned-tools.ts';
import { Secret } from './secret.ts';

export type BrowserSetting = 'ask' | 'when-needed';

/** A client that the person registered with the authorization server. */
export interface ConfiguredClient {
  readonly clientId: string;
  readonly clientSecret?: Secret;
  /** PEM (PKCS 8): the client signs for itself instead of sending a secret. */
  readonly privateKey?: Secret;
  /** The `kid` in what the key signs, for servers that know several keys of the client. */
  readonly privateKeyId?: string;
}

export interface ServerConfig {
  readonly name: ServerName;
  readonly url: string;
  /** `sse`: it speaks HTTP+SSE of 2024-11-05; absent: Streamable HTTP, unless it turns out otherwise. */
  readonly transport?: 'sse';
  readonly enabled: boolean;
  /** Static headers, `${ENV}` already put in. A server with an `Authorization` here never starts OAuth (D7). */
  readonly headers: Readonly<Record<string, string>>;
  readonly client?: ConfiguredClient;
  /** Set for a server that lets the client itself in: no person, no browser (RFC 6749 4.4). */
  readonly grant?: 'client_credentials';
  /** R1: the address of the document that describes us as a client, for servers that take one. */
  readonly clientMetadataUrl?: string;
  /** Configured scopes go before all others (S1). */
  readonly scopes?: readonly string[];
  /** Authorization server to use where the metadata names several, or none (D1, D3). */
  readonly authorizationServer?: string;
  /** F1: `"off"` lets a server through whose metadata lacks S256; S256 is sent all the same. */
  readonly pkce: 'required' | 'off';
  /** D9: what is sent as `resource` in the place of what the server publishes; false sends none. */
  readonly resource?: false | string;
  /** D9: the issuer that the authorization server's metadata names, where that is not the one asked for. */
  readonly issuer?: string;
  /** D9: added to the authorization request. */
  readonly authorizationParams?: Readonly<Record<string, string>>;
  /** D8: what its metadata names may be on this machine or a private network, wherever the server itself is. */
  readonly allowPrivateNetwork?: true;
  /** R5: where the browser comes back to, as it was registered; absent: our own endpoint. */
  readonly redirectUri?: string;
  readonly openBrowser: BrowserSetting;
}

/** A server that is started as a program on this machine and spoken to over its standard input and output. */
export interface ProgramConfig {
  readonly name: ServerName;
  readonly enabled: boolean;
  /** With `${ENV}` put in, like all of these. */
  readonly command: string;
  readonly args: readonly string[];
  /** What it gets beside the few variables that every program needs. */
  readonly env: Readonly<Record<string, Secret>>;
  /** Absolute; absent: the person's home folder. */
  readonly cwd?: string;
  /** Command and arguments for people's eyes, as they are written in the file. */
  readonly shown: string;
}

/** How `/mcp` shows the servers' tools. */
export interface ToolSettings {
  /** `when-several`: one server alone is shown under its own names. */
  readonly prefix: 'always' | 'when-several';
  /** Between the server's name and the tool's. */
  readonly separator: string;
  /** Characters that a name with a prefix has at most. */
  readonly longestName: number;
  /** With more tools than this a caller finds them by search; false: it gets them all, however many. */
  readonly searchAbove: number | false;
}

/** More than 128 tools some models' APIs refuse. */
export const DEFAULT_TOOLS: ToolSettings = { prefix: 'always', separator: '__', longestName: 64, searchAbove: 128 };

/** Named choices of servers, in the order of the file. */
export type ServerGroups = ReadonlyMap<string, readonly ServerName[]>;

export interface Config {
  readonly pinning: Pinning;
  readonly servers: readonly ServerConfig[];
  readonly programs: readonly ProgramConfig[];
  readonly openBrowser: BrowserSetting;
  readonly port: number;
  readonly tools: ToolSettings;
  readonly groups: ServerGroups;
  /** Certificates (PEM) of `caFile`, to trust beside those that the system trusts. */
  readonly trustedCertificates?: string;
}

/** What the configuration says for all servers, and a person changes in the window. */
export type EngineSettings = Pick<Config, 'openBrowser' | 'port'> & { readonly pinTools: PinTools };

export const DEFAULT_PORT = 7717;

type Setting = keyof ServerConfig;

/** What a sign-in under way was begun with. */
export const FLOW_SETTINGS: readonly Setting[] = [
  'url',
  'client',
  'grant',
  'clientMetadataUrl',
  'scopes',
  'authorizationServer',
  'pkce',
  'headers',
  'resource',
  'issuer',
  'authorizationParams',
  'allowPrivateNetwork',
];

/** Whether nothing was changed, secrets included, or nothing of `settings`. */
export function isSameConfig(a: ServerConfig, b: ServerConfig, settings?: readonly Setting[]): boolean {
  const seen = settings ?? [...new Set([...keysOf(a), ...keysOf(b)])];
  return seen.every((setting) => canonical(a[setting]) === canonical(b[setting]));
}

/** For comparing what was configured with what is, across restarts. It holds secrets: only its hash is kept. */
export function settingsText(config: ServerConfig, settings: readonly Setting[]): string {
  return JSON.stringify(settings.map((setting) => canonical(config[setting]) ?? null));
}

export function isSameTools(a: ToolSettings, b: ToolSettings): boolean {
  return canonical(a) === canonical(b);
}

export function isSameProgram(a: ProgramConfig, b: ProgramConfig): boolean {
  return canonical(a) === canonical(b);
}

function keysOf(config: ServerConfig): Setting[] {
  return Object.keys(config) as Setting[];
}

/** For comparing only: it holds what `JSON.stringify` alone would hide. */
function canonical(value: unknown): string | undefined {
  return JSON.stringify(revealed(value));
}

function revealed(value: unknown): unknown {
  if (value instanceof Secret) return value.reveal();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, revealed(member)]));
}

/** The client signs in for itself, so that nobody is ever asked. */
export function signsInByItself(config: ServerConfig): boolean {
  return config.grant === 'client_credentials' && !usesStaticCredential(config);
}

export function usesStaticCredential(config: ServerConfig): boolean {
  return Object.keys(config.headers).some((header) => header.toLowerCase() === 'authorization');
}
