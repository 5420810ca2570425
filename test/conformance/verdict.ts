import type { Check, Played } from './suites.ts';

/** Scenarios that ask for what Gatehouse does not do, and why. */
export const NOT_FOR_A_PROXY: Readonly<Record<string, string>> = {
  // D5, RFC 8414 section 3.3.
  'auth/2025-03-26-oauth-metadata-backcompat':
    'the stable release serves an issuer that is not the one asked for; MUST NOT be used, and the setting "issuer" is the way out',
  'auth/cross-app-access-complete-flow': "an extension: an employer's identity provider vouches for the person",
  'auth/enterprise-managed-authorization': "an extension: an employer's identity provider vouches for the person",
  'auth/wif-jwt-bearer': "an extension for workloads that hold a platform's token and have no person",
  'auth/dpop': 'an extension (RFC 9449), which Gatehouse does not offer yet',
  'auth/dpop-nonce': 'an extension (RFC 9449), which Gatehouse does not offer yet',
};

export interface Verdict extends Played {
  readonly outcome: 'pass' | 'fail' | 'not for a proxy';
  readonly reason?: string;
}

/** A warning is a SHOULD that was not met: it counts as the suite counts it, as a failure. */
const isBroken = ({ status }: Check): boolean => status === 'FAILURE' || status === 'WARNING';
const isJudged = (check: Check): boolean => check.status === 'SUCCESS' || isBroken(check);

/** A scenario without one judged check proves nothing where our command ended early. */
export function judged(played: Played): Verdict {
  const broken = played.checks.some(isBroken) || (!played.checks.some(isJudged) && played.ended !== '');
  if (!broken) return { ...played, outcome: 'pass' };
  const reason = NOT_FOR_A_PROXY[played.scenario];
  return reason === undefined ? { ...played, outcome: 'fail' } : { ...played, outcome: 'not for a proxy', reason };
}

/** The scenario's line, and one for each of its checks. */
export function rowsOf({ scenario, outcome, reason, checks, ended }: Verdict): readonly string[] {
  const rows = [`${outcome.padEnd(17)}${scenario}${reason === undefined ? '' : `: ${reason}`}`];
  for (const { status, id, description, errorMessage } of checks.filter(isJudged)) {
    rows.push(
      `    ${status.toLowerCase().padEnd(9)}${id}${status === 'SUCCESS' ? '' : `: ${errorMessage ?? description}`}`,
    );
  }
  if (ended !== '') rows.push(`    ended with: ${ended.replaceAll('\n', ' | ')}`);
  return rows;
}
