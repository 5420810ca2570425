import type { ProblemCode } from './problem.ts';
import type { Point, SpanKind } from './timeline.ts';
import { STATE_WORD } from './words.ts';

/** Why it came to a state, where the state's word does not say it already. A past problem has no more than its code. */
const WHY: Readonly<Partial<Record<ProblemCode, string>>> = {
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
};

const POINT_WORD: Readonly<Record<Point['kind'], string>> = {
  renewed: 'Renewed',
  'signed-in': 'Signed in',
  'signed-out': 'Signed out',
};

interface SpanTold {
  readonly kind: SpanKind;
  readonly why?: ProblemCode | undefined;
  readonly brief?: number | undefined;
}

/** "Sign in needed (the login ended)", "Connected (and 12 shorter changes)". */
export function spanWords({ kind, why, brief }: SpanTold): string {
  const remarks = [
    ...(why !== undefined && WHY[why] !== undefined ? [WHY[why]] : []),
    ...(brief ? [`and ${brief} shorter ${brief === 1 ? 'change' : 'changes'}`] : []),
  ];
  return remarks.length === 0 ? STATE_WORD[kind] : `${STATE_WORD[kind]} (${remarks.join(', ')})`;
}

export function pointWords({ kind, count }: Pick<Point, 'kind' | 'count'>): string {
  return count === 1 ? POINT_WORD[kind] : `${POINT_WORD[kind]} ${count} times`;
}

/** A past problem in a few words; undefined where its state's word says it all. */
export function whyWords(code: ProblemCode): string | undefined {
  return WHY[code];
}
