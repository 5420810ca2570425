import { type Times, times } from './times.ts';

/**
 * How a client learns where the authorization server is (D1): the challenge names the metadata, which is at no
 * well-known place; or it names nothing and the well-known place answers; or both; or neither.
 */
export type Detection = 'www-authenticate' | 'discovery' | 'both' | 'none';

export interface GuardSwitches {
  detection: Detection;
  /** Which well-known form answers when detection is by discovery. */
  metadataForm: 'path' | 'root';
  metadataChanges: Record<string, unknown>;
  /** `tokens` of the authorization server; one static header (D7); or no guard at all. */
  admits: 'tokens' | 'everybody' | { header: string; value: string };
  checkAudience: boolean;
  requiredScopes: readonly string[];
  /** `scope` in the challenge of a 401 (S1). */
  challengeScope: string | undefined;
  tokenRejections: Times;
  hangUps: { times: Times; when: 'before' | 'after' } | undefined;
  answers: { status: number; headers: Record<string, string>; body: string; times: Times } | undefined;
  delayMs: number;
}

export function usualGuard(): GuardSwitches {
  return {
    detection: 'both',
    metadataForm: 'path',
    metadataChanges: {},
    admits: 'tokens',
    checkAudience: true,
    requiredScopes: [],
    challengeScope: undefined,
    tokenRejections: times(0),
    hangUps: undefined,
    answers: undefined,
    delayMs: 0,
  };
}
