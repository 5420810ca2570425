import type { ServerConfig } from '../model/server-config.ts';
import type { Challenge } from '../oauth/www-authenticate.ts';
import type { Clock, Http, Logger, NamedAddresses, Random } from '../ports.ts';
import type { Ticket, TokenStore } from '../tokens/token-store.ts';

export interface FlowDeps {
  readonly http: Http;
  readonly store: TokenStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** What a flow needs that sends a person's browser somewhere. */
export interface PageFlowDeps extends FlowDeps {
  readonly namedAddresses: NamedAddresses;
}

export interface FlowInput {
  readonly config: ServerConfig;
  readonly redirectUri: string;
  /** What the server said when it last refused a request. */
  readonly challenge?: Challenge | undefined;
  /** What the server asks for beyond what the login in use may do (S3). */
  readonly askedScope?: string | undefined;
  /** Signs in with a code on another device (RFC 8628), whatever else the server offers. */
  readonly device?: boolean;
  readonly ticket: Ticket;
}
