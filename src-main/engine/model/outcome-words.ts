import type { ProblemCode } from './problem.ts';
import { whyWords } from './timeline-words.ts';

/** How a caller's request ended. */
export interface OutcomeWords {
  readonly text: string;
  readonly isError: boolean;
}

/** How requests end that got no status of their server. */
const ENDS: Readonly<Record<string, OutcomeWords>> = {
  'caller-gone': { text: 'The caller went away', isError: false },
  cancelled: { text: 'Taken back by the caller', isError: false },
  'broken-off': { text: 'The answer broke off', isError: true },
  'too-large': { text: 'To be sent again: too large to be kept', isError: true },
  'network-unreachable': { text: 'Not sent on: out of reach', isError: true },
  'vault-locked': { text: 'Not sent on: the keychain is locked', isError: true },
  'token-rejected': { text: 'Not sent on: the token was rejected', isError: true },
  'credential-rejected': { text: 'Not sent on: the credential was rejected', isError: true },
  'insufficient-scope': { text: 'Not sent on: more access is needed', isError: true },
  'server-disabled': { text: 'Not sent on: disabled', isError: true },
  paused: { text: 'Not sent on: paused', isError: true },
  'foreign-session': { text: "Another caller's session", isError: true },
};

/** @param outcome a status of HTTP, the code of a problem, or one of our own words */
export function outcomeWords(outcome: string): OutcomeWords {
  if (/^\d{3}$/.test(outcome)) {
    const status = Number(outcome);
    if (status < 400) return { text: 'Answered', isError: false };
    return { text: `${status < 500 ? 'Refused' : 'Failed'} (${status})`, isError: true };
  }
  const end = ENDS[outcome];
  if (end) return end;
  const why = whyWords(outcome as ProblemCode);
  return { text: why === undefined ? `Not sent on (${outcome})` : `Not sent on: ${why}`, isError: true };
}
