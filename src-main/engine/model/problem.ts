import type { EpochMs, FlowId, Issuer, ServerName } from './ids.ts';
import type { InwardAddress } from './network-address.ts';
import type { Detail, Saying } from './sayings.ts';

/**
 * Everything that can go wrong and that a person or a caller may be told. A variant carries what its sentence needs
 * (`words.ts`), never a secret. What the engine itself says in a `detail` or a `why` has its `saying` (`sayings.ts`).
 */
export type Problem =
  // reaching somebody
  | {
      readonly code: 'network-unreachable';
      readonly host: string;
      readonly cause?: string;
      readonly saying?: Saying;
      /** The request may have arrived: only its answer was lost. */
      readonly sent?: boolean;
    }
  | { readonly code: 'timed-out'; readonly host: string; readonly afterMs: number }
  | ({ readonly code: 'bad-answer'; readonly host: string; readonly status: number } & Detail)
  /** D8: a public server led to an address that is not public; nothing was sent there. */
  | { readonly code: 'address-not-public'; readonly host: string; readonly kind: InwardAddress }
  | { readonly code: 'server-error'; readonly host: string; readonly status: number; readonly retryAfterMs?: number }
  // discovery
  | { readonly code: 'no-authorization-server'; readonly url: string }
  | { readonly code: 'resource-mismatch'; readonly expected: string; readonly got: string }
  | { readonly code: 'issuer-mismatch'; readonly expected: string; readonly got: string }
  | {
      readonly code: 'unsafe-url';
      readonly what: string;
      readonly url: string;
      readonly why: string;
      readonly saying?: Saying;
    }
  | { readonly code: 'pkce-unsupported'; readonly issuer: Issuer }
  | { readonly code: 'metadata-incomplete'; readonly issuer: Issuer; readonly missing: string }
  // registration
  | { readonly code: 'registration-unavailable'; readonly issuer: Issuer }
  | { readonly code: 'registration-refused'; readonly issuer: Issuer; readonly status: number; readonly detail: string }
  /** It forgot the client that it registered, and the one in its place within a day (R4). */
  | { readonly code: 'client-rejected'; readonly issuer: Issuer }
  // the flow
  | { readonly code: 'flow-in-progress'; readonly flowId: FlowId }
  | { readonly code: 'flow-cancelled' }
  | { readonly code: 'flow-superseded' }
  | { readonly code: 'flow-expired' }
  | { readonly code: 'authorization-refused'; readonly error: string; readonly description?: string }
  | ({ readonly code: 'authorization-response-invalid' } & Detail)
  | { readonly code: 'unknown-state' }
  /** There is no sign-in with a code on another device (RFC 8628), or it was refused: then `detail` says with which words. */
  | { readonly code: 'device-unavailable'; readonly issuer: Issuer; readonly detail?: string }
  /** Nobody can listen where the browser is to come back to (R5). */
  | {
      readonly code: 'redirect-unavailable';
      readonly redirectUri: string;
      readonly why: string;
      readonly saying?: Saying;
    }
  | { readonly code: 'browser-not-opened'; readonly detail: string }
  | {
      readonly code: 'browser-held-back';
      readonly why: 'setting' | 'away' | 'recently-opened';
      readonly nextAt?: EpochMs;
    }
  // tokens
  | {
      readonly code: 'token-endpoint-error';
      readonly error: string;
      readonly status: number;
      readonly description?: string;
      readonly retryAfterMs?: number;
    }
  | { readonly code: 'login-absent' }
  | { readonly code: 'login-ended'; readonly why: 'invalid-grant' | 'expired' | 'rejected' | 'changed' | 'client' }
  | { readonly code: 'token-rejected' }
  | { readonly code: 'insufficient-scope'; readonly scope: string }
  /** Asked for again and again, and never granted (S3). */
  | { readonly code: 'scope-not-granted'; readonly scope: string; readonly times: number }
  /** `issuer` and `error`: of a client that signs in for itself, the authorization server that refused it. */
  | {
      readonly code: 'credential-rejected';
      readonly status: number;
      readonly issuer?: Issuer;
      readonly error?: string;
      readonly description?: string;
    }
  // programs on this machine
  | { readonly code: 'program-not-found'; readonly command: string }
  | ({ readonly code: 'program-not-started'; readonly command: string } & Detail)
  /** `how`: "code 1", "SIGKILL". */
  | { readonly code: 'program-ended'; readonly command: string; readonly how: string }
  | { readonly code: 'program-silent'; readonly command: string; readonly afterMs: number }
  | { readonly code: 'program-unusable'; readonly command: string; readonly detail: string }
  // the vault
  | { readonly code: 'vault-locked' }
  | ({ readonly code: 'vault-unavailable' } & Detail)
  | ({ readonly code: 'vault-write-failed' } & Detail)
  // configuration and the program itself
  | ({
      readonly code: 'config-invalid';
      readonly file: string;
      readonly line?: number;
      readonly key?: string;
    } & Detail)
  | ({ readonly code: 'server-unsupported' } & Detail)
  | { readonly code: 'unknown-server'; readonly server: ServerName; readonly known: readonly ServerName[] }
  | { readonly code: 'unknown-group'; readonly group: string; readonly known: readonly string[] }
  | { readonly code: 'unknown-caller'; readonly caller: string; readonly known: readonly string[] }
  | { readonly code: 'name-taken'; readonly name: string }
  /** `field`: the setting of a server that it is about. */
  | ({ readonly code: 'invalid-input'; readonly field?: string } & Detail)
  | { readonly code: 'server-disabled' }
  | { readonly code: 'paused' }
  | { readonly code: 'already-running'; readonly pid?: number; readonly dataDir: string }
  | { readonly code: 'port-busy'; readonly port: number; readonly holder?: string }
  | { readonly code: 'engine-not-running'; readonly dataDir: string }
  | ({ readonly code: 'not-available' } & Detail)
  | { readonly code: 'internal'; readonly detail: string };

export type ProblemCode = Problem['code'];
