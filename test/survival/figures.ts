import type { SubjectId } from './subject.ts';

/** What one trial showed, counted outside the subject: at the authorization server, at the tools, in the folder. */
export interface Figures {
  /** Opened while the fault was played, whoever signed in on them. */
  readonly pages: number;
  /** Sign-ins that a person completed. */
  readonly signIns: number;
  readonly refreshes: number;
  readonly refreshAttempts: number;
  readonly calls: number;
  /** Calls that failed. */
  readonly failed: number;
  /** Those of them that a live token or a refresh that works could have answered. */
  readonly failedNeedlessly: number;
  /** Answers of 401 or "sign in" that a tool saw. */
  readonly unauthorizedSeen: number;
  readonly worstWaitMs: number;
  /** Requests at the token endpoint in a time for which it had asked for none; undefined where it asked for nothing. */
  readonly inRetryAfter?: number;
  /** Tokens and codes found by grep in what the subject wrote. */
  readonly inClearText: number;
  /** How calls worked again after the fault, with nobody's help where none is needed. */
  readonly end: 'works' | 'works-after-a-restart' | 'needs-a-sign-in';
  /** The first failure's words, without secrets. */
  readonly firstFailure?: string;
}

export interface Allowance {
  /** What the fault makes unavoidable: 1 where the login is ended by the server, or there was none. */
  readonly signIns: 0 | 1;
}

export type Verdict = 'kept' | 'kept, calls failed' | 'kept, pages' | 'kept, restart' | 'lost' | 'did not start';

export interface Cell {
  readonly experiment: string;
  readonly subject: SubjectId;
  readonly verdict: Verdict;
  /** Undefined where the subject could not be signed in at all. */
  readonly figures?: Figures;
  readonly trouble?: string;
  readonly seconds: number;
}
