import type { EpochMs } from '../../src-main/engine/model/ids.ts';
import { assertNever } from '../../src-main/engine/model/result.ts';
import type { TokenLife } from '../../src-main/engine/model/server-state.ts';
import type { ServerRow } from '../../src-preload/contract.ts';
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

/** Token life as text and picture. */
export function lifeOf(row: ServerRow, now: EpochMs): Life {
  const { state } = row;
  switch (state.kind) {
    case 'ready':
      return tokenLife(state.token, now);
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
      return row.login ? { text, meter: heldMeter(row.login.token, now) } : { text };
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

function tokenLife(token: TokenLife, now: EpochMs): Life {
  switch (token.kind) {
    case 'not-needed':
      return {};
    case 'fresh': {
      const untilDue = token.refreshDueAt - now;
      return {
        text: untilDue > 0 ? words.renewsIn(formatSpan(untilDue)) : words.renewsSoon,
        ...meterOf('runs', token, now),
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
      return { text: words.renewingNow, ...meterOf('runs', token, now) };
    case 'refresh-waiting': {
      const left = token.retryAt - now;
      return {
        text: left > 0 ? words.triesIn(formatSpan(left)) : words.triesSoon,
        meter: heldMeter(token, now),
      };
    }
    default:
      return assertNever(token);
  }
}

/** Without its beginning and its end there is no scale to draw a token's life on. */
function meterOf(kind: MeterKind, token: TokenLife | undefined, now: EpochMs): Pick<Life, 'meter'> {
  if (!token || !('obtainedAt' in token) || token.obtainedAt === undefined || token.expiresAt === undefined) return {};
  const { obtainedAt, expiresAt } = token;
  const due = 'refreshDueAt' in token ? token.refreshDueAt : undefined;
  const whole = expiresAt - obtainedAt;
  return {
    meter: {
      kind,
      left: share(expiresAt - now, whole),
      ...(due === undefined ? {} : { due: share(expiresAt - due, whole) }),
    },
  };
}

/** Without a scale the whole bar is hatched: kept, and that is all that is known. */
function heldMeter(token: TokenLife | undefined, now: EpochMs): Meter {
  return meterOf('held', token, now).meter ?? { kind: 'held', left: 1 };
}

function share(part: number, whole: number): number {
  return whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0;
}
