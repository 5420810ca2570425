import type { EpochMs, ServerName } from './ids.ts';
import type { ProblemCode } from './problem.ts';
import { assertNever } from './result.ts';
import type { ServerState } from './server-state.ts';

/** A state as the last 24 hours tell it: one kind for each word. The last two are gaps, in which nobody looked. */
export const SPAN_KINDS = [
  'connected',
  'access-asked',
  'connecting',
  'sign-in-needed',
  'signing-in',
  'locked',
  'offline',
  'trying-again',
  'token-rejected',
  'credential-rejected',
  'stopped',
  'disabled',
  'paused',
  'not-running',
  'asleep',
] as const;

export type SpanKind = (typeof SPAN_KINDS)[number];

export const POINT_KINDS = ['renewed', 'signed-in', 'signed-out'] as const;

export type PointKind = (typeof POINT_KINDS)[number];

/** From `from` until the next one. Only the problem's code is kept: its words may be a foreign server's. */
export interface Span {
  readonly kind: SpanKind;
  readonly from: EpochMs;
  readonly why?: ProblemCode;
  /** So many shorter spans were merged into this one. */
  readonly brief?: number;
}

/** Something at one moment, or so many of the same kind between `at` and `until`. */
export interface Point {
  readonly kind: PointKind;
  readonly at: EpochMs;
  readonly until: EpochMs;
  readonly count: number;
}

/** What happened to one server, oldest first. The last span goes on. */
export interface Timeline {
  readonly spans: readonly Span[];
  readonly points: readonly Point[];
}

/** All servers' timelines as a file keeps them; `seenAt` is when the program was last known to run. */
export interface Timelines {
  readonly seenAt: EpochMs;
  readonly servers: Readonly<Record<ServerName, Timeline>>;
}

/** A timeline cut to the time that is shown. */
export interface History {
  readonly name: ServerName;
  readonly from: EpochMs;
  readonly until: EpochMs;
  readonly spans: readonly (Span & { readonly until: EpochMs })[];
  readonly points: readonly Point[];
}

export function spanKindOf(state: ServerState): SpanKind {
  switch (state.kind) {
    case 'ready':
      return state.stepUp ? 'access-asked' : 'connected';
    case 'login-needed':
      return 'sign-in-needed';
    case 'logging-in':
      return 'signing-in';
    case 'waiting':
      if (state.problem.code === 'network-unreachable') return 'offline';
      return state.problem.code === 'token-rejected' ? 'token-rejected' : 'trying-again';
    case 'stopped':
      return state.problem.code === 'credential-rejected' ? 'credential-rejected' : 'stopped';
    case 'connecting':
    case 'locked':
    case 'disabled':
    case 'paused':
      return state.kind;
    default:
      return assertNever(state);
  }
}
