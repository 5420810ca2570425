import type { CorrelationId, EpochMs, FlowId } from './ids.ts';
import type { Problem } from './problem.ts';
import { assertNever } from './result.ts';
import type { SignInAhead } from './sign-in-ahead.ts';

/** `signIn`: a person will be needed by then (T4). */
export type TokenLife =
  | { readonly kind: 'not-needed' }
  | {
      readonly kind: 'fresh';
      readonly obtainedAt: EpochMs;
      readonly expiresAt: EpochMs;
      readonly refreshDueAt: EpochMs;
      readonly signIn?: SignInAhead;
    }
  | {
      readonly kind: 'no-refresh';
      readonly obtainedAt: EpochMs;
      readonly expiresAt: EpochMs;
      readonly signIn?: SignInAhead;
    }
  | { readonly kind: 'unknown-life'; readonly signIn?: SignInAhead }
  | {
      readonly kind: 'refreshing';
      readonly obtainedAt?: EpochMs;
      readonly expiresAt?: EpochMs;
      /** When it was, or would have been, due by plan. */
      readonly refreshDueAt?: EpochMs;
      readonly startedAt: EpochMs;
      readonly correlationId: CorrelationId;
    }
  | {
      readonly kind: 'refresh-waiting';
      readonly obtainedAt?: EpochMs;
      readonly expiresAt?: EpochMs;
      readonly refreshDueAt?: EpochMs;
      readonly retryAt: EpochMs;
      readonly attempt: number;
      readonly problem: Problem;
      readonly signIn?: SignInAhead;
    };

export interface StepUp {
  readonly scope: string;
}

export type ServerState =
  | { readonly kind: 'disabled' }
  | { readonly kind: 'paused' }
  | { readonly kind: 'connecting'; readonly attempt: number; readonly since: EpochMs }
  | { readonly kind: 'ready'; readonly token: TokenLife; readonly stepUp?: StepUp }
  | { readonly kind: 'login-needed'; readonly reason: Problem; readonly scope?: string }
  | { readonly kind: 'logging-in'; readonly flowId: FlowId; readonly since: EpochMs; readonly deadline: EpochMs }
  | { readonly kind: 'locked'; readonly since: EpochMs }
  | { readonly kind: 'waiting'; readonly retryAt: EpochMs; readonly attempt: number; readonly problem: Problem }
  | { readonly kind: 'stopped'; readonly problem: Problem };

/** What happened to a server. Facts, not wishes: each names what was seen. */
export type ServerEvent =
  | { readonly kind: 'enabled'; readonly at: EpochMs }
  | { readonly kind: 'disabled' }
  | { readonly kind: 'paused' }
  | { readonly kind: 'resumed'; readonly at: EpochMs }
  | { readonly kind: 'connect-started'; readonly at: EpochMs }
  | { readonly kind: 'usable'; readonly token: TokenLife }
  | { readonly kind: 'token-changed'; readonly token: TokenLife }
  | { readonly kind: 'scope-missing'; readonly scope: string }
  | { readonly kind: 'login-missing'; readonly reason: Problem; readonly scope?: string }
  | { readonly kind: 'flow-started'; readonly flowId: FlowId; readonly at: EpochMs; readonly deadline: EpochMs }
  | { readonly kind: 'vault-locked'; readonly at: EpochMs }
  | { readonly kind: 'failed'; readonly problem: Problem; readonly retryAt: EpochMs; readonly attempt: number }
  | { readonly kind: 'hopeless'; readonly problem: Problem };

/** Total and pure. The one caller (`upstream/current-state.ts`) stores the answer, logs it and tells the others. */
export function nextState(state: ServerState, event: ServerEvent): ServerState {
  if (event.kind === 'disabled') return { kind: 'disabled' };
  if (state.kind === 'disabled' && event.kind !== 'enabled') return state;
  if (event.kind === 'paused') return { kind: 'paused' };
  if (state.kind === 'paused' && event.kind !== 'resumed') return state;
  switch (event.kind) {
    case 'enabled':
    case 'resumed':
      return { kind: 'connecting', attempt: 1, since: event.at };
    case 'connect-started':
      // Only who has nothing better to say says "Connecting": an outage, a login or a flow is not hidden by a look.
      if (state.kind === 'connecting') return { ...state, attempt: state.attempt + 1 };
      return state.kind === 'stopped' || state.kind === 'locked'
        ? { kind: 'connecting', attempt: 1, since: event.at }
        : state;
    case 'usable':
      return { kind: 'ready', token: event.token };
    case 'token-changed':
      return state.kind === 'ready' ? { ...state, token: event.token } : state;
    case 'scope-missing':
      return state.kind === 'ready' ? { ...state, stepUp: { scope: event.scope } } : state;
    case 'login-missing':
      return {
        kind: 'login-needed',
        reason: event.reason,
        ...(event.scope === undefined ? {} : { scope: event.scope }),
      };
    case 'flow-started':
      return { kind: 'logging-in', flowId: event.flowId, since: event.at, deadline: event.deadline };
    case 'vault-locked':
      return state.kind === 'locked' ? state : { kind: 'locked', since: event.at };
    case 'failed':
      return { kind: 'waiting', retryAt: event.retryAt, attempt: event.attempt, problem: event.problem };
    case 'hopeless':
      return { kind: 'stopped', problem: event.problem };
    default:
      return assertNever(event);
  }
}
