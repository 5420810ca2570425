import type { ProblemCode } from './problem.ts';
import type { Point, SpanKind } from './timeline.ts';
import { ENGLISH_STATES, type StateWording } from './words.ts';

/** Why it came to a state, where the state's word does not say it already. A past problem has no more than its code. */
const WHY = {
  'login-absent': 'no login',
  'login-ended': 'the login ended',
  'flow-cancelled': 'the sign-in was cancelled',
  'flow-expired': 'the sign-in ran out of time',
  'authorization-refused': 'access was refused',
  'scope-not-granted': 'less access was granted',
  'client-rejected': 'the client is not known',
  'registration-refused': 'the registration was refused',
  'registration-unavailable': 'no registration is offered',
  'token-endpoint-error': 'the token endpoint refused',
  'server-error': 'the server failed',
  'timed-out': 'no answer in time',
  'bad-answer': 'an answer that is none',
  'program-not-found': 'the command was not found',
  'program-not-started': 'the command could not be started',
  'program-ended': 'the command ended',
  'program-silent': 'the command did not answer',
  'program-unusable': 'the command answered otherwise',
  'vault-unavailable': 'the keychain does not answer',
  'config-invalid': 'a mistake in the configuration',
  'server-unsupported': 'not supported',
  'issuer-mismatch': 'the issuer is another',
  'resource-mismatch': 'the metadata is for another server',
} as const satisfies Partial<Record<ProblemCode, string>>;

const POINT_WORD: Readonly<Record<Point['kind'], string>> = {
  renewed: 'Renewed',
  'signed-in': 'Signed in',
  'signed-out': 'Signed out',
};

/** What is said of the last 24 hours, in one language. */
export interface TimelineWording {
  readonly why: Readonly<Record<keyof typeof WHY, string>>;
  readonly points: Readonly<Record<Point['kind'], string>>;
  shorterChanges(count: number): string;
  times(word: string, count: number): string;
}

export const ENGLISH_TIMELINE: TimelineWording = {
  why: WHY,
  points: POINT_WORD,
  shorterChanges: (count) => `and ${count} shorter ${count === 1 ? 'change' : 'changes'}`,
  times: (word, count) => `${word} ${count} times`,
};

interface SpanTold {
  readonly kind: SpanKind;
  readonly why?: ProblemCode | undefined;
  readonly brief?: number | undefined;
}

/** "Sign in needed (the login ended)", "Connected (and 12 shorter changes)". */
export function spanWords(
  { kind, why, brief }: SpanTold,
  wording: TimelineWording & Pick<StateWording, 'states'> = { ...ENGLISH_STATES, ...ENGLISH_TIMELINE },
): string {
  const reason = why === undefined ? undefined : whyWords(why, wording);
  const remarks = [...(reason === undefined ? [] : [reason]), ...(brief ? [wording.shorterChanges(brief)] : [])];
  return remarks.length === 0 ? wording.states[kind] : `${wording.states[kind]} (${remarks.join(', ')})`;
}

export function pointWords(
  { kind, count }: Pick<Point, 'kind' | 'count'>,
  wording: TimelineWording = ENGLISH_TIMELINE,
): string {
  return count === 1 ? wording.points[kind] : wording.times(wording.points[kind], count);
}

/** A past problem in a few words; undefined where its state's word says it all. */
export function whyWords(code: string, { why }: Pick<TimelineWording, 'why'>): string | undefined {
  return Object.hasOwn(why, code) ? why[code as keyof typeof why] : undefined;
}
