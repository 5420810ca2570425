import type { Result } from '../model/result.ts';
import type { Dispose } from '../ports.ts';

/** Where the browser comes back to in one flow. */
export interface RedirectAddress {
  /** Sent verbatim in the registration, the authorization request and the exchange (R5). */
  readonly redirectUri: string;
  /** The flow is over: what listened there for it alone ends. */
  readonly close: Dispose;
}

/** Listens at a redirect URI for the time of a flow; at our own endpoint where none is named. */
export type OpenRedirect = (redirectUri: string | undefined) => Promise<Result<RedirectAddress>>;
