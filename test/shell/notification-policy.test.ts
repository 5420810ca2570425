import { describe, expect, it } from 'vitest';
import type { ServerState, TokenLife } from '../../src-main/engine/model/server-state.ts';
import { noticeFor } from '../../src-main/shell/notice.ts';
import { NOTHING_TOLD, type NotificationMemory, stepNotifications } from '../../src-main/shell/notification-policy.ts';
import { speechFor } from '../../src-main/shell/speech.ts';
import type { Snapshot } from '../../src-preload/contract.ts';
import { aRow, aSnapshot, NOON } from '../control/scripted-engine.ts';

const SECOND = 1000;
const fresh: TokenLife = { kind: 'fresh', obtainedAt: 0, expiresAt: NOON, refreshDueAt: NOON };
const states = {
  ready: { kind: 'ready', token: fresh },
  soon: { kind: 'ready', token: { ...fresh, signIn: { by: NOON + 65 * 60_000, soon: true } } },
  later: { kind: 'ready', token: { ...fresh, signIn: { by: NOON + 65 * 60_000, soon: false } } },
  refreshing: { kind: 'ready', token: { kind: 'refreshing', startedAt: NOON, correlationId: 'c' } },
  stepUp: { kind: 'ready', token: fresh, stepUp: { scope: 'write' } },
  needed: { kind: 'login-needed', reason: { code: 'login-ended', why: 'invalid-grant' } },
  wantsClient: { kind: 'login-needed', reason: { code: 'registration-unavailable', issuer: 'https://i.example' } },
  signingIn: { kind: 'logging-in', flowId: 'f', since: NOON, deadline: NOON },
  offline: { kind: 'waiting', retryAt: NOON, attempt: 1, problem: { code: 'network-unreachable', host: 'h' } },
  rejected: { kind: 'waiting', retryAt: NOON, attempt: 1, problem: { code: 'token-rejected' } },
  refreshWaits: {
    kind: 'ready',
    token: {
      kind: 'refresh-waiting',
      retryAt: NOON,
      attempt: 3,
      problem: { code: 'server-error', host: 'h', status: 500 },
    },
  },
  stopped: { kind: 'stopped', problem: { code: 'credential-rejected', status: 401 } },
  connecting: { kind: 'connecting', attempt: 1, since: NOON },
  locked: { kind: 'locked', since: NOON },
  disabled: { kind: 'disabled' },
  paused: { kind: 'paused' },
} as const satisfies Record<string, ServerState>;
type Name = keyof typeof states;
type Servers = Readonly<Record<string, Name>>;

const snapshotOf = (servers: Servers, over: Partial<Snapshot> = {}): Snapshot =>
  aSnapshot(
    Object.entries(servers).map(([name, state]) => aRow({ name, state: states[state] })),
    over,
  );

const english = {
  ...speechFor('en', [], () => NOON),
  formatTime: (at: number) => new Date(at).toISOString().slice(11, 16),
};

/** A person's day: at a second, these servers are so. Gives what was on the screen, and when. */
function day(
  ...moments: readonly [second: number, servers: Servers, over?: Partial<Snapshot> & { readonly looks?: boolean }][]
): string[] {
  const seen: string[] = [];
  const titles = new Map<number, string>();
  let memory: NotificationMemory = NOTHING_TOLD;
  let now = NOON;
  const step = (servers: Servers, over: Partial<Snapshot>, looks: boolean): number | undefined => {
    const snapshot = snapshotOf(servers, over);
    const next = stepNotifications(memory, snapshot, now, looks);
    memory = next.memory;
    const at = `${(now - NOON) / SECOND} s`;
    for (const id of next.withdraw) seen.push(`${at}: - ${titles.get(id)}`);
    for (const { id, matters } of next.show) {
      const title = noticeFor(matters, snapshot, english)?.title ?? 'nothing';
      titles.set(id, title);
      seen.push(`${at}: ${title}`);
    }
    return next.lookAgainAt;
  };
  moments.forEach(([second, servers, { looks = false, ...over } = {}], index) => {
    now = NOON + second * SECOND;
    const until = moments[index + 1]?.[0];
    let again = step(servers, over, looks);
    while (again !== undefined && (until === undefined || again < NOON + until * SECOND)) {
      now = again;
      again = step(servers, over, looks);
    }
  });
  return seen;
}

describe('38 a notification', () => {
  it('comes once for each incident, and goes when it heals', () => {
    expect(
      day(
        [0, { notion: 'ready' }],
        [10, { notion: 'needed' }],
        [60, { notion: 'needed' }],
        [600, { notion: 'offline' }],
        [610, { notion: 'needed' }],
        [700, { notion: 'ready' }],
        [800, { notion: 'needed' }],
      ),
    ).toEqual(['15 s: Sign in needed: notion', '700 s: - Sign in needed: notion', '805 s: Sign in needed: notion']);
  });

  it.each<Name>([
    'offline',
    'connecting',
    'refreshWaits',
    'refreshing',
    'later',
    'disabled',
    'paused',
    'ready',
    'signingIn',
  ])('comes for nothing that heals by itself or that a person wanted: %s', (state) => {
    expect(day([0, { notion: 'ready' }], [10, { notion: state }], [300, { notion: state }])).toEqual([]);
  });

  it('does not come for what is over within seconds', () => {
    expect(day([0, { notion: 'needed' }], [3, { notion: 'ready' }], [60, { notion: 'ready' }])).toEqual([]);
    expect(day([0, { a: 'locked', b: 'locked' }], [9, { a: 'ready', b: 'ready' }])).toEqual([]);
  });

  it('is not shown to a person who is looking at the window, and not made up for later', () => {
    expect(
      day([0, { notion: 'needed' }, { looks: true }], [60, { notion: 'needed' }], [120, { notion: 'needed' }]),
    ).toEqual([]);
  });

  it('is not shown either where the person looked at its beginning, or before it would have come', () => {
    expect(day([0, { notion: 'needed' }, { looks: true }], [1, { notion: 'needed' }])).toEqual([]);
    expect(
      day([0, { notion: 'needed' }], [2, { notion: 'needed' }, { looks: true }], [4, { notion: 'needed' }]),
    ).toEqual([]);
  });

  it('goes while a person signs in, and does not come again when that is given up', () => {
    expect(
      day(
        [0, { notion: 'needed' }],
        [30, { notion: 'signingIn' }],
        [60, { notion: 'needed' }],
        [90, { notion: 'ready' }],
      ),
    ).toEqual(['5 s: Sign in needed: notion', '30 s: - Sign in needed: notion']);
  });

  it('11 is one for twenty servers that need a login after a holiday', () => {
    const names = Array.from({ length: 20 }, (_, index) => `server-${index}`);
    const all = (state: (index: number) => Name): Servers =>
      Object.fromEntries(names.map((name, index) => [name, state(index)]));
    expect(
      day(
        [0, all(() => 'connecting')],
        // Eight at a time are looked at; a slow one takes its time.
        [2, all((index) => (index < 8 ? 'needed' : 'connecting'))],
        [9, all((index) => (index < 16 ? 'needed' : 'connecting'))],
        [17, all(() => 'needed')],
        [100, all((index) => (index < 10 ? 'ready' : 'needed')), { loginToAll: { server: 'server-10', left: 9 } }],
        [200, all(() => 'ready')],
      ),
    ).toEqual(['22 s: 20 servers need you', '100 s: - 20 servers need you']);
  });

  it('does not wait for ever for a server that never answers', () => {
    expect(day([0, { a: 'needed', b: 'connecting' }], [300, { a: 'needed', b: 'connecting' }])).toEqual([
      '30 s: Sign in needed: a',
    ]);
  });

  it('of later servers is one of its own, and of several stays until the last one has healed', () => {
    expect(
      day(
        [0, { a: 'needed', b: 'needed', c: 'ready' }],
        [60, { a: 'ready', b: 'needed', c: 'needed' }],
        [120, { a: 'ready', b: 'ready', c: 'needed' }],
        [180, { a: 'ready', b: 'ready' }],
      ),
    ).toEqual([
      '5 s: 2 servers need you',
      '65 s: Sign in needed: c',
      '120 s: - 2 servers need you',
      '180 s: - Sign in needed: c',
    ]);
  });

  it('28 is one for a locked keychain, however many servers wait for it', () => {
    expect(
      day([0, { a: 'locked', b: 'locked' }], [60, { a: 'locked', b: 'locked' }], [90, { a: 'ready', b: 'ready' }]),
    ).toEqual(['15 s: Keychain locked', '90 s: - Keychain locked']);
  });

  it('T4 reminds in time, and makes room for the real thing', () => {
    expect(
      day(
        [0, { notion: 'later' }],
        [10, { notion: 'soon' }],
        [60, { notion: 'refreshing' }],
        [61, { notion: 'soon' }],
        [900, { notion: 'needed' }],
        [990, { notion: 'ready' }],
      ),
    ).toEqual([
      '15 s: notion: sign in again by 13:05',
      '900 s: - notion: sign in again by 13:05',
      '905 s: Sign in needed: notion',
      '990 s: - Sign in needed: notion',
    ]);
    expect(day([0, { notion: 'soon' }], [60, { notion: 'ready' }])).toEqual([
      '5 s: notion: sign in again by 13:05',
      '60 s: - notion: sign in again by 13:05',
    ]);
  });
});

describe('38 what a notification says', () => {
  const turn = (servers: Servers) =>
    noticeFor(
      Object.keys(servers).map((server) => ({ kind: 'turn' as const, server })),
      snapshotOf(servers),
      english,
    );

  it.each<[Name, string, string, string, object]>([
    [
      'needed',
      'Sign in needed: a',
      'Its authorization server ended the login.',
      'Sign in',
      { run: 'sign-in', server: 'a' },
    ],
    [
      'stepUp',
      'Connected, more access asked: a',
      'The server asks for: write.',
      'Allow',
      { run: 'sign-in', server: 'a' },
    ],
    [
      'rejected',
      'Token rejected: a',
      'The server refuses a token that was renewed just now.',
      'Sign in again',
      { run: 'sign-in', server: 'a' },
    ],
    [
      'stopped',
      'Credential rejected: a',
      'The server refused the configured credential (401).',
      'Open',
      { run: 'open' },
    ],
    [
      'wantsClient',
      'Sign in needed: a',
      'https://i.example does not register clients by itself. Enter the client id that you got from it.',
      'Open',
      { run: 'open' },
    ],
  ])('of a server that is %s: "%s"', (state, title, body, label, command) => {
    expect(turn({ a: state })).toEqual({ title, body, button: { label, command } });
  });

  it('names a few of many, and has one button for all', () => {
    expect(
      turn({ a: 'needed', b: 'needed', c: 'needed', d: 'needed', e: 'needed', f: 'needed', g: 'stopped' }),
    ).toEqual({
      title: '7 servers need you',
      body: 'a, b, c, d, e and 2 more',
      button: { label: 'Sign in to all', command: { run: 'sign-in-to-all' } },
    });
    expect(turn({ a: 'stopped', b: 'stopped' })?.button).toEqual({ label: 'Open', command: { run: 'open' } });
  });

  it('is nothing where the server went meanwhile', () => {
    expect(noticeFor([{ kind: 'turn', server: 'gone' }], snapshotOf({ a: 'needed' }), english)).toBeUndefined();
  });
});
