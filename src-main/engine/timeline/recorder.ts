import type { EpochMs, ServerName } from '../model/ids.ts';
import type { ServerState } from '../model/server-state.ts';
import { type History, type Point, spanKindOf, type Timeline, type Timelines } from '../model/timeline.ts';
import type { Login } from '../model/token-set.ts';
import type { Clock, Dispose, KeptRecord } from '../ports.ts';
import { addPoint, bound, EMPTY_TIMELINE, enter, historyOf, insertGap, SHOWN_MS, shift } from './record.ts';

interface Watched {
  readonly name: ServerName;
  readonly state: ServerState;
  readonly login: Login | undefined;
}

/** What of a login tells that something happened to it. */
interface LoginSeen {
  readonly signedInAt: EpochMs | undefined;
  readonly renewedCount: number;
}

/** Keeps each server's last 24 hours, from what the engine tells of every change. */
export class TimelineRecorder {
  readonly #clock: Clock;
  readonly #record: KeptRecord<Timelines>;
  readonly #timelines: Map<ServerName, Timeline>;
  readonly #logins = new Map<ServerName, LoginSeen>();
  readonly #stopWatching: Dispose;
  #startedAt: EpochMs;

  constructor(record: KeptRecord<Timelines>, clock: Clock) {
    this.#clock = clock;
    this.#record = record;
    this.#startedAt = clock.now();
    this.#timelines = new Map(Object.entries(left(record.left, this.#startedAt)));
    this.#stopWatching = clock.onJump((byMs) => this.#onJump(byMs));
    record.start(() => this.#current());
  }

  /** A server came, its state changed, or something happened to its login. Nothing new costs nothing. */
  observe({ name, state, login }: Watched): void {
    const before = this.#timelines.get(name) ?? EMPTY_TIMELINE;
    const problem = 'problem' in state ? state.problem : 'reason' in state ? state.reason : undefined;
    const now = this.#clock.now();
    const entered = enter(before, {
      kind: spanKindOf(state),
      from: now,
      ...(problem === undefined ? {} : { why: problem.code }),
    });
    const after = this.#pointsOf(name, state, login).reduce(addPoint, entered);
    if (after === before) return;
    this.#timelines.set(name, bound(after, now));
    this.#record.changed();
  }

  /** Resolves when the file does not know it any more either. */
  async forget(name: ServerName): Promise<void> {
    this.#logins.delete(name);
    if (this.#timelines.delete(name)) await this.#record.erased();
  }

  history(name: ServerName): History {
    return historyOf(name, this.#timelines.get(name) ?? EMPTY_TIMELINE, this.#clock.now());
  }

  async stop(): Promise<void> {
    this.#stopWatching();
    await this.#record.stop();
  }

  #pointsOf(name: ServerName, state: ServerState, login: Login | undefined): Point[] {
    const before = this.#logins.get(name);
    const now = this.#clock.now();
    const once = (kind: Point['kind'], at = now, count = 1): Point => ({ kind, at, until: at, count });
    if (!login?.tokens) {
      this.#logins.delete(name);
      // An ended login is told by its state; what is left is a person who signed out, or a changed configuration.
      const isTold = state.kind === 'login-needed' && state.reason.code === 'login-ended';
      return before && !isTold ? [once('signed-out')] : [];
    }
    const { signedInAt, renewedCount, tokens } = login;
    this.#logins.set(name, { signedInAt, renewedCount });
    // What the vault had from an earlier run is no news.
    const isNews = before ? before.signedInAt !== signedInAt : (signedInAt ?? 0) >= this.#startedAt;
    if (isNews) return [once('signed-in', signedInAt)];
    const renewals = before ? renewedCount - before.renewedCount : tokens.obtainedAt >= this.#startedAt ? 1 : 0;
    return renewedCount > 0 && renewals > 0 ? [once('renewed', tokens.obtainedAt, renewals)] : [];
  }

  #onJump(byMs: number): void {
    const now = this.#clock.now();
    if (byMs < 0) this.#startedAt += byMs;
    for (const [name, timeline] of this.#timelines) {
      this.#timelines.set(name, byMs < 0 ? shift(timeline, byMs) : insertGap(timeline, 'asleep', now - byMs, now));
    }
    this.#record.changed();
  }

  #current(): Timelines {
    const now = this.#clock.now();
    const servers = [...this.#timelines].map(([name, timeline]) => [name, bound(timeline, now)] as const);
    // A server that is configured no more is known until its last day is over.
    const kept = servers.filter(([, { spans }]) => {
      const last = spans.at(-1);
      return last && !(last.kind === 'not-running' && last.from <= now - SHOWN_MS);
    });
    return { seenAt: now, servers: Object.fromEntries(kept) };
  }
}

/** What the last run left: since its end nobody looked. A clock that was set back meanwhile is followed. */
function left({ seenAt, servers }: Timelines, now: EpochMs): Record<ServerName, Timeline> {
  const byMs = Math.min(0, now - seenAt);
  const entries = Object.entries(servers).map(([name, timeline]) => {
    const then = byMs === 0 ? timeline : shift(timeline, byMs);
    return [name, enter(then, { kind: 'not-running', from: seenAt + byMs })] as const;
  });
  return Object.fromEntries(entries);
}
