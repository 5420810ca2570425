import type { ServerName } from './ids.ts';
import type { Secret } from './secret.ts';

export type BrowserSetting = 'ask' | 'when-needed';

/** A client that the person registered with the authorization server. */
export interface ConfiguredClient {
  readonly clientId: string;
  readonly clientSecret?: Secret;
}

export interface ServerConfig {
  readonly name: ServerName;
  readonly url: string;
  readonly enabled: boolean;
  /** Static headers, `${ENV}` already put in. A server with an `Authorization` here never starts OAuth (D7). */
  readonly headers: Readonly<Record<string, string>>;
  readonly client?: ConfiguredClient;
  /** Configured scopes go before all others (S1). */
  readonly scopes?: readonly string[];
  /** Authorization server to use where the metadata names several, or none (D1, D3). */
  readonly authorizationServer?: string;
  /** F1: `"off"` lets a server through whose metadata lacks S256; S256 is sent all the same. */
  readonly pkce: 'required' | 'off';
  readonly openBrowser: BrowserSetting;
}

export interface Config {
  readonly servers: readonly ServerConfig[];
  readonly openBrowser: BrowserSetting;
  readonly port: number;
}

export const DEFAULT_PORT = 7717;

/** Whether a change of configuration means another server, so that the old login and session no longer fit. */
export function isSameServer(a: ServerConfig, b: ServerConfig): boolean {
  return (
    a.url === b.url && a.client?.clientId === b.client?.clientId && a.authorizationServer === b.authorizationServer
  );
}

export function usesStaticCredential(config: ServerConfig): boolean {
  return Object.keys(config.headers).some((header) => header.toLowerCase() === 'authorization');
}
