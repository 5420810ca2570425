import { afterEach, expect, it } from 'vitest';
import { retryDelayMs } from '../../src-main/engine/tokens/refresh-policy.ts';
import { createManualClock, type ManualClock, type Span, settle, spanMs } from '../fakes/manual-clock.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { closeHouseholds, type Household, openHousehold } from './household.ts';
import { type LightServers, type RefreshSeen, startLightServers } from './light-servers.ts';

const LIFE_S = 180;
const NAMES = Array.from({ length: 20 }, (_, index) => `server-${index + 1}`);
/** In one flight: after the first and after the second attempt. */
const IN_FLIGHT_MS = [1000, 2000];
const AFTER_WAKE_MS = 15_000;

let servers: LightServers;

afterEach(async () => {
  await closeHouseholds();
  await servers.close();
});

interface Day {
  readonly household: Household;
  readonly clock: ManualClock;
  /** From when to when the servers could not be reached, or the machine slept. */
  readonly gaps: { from: number; to: number }[];
  readonly failures: string[];
  calls: number;
}

/** Whether something is under way that no alarm, only an answer, will end. */
function isBusy(
  { household }: Day,
  counted: { seen: number; exchanges: number; flights: Set<string>; attempts: Set<string> },
): boolean {
  const { lines } = household.logger;
  for (; counted.seen < lines.length; counted.seen += 1) {
    const line = lines[counted.seen];
    const server = String(line?.fields.server);
    if (line?.event === 'oauth.request') counted.exchanges += 1;
    if (line?.event === 'oauth.response') counted.exchanges -= 1;
    if (line?.event === 'refresh.started') counted.flights.add(server);
    if (line?.event === 'refresh.done') counted.flights.delete(server);
    // From its first line to its judgement an attempt is under way, also before its request is.
    if (line?.event === 'refresh.attempt') counted.attempts.add(server);
    if (line?.event === 'refresh.attempt-failed' || line?.event === 'refresh.done') counted.attempts.delete(server);
  }
  const { servers: views } = household.engine.view();
  const looksFor = views.some(({ name, state }) => state.kind === 'connecting' && !counted.flights.has(name));
  return counted.exchanges > 0 || counted.attempts.size > 0 || servers.underWay > 0 || looksFor;
}

function driverOf(day: Day) {
  const counted = { seen: 0, exchanges: 0, flights: new Set<string>(), attempts: new Set<string>() };
  const quiet = async (): Promise<void> => {
    do await settle();
    while (isBusy(day, counted));
  };
  /** Time goes by, alarm by alarm, each with the real time that the answers need which it causes. */
  return async (span: Span): Promise<void> => {
    const end = day.clock.now() + spanMs(span);
    for (;;) {
      await quiet();
      const next = day.clock.pendingAlarms[0];
      if (next === undefined || next > end) break;
      await day.clock.advance(Math.max(next - day.clock.now(), 0));
    }
    await day.clock.advance(end - day.clock.now());
    await quiet();
  };
}

async function callEach(day: Day): Promise<void> {
  await Promise.all(
    NAMES.map(async (name) => {
      day.calls += 1;
      const { status, message } = await day.household.call(name);
      if (status === 200 && message.result !== undefined) return;
      day.failures.push(`${name} at ${new Date(day.clock.now()).toISOString()}: ${status} ${message.error?.message}`);
    }),
  );
}

/** A token is renewed at 75 to 80 % of its life. */
const EARLIEST_MS = 135_000;
const LATEST_MS = 144_000;

/** Why this refresh was not due; undefined where the policy wanted it. */
function whyNotDue(log: readonly RefreshSeen[], index: number, since: number, gaps: Day['gaps']): string | undefined {
  const seen = log[index];
  const before = log[index - 1];
  if (seen === undefined) return undefined;
  if (seen.outcome === 'refused') return 'refused: a rotated token came back';
  const issued = log.slice(0, index).findLast(({ outcome }) => outcome === 'issued')?.at ?? since;
  const failures = log.slice(0, index).filter(({ at, outcome }) => at >= issued && outcome === '503');
  const lastAt = before?.at ?? since;
  const waited = seen.at - lastAt;
  const gap = gaps.find(({ from, to }) => from <= seen.at && to > lastAt && seen.at >= to);
  if (gap !== undefined) {
    const isLate = seen.at - gap.to > Math.max(AFTER_WAKE_MS, issued + LATEST_MS - gap.to);
    if (isLate) return `${seen.at - gap.to} ms after the gap`;
    return seen.at - issued >= EARLIEST_MS ? undefined : `${seen.at - issued} ms after the last one, despite the gap`;
  }
  if (failures.length === 0) {
    return waited >= EARLIEST_MS && waited <= LATEST_MS ? undefined : `${waited} ms after the last one`;
  }
  const remainingMs = issued + LIFE_S * 1000 - lastAt;
  const problem = { code: 'server-error', host: '', status: 503 } as const;
  const fits = (attempt: number): boolean =>
    waited >= retryDelayMs({ attempt, remainingMs, problem, fraction: 0 }) &&
    waited <= retryDelayMs({ attempt, remainingMs, problem, fraction: 1 });
  // Attempts of the flight, or whole flights, met no network, and the server's log does not know them.
  const metNoNetwork = gaps.some(({ to }) => to >= issued && to <= lastAt);
  if (metNoNetwork && (IN_FLIGHT_MS.includes(waited) || [1, 2, 3, 4, 5, 6].some(fits))) return undefined;
  const inFlight = IN_FLIGHT_MS[(failures.length - 1) % 3];
  if (inFlight !== undefined) return waited === inFlight ? undefined : `${waited} ms after failure ${failures.length}`;
  return fits(Math.floor(failures.length / 3)) ? undefined : `${waited} ms after a flight that failed`;
}

it('12 14 32 34 a day in minutes: 24 h, 20 servers, 3-minute tokens, 9 h of sleep, gaps, a tenth of all refreshes failing; a call each quarter of an hour sees no 401', async () => {
  const clock = createManualClock(Date.now());
  servers = await startLightServers({ now: () => clock.now(), random: createSeededRandom(24), lifeS: LIFE_S });
  const household = await openHousehold({
    clock,
    servers: Object.fromEntries(NAMES.map((name) => [name, servers.url(name)])),
    settings: { openBrowser: 'when-needed' },
  });
  for (const name of NAMES) await household.reached(name, 'login-needed');
  for (const name of NAMES) await household.signInTo(name);
  const since = clock.now();
  const pagesBefore = household.browser.pages.length;
  servers.resetCounts();
  servers.failRefreshes(0.1);
  const day: Day = { household, clock, gaps: [], failures: [], calls: 0 };
  const pass = driverOf(day);

  const hours = async (count: number): Promise<void> => {
    for (let quarter = 0; quarter < count * 4; quarter += 1) {
      await pass('15 min');
      await callEach(day);
    }
  };
  const withoutNetwork = async (span: Span): Promise<void> => {
    const from = clock.now();
    await servers.die();
    await pass(span);
    await servers.revive();
    day.gaps.push({ from, to: clock.now() });
    const calls = callEach(day);
    await pass(AFTER_WAKE_MS);
    await calls;
  };

  await hours(4);
  await withoutNetwork('40 s');
  await hours(2);
  await withoutNetwork('10 min');
  await hours(2);
  const asleepFrom = clock.now();
  await household.sleep('9 h');
  day.gaps.push({ from: asleepFrom, to: clock.now() });
  const callsAtWake = callEach(day);
  await pass(AFTER_WAKE_MS);
  await callsAtWake;
  const awake = servers.refreshes.filter(({ at, outcome }) => at > asleepFrom && outcome === 'issued');
  expect(new Set(awake.map(({ server }) => server)).size, 'renewed within 15 s of the wake').toBe(NAMES.length);
  await hours(3);
  await withoutNetwork('2 min');
  await hours(24 - 4 - 2 - 2 - 9 - 3);

  expect(clock.now() - since).toBeGreaterThanOrEqual(spanMs('24 h'));
  expect(day.failures).toEqual([]);
  // No caller saw one; a call that is under way while the clock is turned past its token's end meets one and is sent again.
  expect(servers.unauthorized, 'answers of 401 at the servers').toBeLessThan(5);
  expect(servers.authorizations, 'authorization pages').toBe(0);
  expect(household.browser.pages.length - pagesBefore, 'pages opened').toBe(0);
  const notDue = NAMES.flatMap((name) => {
    const own = servers.refreshes.filter(({ server }) => server === name);
    return own.flatMap((_, index) => whyNotDue(own, index, since, day.gaps) ?? []);
  });
  expect(notDue).toEqual([]);
  // None too few either: as many as fit into the time awake, give or take the gaps.
  const awakeMs = clock.now() - since - spanMs('9 h');
  const issued = servers.refreshes.filter(({ outcome }) => outcome === 'issued').length;
  expect(issued).toBeGreaterThan((NAMES.length * (awakeMs - spanMs('13 min'))) / (LATEST_MS + 3000));
  expect(issued).toBeLessThan((NAMES.length * awakeMs) / EARLIEST_MS + NAMES.length * 4);
}, 300_000);
