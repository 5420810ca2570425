import { ENGLISH_TIMELINE, type TimelineWording, whyWords } from './timeline-words.ts';

/** How a caller's request ended. */
export interface OutcomeWords {
  readonly text: string;
  readonly isError: boolean;
}

/** How requests end that got no status of their server. */
const ENDS = {
  'caller-gone': 'The caller went away',
  cancelled: 'Taken back by the caller',
  'broken-off': 'The answer broke off',
  'too-large': 'To be sent again: too large to be kept',
  'network-unreachable': 'Not sent on: out of reach',
  'vault-locked': 'Not sent on: the keychain is locked',
  'token-rejected': 'Not sent on: the token was rejected',
  'credential-rejected': 'Not sent on: the credential was rejected',
  'insufficient-scope': 'Not sent on: more access is needed',
  'server-disabled': 'Not sent on: disabled',
  paused: 'Not sent on: paused',
  'foreign-session': "Another caller's session",
} as const;

/** The caller's own wish. */
const NO_ERRORS: readonly string[] = ['caller-gone', 'cancelled'];

/** What is said of how requests end, in one language. */
export interface OutcomeWording {
  /** Of requests that got no status of their server. */
  readonly ends: Readonly<Record<keyof typeof ENDS, string>>;
  readonly answered: string;
  refused(status: number): string;
  failed(status: number): string;
  notSentOn(why: string | undefined, code: string): string;
}

export const ENGLISH_OUTCOMES: OutcomeWording = {
  ends: ENDS,
  answered: 'Answered',
  refused: (status) => `Refused (${status})`,
  failed: (status) => `Failed (${status})`,
  notSentOn: (why, code) => (why === undefined ? `Not sent on (${code})` : `Not sent on: ${why}`),
};

/** @param outcome a status of HTTP, the code of a problem, or one of our own words */
export function outcomeWords(
  outcome: string,
  wording: OutcomeWording & Pick<TimelineWording, 'why'> = { ...ENGLISH_TIMELINE, ...ENGLISH_OUTCOMES },
): OutcomeWords {
  if (/^\d{3}$/.test(outcome)) {
    const status = Number(outcome);
    if (status < 400) return { text: wording.answered, isError: false };
    return { text: status < 500 ? wording.refused(status) : wording.failed(status), isError: true };
  }
  if (isEnd(outcome)) return { text: wording.ends[outcome], isError: !NO_ERRORS.includes(outcome) };
  return { text: wording.notSentOn(whyWords(outcome, wording), outcome), isError: true };
}

function isEnd(outcome: string): outcome is keyof typeof ENDS {
  return Object.hasOwn(ENDS, outcome);
}
