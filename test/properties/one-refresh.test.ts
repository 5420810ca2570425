import fc, { type Scheduler } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fail, ok, type Result } from '../../src-main/engine/model/result.ts';
import type { Clock, Http, HttpResponse, Vault } from '../../src-main/engine/ports.ts';
import { VAULT_WRITE_LIMIT_MS } from '../../src-main/engine/tokens/refresh-policy.ts';
import { RefreshScheduler } from '../../src-main/engine/tokens/refresh-scheduler.ts';
import { Refresher } from '../../src-main/engine/tokens/refresher.ts';
import { TokenStore } from '../../src-main/engine/tokens/token-store.ts';
import { createRecordingLogger } from '../fakes/recording-logger.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { ISSUER, loginWith, memoryIndex, refreshTokenOf } from '../tokens/logins.ts';

const S = 'linear';
/** After so many refreshes that come by themselves the run is over. */
const DUE_ALARMS = 4;

type Weather = 'fine' | 'broken' | 'unreachable' | 'ended';

/** An authorization server that rotates, and that takes the use of a rotated token for theft. */
function createGrants(later: () => Promise<void>, weather: Weather[]) {
  const current = new Map<string, string>();
  const spent = new Set<string>();
  let serial = 0;
  let inFlight = 0;
  const faults: string[] = [];
  const issue = (grant: string): string => {
    serial += 1;
    const token = `${grant}.${serial}`;
    current.set(grant, token);
    return token;
  };
  const reply = (status: number, body: unknown): Result<HttpResponse> =>
    ok({ status, headers: {}, body: JSON.stringify(body), url: `${ISSUER}/token` });
  const http: Http = {
    async send(request) {
      const form = new URLSearchParams(request.body);
      const isRefresh = request.url.endsWith('/token');
      if (isRefresh) inFlight += 1;
      if (inFlight > 1) faults.push('two refreshes in flight');
      await later();
      const answer = isRefresh ? refresh(form.get('refresh_token') ?? '') : reply(200, {});
      await later();
      if (isRefresh) inFlight -= 1;
      return answer;
    },
  };
  function refresh(token: string): Result<HttpResponse> {
    const today = weather.shift() ?? 'fine';
    if (today === 'broken') return reply(503, {});
    if (today === 'unreachable') return fail({ code: 'network-unreachable', host: 'as.example' });
    if (spent.has(token)) faults.push(`the rotated token ${token} was used again`);
    const grant = token.slice(2).split('.')[0] ?? '';
    if (today === 'ended' || `r-${current.get(grant)}` !== token) return reply(400, { error: 'invalid_grant' });
    spent.add(token);
    const next = issue(grant);
    return reply(200, {
      access_token: `a-${next}`,
      refresh_token: `r-${next}`,
      token_type: 'Bearer',
      expires_in: 3600,
    });
  }
  return { http, issue, faults };
}

/** A vault that keeps the order of its operations, each as late as the scheduler likes, and remembers every write. */
function createSlowVault(later: () => Promise<void>) {
  const values = new Map<string, string>();
  const written: string[] = [];
  let tail: Promise<unknown> = Promise.resolve();
  const inOrder = <T>(work: () => T): Promise<T> => {
    const mine = tail.then(later).then(work);
    tail = mine;
    return mine;
  };
  const tokenIn = (record: string): string => /"refreshToken":"([^"]+)"/.exec(record)?.[1] ?? '';
  const vault: Vault = {
    get: (key) =>
      inOrder(() => {
        const value = values.get(key);
        return value === undefined ? { kind: 'absent' } : { kind: 'found', value };
      }),
    set: (key, value) =>
      inOrder(() => {
        values.set(key, value);
        written.push(tokenIn(value));
        return { kind: 'done' };
      }),
    delete: (key) =>
      inOrder(() => {
        values.delete(key);
        return { kind: 'done' };
      }),
    health: () => ({ kind: 'keychain' }),
    onHealth: () => () => undefined,
    retry: async () => ({ kind: 'keychain' }),
    retryQuietly: async () => ({ kind: 'keychain' }),
  };
  const records = (): string[] => [...values.values()].map(tokenIn);
  return { vault, written, records, tokens: () => records().filter((token) => token !== '') };
}

/** Alarms ring in whatever order the scheduler likes; the write limit never does: the vault answers in the end. */
function createLooseClock(scheduler: Scheduler): Clock {
  let now = Date.UTC(2026, 5, 1, 12);
  let due = DUE_ALARMS;
  return {
    now: () => now,
    monotonicMs: () => now,
    setAlarm(at, ring) {
      const delay = at - now;
      const isDue = delay > 60_000;
      if (delay === VAULT_WRITE_LIMIT_MS || (isDue && due === 0)) return () => undefined;
      if (isDue) due -= 1;
      let cancelled = false;
      void scheduler.schedule(Promise.resolve(), 'alarm').then(() => {
        if (cancelled) return;
        now = Math.max(now, at);
        ring();
      });
      return () => {
        cancelled = true;
      };
    },
    onJump: () => () => undefined,
  };
}

const happening = fc.constantFrom('call', 'call', 'login', 'logout', 'registration');
const weather = fc.constantFrom<Weather>('fine', 'fine', 'fine', 'broken', 'unreachable', 'ended');

describe('24 calls, alarms, sign-ins, sign-outs and failing refreshes, in any order', () => {
  test('24 T2 one refresh in flight; the vault is never older than what callers use; nothing is stored after a sign-out', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(happening, { minLength: 1, maxLength: 12 }),
        fc.array(weather, { maxLength: 12 }),
        async (scheduler, happenings, days) => {
          const step = scheduler.scheduleFunction(async () => undefined);
          const later = async (): Promise<void> => void (await step());
          const grants = createGrants(later, [...days]);
          const { vault, written, records, tokens } = createSlowVault(later);
          const clock = createLooseClock(scheduler);
          const logger = createRecordingLogger();
          const random = createSeededRandom();
          const store = new TokenStore(vault, memoryIndex(), clock, logger);
          const refresher = new Refresher({ store, http: grants.http, clock, random, logger });
          const refreshes = new RefreshScheduler({
            store,
            refresher,
            clock,
            random,
            logger,
            onStart: look,
            onOutcome: look,
          });
          let people = 0;
          /** Grants whose sign-in began before the newest sign-out. */
          const over = new Set<string>();
          const begun = new Set<string>();

          function look(): void {
            const used = refreshTokenOf(store.current(S));
            if (used === undefined) return;
            // An ended login is taken from the vault first, too.
            const inVault = records()[0];
            expect(inVault).toBeDefined();
            expect(written).toContain(used);
            expect(written.lastIndexOf(inVault ?? '')).toBeGreaterThanOrEqual(written.indexOf(used));
          }
          function nothingOfOver(): void {
            const kept = [...tokens(), refreshTokenOf(store.current(S)) ?? ''].map(
              (token) => token.slice(2).split('.')[0],
            );
            for (const grant of kept) expect(over.has(grant ?? '')).toBe(false);
          }
          async function login(): Promise<void> {
            people += 1;
            const grant = `g${people}`;
            const ticket = store.ticket(S);
            begun.add(grant);
            await later();
            const token = grants.issue(grant);
            await later();
            const base = loginWith(token);
            const lives = base.tokens && {
              ...base.tokens,
              obtainedAt: clock.now(),
              expiresAt: clock.now() + 3_600_000,
            };
            await store.saveNewGrant(S, { ...base, ...(lives ? { tokens: lives } : {}) }, ticket);
            refreshes.plan(S);
          }
          async function registration(): Promise<void> {
            const ticket = store.ticket(S);
            const seen = store.current(S);
            await later();
            const nextClient = { ...loginWith(undefined).client, clientId: 'next' };
            await store.saveRegistration(S, seen ? { ...seen, nextClient } : loginWith(undefined), ticket);
          }
          async function logout(): Promise<void> {
            for (const grant of begun) over.add(grant);
            refreshes.cancel(S);
            await store.forget(S);
            nothingOfOver();
          }
          async function call(): Promise<void> {
            await store.load(S);
            look();
            if (store.current(S)) await refreshes.refreshNow(S, 'expired');
            look();
          }
          const does = { call, login, logout, registration };
          const all = happenings.map(async (kind) => {
            await later();
            await does[kind]();
            look();
          });
          await scheduler.waitFor(Promise.all(all));
          const flight = refresher.flight(S)?.outcome;
          if (flight) await scheduler.waitFor(flight);
          refreshes.stop();
          await scheduler.waitFor(refresher.stop());
          look();
          nothingOfOver();
          expect(grants.faults).toEqual([]);
          // What is stored is what is used: a restart goes on from it.
          const used = refreshTokenOf(store.current(S));
          expect(tokens()).toEqual(used === undefined ? [] : [used]);
        },
      ),
      { numRuns: 300 },
    );
  }, 60_000);
});
