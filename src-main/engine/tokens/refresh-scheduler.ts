import { withCorrelation } from '../correlation.ts';
import type { EpochMs, ServerName } from '../model/ids.ts';
import type { TokenLife } from '../model/server-state.ts';
import { signInAhead } from '../model/sign-in-ahead.ts';
import { isRenewable } from '../model/token-set.ts';
import type { Clock, Dispose, Logger, Random } from '../ports.ts';
import { dueAfterJump, type RefreshRetry, refreshDueAt, retryDelayMs } from './refresh-policy.ts';
import type { Refresher, RefreshOutcome, RefreshReason } from './refresher.ts';
import { staggeredAt } from './stagger.ts';
import type { TokenStore } from './token-store.ts';

interface Plan {
  readonly dueAt?: EpochMs;
  readonly retry?: RefreshRetry;
  readonly cancel: Dispose;
}

/** Keeps one alarm for each server: when its token is due, or when a failed refresh is tried again. */
export class RefreshScheduler {
  readonly #plans = new Map<ServerName, Plan>();
  readonly #store: TokenStore;
  readonly #refresher: Refresher;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #logger: Logger;
  readonly #onStart: (server: ServerName) => void;
  readonly #onOutcome: (server: ServerName, outcome: RefreshOutcome) => void;
  readonly #stopWatching: Dispose;
  #stopped = false;

  constructor(deps: {
    store: TokenStore;
    refresher: Refresher;
    clock: Clock;
    random: Random;
    logger: Logger;
    readonly onStart: (server: ServerName) => void;
    /** Told of every refresh that ended, whoever asked for it; the plan is made already. */
    onOutcome: (server: ServerName, outcome: RefreshOutcome) => void;
  }) {
    this.#store = deps.store;
    this.#refresher = deps.refresher;
    this.#clock = deps.clock;
    this.#random = deps.random;
    this.#logger = deps.logger;
    this.#onStart = deps.onStart;
    this.#onOutcome = deps.onOutcome;
    this.#stopWatching = deps.clock.onJump((byMs) => this.#lookAgain(byMs));
  }

  /** Makes the plan for the login that the store has now. */
  plan(server: ServerName): void {
    this.cancel(server);
    if (this.#stopped) return;
    const login = this.#store.current(server);
    const at = { now: this.#clock.now(), fraction: this.#random.fraction() };
    const dueAt = login?.tokens && refreshDueAt(login.tokens, at, isRenewable(login));
    if (dueAt === undefined || this.#refresher.isClientRejected(server)) return;
    this.#plans.set(server, { dueAt, cancel: this.#alarm(server, dueAt) });
    this.#logger.debug('refresh.planned', { server, at: dueAt });
  }

  cancel(server: ServerName): void {
    this.#plans.get(server)?.cancel();
    this.#plans.delete(server);
  }

  /** Joins or starts the one refresh and plans what comes after it, whoever asked. */
  refreshNow(server: ServerName, reason: RefreshReason): Promise<RefreshOutcome> {
    const running = this.#refresher.flight(server);
    if (running) return this.#refresher.refresh(server, reason).outcome;
    const { outcome: ended, correlationId } = this.#refresher.refresh(server, reason);
    this.#onStart(server);
    return withCorrelation(correlationId, async () => {
      const outcome = await ended;
      this.#planAfter(server, outcome);
      this.#onOutcome(server, outcome);
      return outcome;
    });
  }

  life(server: ServerName): TokenLife {
    const login = this.#store.current(server);
    const tokens = login?.tokens;
    if (!tokens) return { kind: 'not-needed' };
    const plan = this.#plans.get(server);
    const times = {
      obtainedAt: tokens.obtainedAt,
      ...(tokens.expiresAt === undefined ? {} : { expiresAt: tokens.expiresAt }),
      ...(plan?.dueAt === undefined ? {} : { refreshDueAt: plan.dueAt }),
    };
    const ahead = signInAhead(login, this.#clock.now());
    const signIn = ahead ? { signIn: ahead } : {};
    const flight = this.#refresher.flight(server);
    if (flight) {
      return { kind: 'refreshing', ...times, startedAt: flight.startedAt, correlationId: flight.correlationId };
    }
    if (plan?.retry) {
      const { at, attempt, problem } = plan.retry;
      return { kind: 'refresh-waiting', ...times, retryAt: at, attempt, problem, ...signIn };
    }
    if (tokens.expiresAt === undefined) return { kind: 'unknown-life', ...signIn };
    if (!isRenewable(login))
      return { kind: 'no-refresh', obtainedAt: tokens.obtainedAt, expiresAt: tokens.expiresAt, ...signIn };
    return {
      kind: 'fresh',
      obtainedAt: tokens.obtainedAt,
      expiresAt: tokens.expiresAt,
      refreshDueAt: plan?.dueAt ?? tokens.expiresAt,
      ...signIn,
    };
  }

  /** When a failed refresh is tried again, and why it failed. */
  retry(server: ServerName): RefreshRetry | undefined {
    return this.#plans.get(server)?.retry;
  }

  /** What failed is tried again within seconds, one after the other; a time that a server named is kept. */
  networkReturned(): void {
    this.#lookAgain(0);
  }

  stop(): void {
    this.#stopped = true;
    this.#stopWatching();
    for (const server of [...this.#plans.keys()]) this.cancel(server);
  }

  #alarm(server: ServerName, at: EpochMs): Dispose {
    return this.#clock.setAlarm(at, () => {
      void this.refreshNow(server, 'due');
    });
  }

  #planAfter(server: ServerName, outcome: RefreshOutcome): void {
    // Only a change of its configuration helps, which makes a new plan.
    if (outcome.kind === 'client-refused') {
      this.cancel(server);
      return;
    }
    if (outcome.kind !== 'failed') {
      this.plan(server);
      return;
    }
    if (this.#stopped || !this.#store.current(server)) return;
    const attempt = (this.#plans.get(server)?.retry?.attempt ?? 0) + 1;
    const now = this.#clock.now();
    const expiresAt = this.#store.current(server)?.tokens?.expiresAt ?? now;
    const delayMs = retryDelayMs({
      attempt,
      remainingMs: expiresAt - now,
      problem: outcome.problem,
      fraction: this.#random.fraction(),
    });
    const due = this.#plans.get(server)?.dueAt;
    this.cancel(server);
    const at = now + delayMs;
    this.#plans.set(server, {
      ...(due === undefined ? {} : { dueAt: due }),
      retry: { at, attempt, problem: outcome.problem },
      cancel: this.#alarm(server, at),
    });
    this.#logger.info('refresh.retry-planned', { server, attempt, at, problem: outcome.problem.code });
  }

  /** After a sleep, a jump or the network's return: what is due is refreshed within seconds, one after the other. */
  #lookAgain(byMs: number): void {
    const now = this.#clock.now();
    const dueNow: [ServerName, Plan][] = [];
    for (const [server, plan] of this.#plans) {
      const obtainedAt = this.#store.current(server)?.tokens?.obtainedAt ?? now;
      const at = dueAfterJump(plan, { now, byMs, obtainedAt });
      if (at === now) dueNow.push([server, plan]);
      else if (at !== undefined) this.#move(server, plan, at);
    }
    dueNow.forEach(([server, plan], position) => {
      this.#move(server, plan, staggeredAt(now, position, dueNow.length));
    });
    if (dueNow.length > 0) this.#logger.info('refresh.due-again', { ms: byMs, count: dueNow.length });
  }

  #move(server: ServerName, { cancel, retry, ...plan }: Plan, at: EpochMs): void {
    cancel();
    this.#plans.set(server, {
      ...plan,
      // Counted from the beginning: what failed before the jump says little about now.
      ...(retry ? { retry: { ...retry, at, attempt: 0 } } : {}),
      cancel: this.#alarm(server, at),
    });
  }
}
