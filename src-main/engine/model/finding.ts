import type { Issuer } from './ids.ts';
import type { Problem } from './problem.ts';

/** `legacy`: revisions to 2025-11-25, with sessions; `modern`: 2026-07-28 and later. */
export type Era = 'legacy' | 'modern';

/** How a new server would let callers in. */
export type Access =
  | { readonly kind: 'open' }
  /** It refuses what is configured, or everybody; a sign-in would change nothing. */
  | { readonly kind: 'refused'; readonly status: number }
  | {
      readonly kind: 'sign-in';
      readonly issuer: Issuer;
      /** Nothing is published: its endpoints are where servers of 2025-03-26 have them (D6). */
      readonly guessed: boolean;
      /** R1. `client-id-needed`: the person has to bring one. */
      readonly registration: 'configured' | 'document' | 'dynamic' | 'client-id-needed';
      /** What would be asked for (S1, S2); none: the server's default. */
      readonly scopes: readonly string[];
      /** Why that sign-in would fail all the same. */
      readonly obstacle?: Problem;
    }
  /** It asks for a sign-in, and where cannot be found out. */
  | { readonly kind: 'sign-in-unclear'; readonly problem: Problem };

/** What is found where a new server is said to be. */
export interface Finding {
  readonly transport: 'http' | 'sse' | 'stdio';
  /** Absent where it tells nothing before a sign-in. */
  readonly era?: Era;
  /** As it calls itself. */
  readonly serverName?: string;
  readonly access: Access;
}
