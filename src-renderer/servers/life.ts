import type { EpochMs } from '../../src-main/engine/model/ids.ts';
import { assertNever } from '../../src-main/engine/model/result.ts';
import type { TokenLife } from '../../src-main/engine/model/server-state.ts';
import type { ServerRow } from '../../src-preload/contract.ts';
import type { FreshLife } from '../store.ts';
import { texts } from '../ui/texts.ts';
import { formatCountdown, formatSpan, formatTime } from '../ui/time.ts';

/**
 * `runs`: what is left of the token. `held`: kept, the server is away. `ends`: at its end a person is needed.
 * `flow`: what is left of a sign-in's time. `ended`: nothing is left.
 */
export type MeterKind = 'runs' | 'held' | 'ends' | 'flow' | 'ended';

export interface Meter {
  readonly kind: MeterKind;
  /** Share that is left, 0 to 1. */
  readonly left: number;
  /** Where the planned renewal stands, as such a share. */
  readonly due?: number;
}

export interface Life {
  readonly text?: string;
  readonly meter?: Meter;
}

const { life: words } = texts;

/** Token life as text and picture. `lastFresh` gives the scale while a token is renewed or its server is away. */
export function lifeOf(row: ServerRow, lastFresh: FreshLife | undefined, now: EpochMs): Life {
  const { state } = row;
  switch (state.kind) {
    case 'ready':
      return tokenLife(state.token, lastFresh, now);
    case 'logging-in': {
      const left = state.deadline - now;
      return {
        text: words.left(formatCountdown(left)),
        meter: { kind: 'flow', left: share(left, state.deadline - state.since) },
      };
    }
    case 'login-needed':
      // Other reasons tell of a sign-in that failed, not of a login that was.
      if (state.reason.code !== 'login-ended') return {};
      return { text: words.endedAt(formatTime(row.since, now)), meter: { kind: 'ended', left: 0 } };
    case 'waiting': {
      const left = state.retryAt - now;
      const text = left > 0 ? words.triesIn(formatSpan(left)) : words.triesSoon;
      return row.login ? { text, meter: heldMeter(lastFresh, now) } : { text };
    }
    case 'locked':
      return { text: words.kept };
    case 'paused':
    case 'disabled':
    case 'connecting':
    case 'stopped':
      return row.login ? { text: words.kept } : {};
    default:
      return assertNever(state);
  }
}

function tokenLife(token: TokenLife, lastFresh: FreshLife | undefined, now: EpochMs): Life {
  switch (token.kind) {
    case 'not-needed':
      return {};
    case 'fresh': {
      const untilDue = token.refreshDueAt - now;
      return {
        text: untilDue > 0 ? words.renewsIn(formatSpan(untilDue)) : words.renewsSoon,
        meter: runningMeter('runs', token, now),
      };
    }
    case 'no-refresh': {
      const left = token.expiresAt - now;
      return {
        text: left > 0 ? words.endsIn(formatSpan(left)) : words.ended,
        meter: { kind: 'ends', left: share(left, token.expiresAt - token.obtainedAt) },
      };
    }
    case 'unknown-life':
      return { text: words.noEnd };
    case 'refreshing':
      return lastFresh
        ? { text: words.renewingNow, meter: runningMeter('runs', lastFresh, now) }
        : { text: words.renewingNow };
    case 'refresh-waiting': {
      const left = token.retryAt - now;
      return {
        text: left > 0 ? words.triesIn(formatSpan(left)) : words.triesSoon,
        meter: heldMeter(lastFresh, now),
      };
    }
    default:
      return assertNever(token);
  }
}

function runningMeter(kind: MeterKind, life: FreshLife, now: EpochMs): Meter {
  const whole = life.expiresAt - life.obtainedAt;
  return {
    kind,
    left: share(life.expiresAt - now, whole),
    due: share(life.expiresAt - life.refreshDueAt, whole),
  };
}

/** Without a scale the whole bar is hatched: kept, and that is all that is known. */
function heldMeter(lastFresh: FreshLife | undefined, now: EpochMs): Meter {
  return lastFresh ? runningMeter('held', lastFresh, now) : { kind: 'held', left: 1 };
}

function share(part: number, whole: number): number {
  return whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0;
}
