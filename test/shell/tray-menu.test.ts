import { describe, expect, it } from 'vitest';
import type { ServerState, TokenLife } from '../../src-main/engine/model/server-state.ts';
import { english as wording } from '../../src-main/engine/model/wording.ts';
import { speechFor } from '../../src-main/shell/speech.ts';
import { english as texts } from '../../src-main/shell/texts.ts';
import { german } from '../../src-main/shell/texts-german.ts';
import type { TrayItem } from '../../src-main/shell/tray-items.ts';
import { type TrayFacts, trayLook } from '../../src-main/shell/tray-menu.ts';
import type { MenuSpeech } from '../../src-main/shell/tray-row.ts';
import type { ServerRow, Snapshot } from '../../src-preload/contract.ts';
import { english as windowTexts } from '../../src-renderer/ui/texts.ts';
import { german as windowGerman } from '../../src-renderer/ui/texts-german.ts';
import { aRow, aSnapshot, NOON } from '../control/scripted-engine.ts';

const MINUTE = 60_000;
const spans: MenuSpeech = {
  texts,
  wording,
  now: NOON,
  formatTime: (at) => new Date(at).toISOString().slice(11, 16),
  writes: 'spans',
};
const timesOfDay: MenuSpeech = { ...spans, writes: 'times-of-day' };

const fresh: TokenLife = {
  kind: 'fresh',
  obtainedAt: NOON - 4 * MINUTE,
  expiresAt: NOON + 6 * MINUTE,
  refreshDueAt: NOON + 4 * MINUTE,
};
const login: NonNullable<ServerRow['login']> = {
  issuer: 'https://login.example',
  clientId: 'c',
  registration: 'dynamic',
  renewedCount: 1,
};
const states = {
  ready: { kind: 'ready', token: fresh },
  open: { kind: 'ready', token: { kind: 'not-needed' } },
  noRefresh: { kind: 'ready', token: { kind: 'no-refresh', obtainedAt: NOON, expiresAt: NOON + 125 * MINUTE } },
  refreshing: { kind: 'ready', token: { kind: 'refreshing', startedAt: NOON, correlationId: 'c' } },
  stepUp: { kind: 'ready', token: fresh, stepUp: { scope: 'write' } },
  needed: { kind: 'login-needed', reason: { code: 'login-absent' } },
  clientWanted: { kind: 'login-needed', reason: { code: 'registration-unavailable', issuer: 'https://i.example' } },
  signingIn: { kind: 'logging-in', flowId: 'f', since: NOON, deadline: NOON + 9 * MINUTE },
  offline: {
    kind: 'waiting',
    retryAt: NOON + 3 * MINUTE,
    attempt: 2,
    problem: { code: 'network-unreachable', host: 'h' },
  },
  rejected: { kind: 'waiting', retryAt: NOON + MINUTE, attempt: 1, problem: { code: 'token-rejected' } },
  stopped: { kind: 'stopped', problem: { code: 'credential-rejected', status: 401 } },
  connecting: { kind: 'connecting', attempt: 1, since: NOON },
  locked: { kind: 'locked', since: NOON },
  disabled: { kind: 'disabled' },
  paused: { kind: 'paused' },
} as const satisfies Record<string, ServerState>;

const row = (name: string, state: ServerState, over: Partial<ServerRow> = {}): ServerRow =>
  aRow({ name, state, ...over });

function lookAt(servers: ServerRow[], times = spans, over: Partial<TrayFacts> = {}, snapshot: Partial<Snapshot> = {}) {
  return trayLook(
    {
      snapshot: aSnapshot(servers, snapshot),
      startsAtLogin: undefined,
      offersCommandLineTool: false,
      updates: undefined,
      ...over,
    },
    times,
  );
}

const labelOf = (item: TrayItem): string => (item === 'separator' ? '---' : item.label);
const labels = (items: readonly TrayItem[]): string[] => items.map(labelOf);

/** The items of a server's submenu, wherever it is. */
function submenu(items: readonly TrayItem[], label: string): readonly TrayItem[] {
  const found = items.find((item) => labelOf(item).startsWith(label));
  if (!found || found === 'separator' || !('items' in found)) throw new Error(`no submenu ${label}`);
  return found.items;
}

describe('the tray menu', () => {
  it('says the state in words, then what a person has to do, then all servers, problems first (37, 38)', () => {
    const { face, toolTip, items } = lookAt(
      [
        row('github', states.ready, { login }),
        row('files', states.open),
        row('grafana', states.offline),
        row('notion', states.needed),
        row('linear', states.signingIn, { authorizationUrl: 'https://login.example/authorize?state=s' }),
        row('stripe', states.disabled),
      ],
      spans,
      { startsAtLogin: true, offersCommandLineTool: true, updates: { kind: 'none' } },
    );
    expect(face).toBe('need');
    expect(toolTip).toBe('Gatehouse: Sign in needed: notion');
    expect(labels(items)).toEqual([
      'Sign in needed: notion',
      '2 connected, 1 signing in, 1 comes back by itself, 1 disabled',
      '---',
      'Sign in to notion…',
      '---',
      'notion: Sign in needed',
      'linear: Signing in until 12:09',
      'grafana: Offline, tries again in 3 min',
      'github: Connected, renews in 4 min',
      'files: Connected',
      'stripe: Disabled',
      '---',
      'Copy endpoint',
      'Open Gatehouse',
      '---',
      'Pause all',
      'Start at login',
      'Install command line tool',
      'Check for updates…',
      '---',
      'Quit Gatehouse',
    ]);
    expect(items).toContainEqual({ label: 'Sign in to notion…', command: { run: 'sign-in', server: 'notion' } });
    expect(items).toContainEqual({
      label: 'Start at login',
      checked: true,
      command: { run: 'do-not-start-at-login' },
    });
  });

  it.each<[keyof typeof states, string, string]>([
    ['ready', 'Connected, renews in 4 min', 'Connected, renews at 12:04'],
    ['open', 'Connected', 'Connected'],
    ['noRefresh', 'Connected, sign in again by 14:05', 'Connected, sign in again by 14:05'],
    ['refreshing', 'Connected', 'Connected'],
    ['stepUp', 'Connected, more access asked', 'Connected, more access asked'],
    ['needed', 'Sign in needed', 'Sign in needed'],
    ['signingIn', 'Signing in until 12:09', 'Signing in until 12:09'],
    ['offline', 'Offline, tries again in 3 min', 'Offline'],
    ['rejected', 'Token rejected', 'Token rejected'],
    ['stopped', 'Credential rejected', 'Credential rejected'],
    ['connecting', 'Connecting', 'Connecting'],
    ['locked', 'Keychain locked', 'Keychain locked'],
    ['disabled', 'Disabled', 'Disabled'],
    ['paused', 'Paused', 'Paused'],
  ])('says of a server that is %s "%s", and "%s" where nothing runs down', (state, withSpans, withTimes) => {
    const one = [row('one', states[state])];
    expect(labels(lookAt(one).items)).toContain(`one: ${withSpans}`);
    expect(labels(lookAt(one, timesOfDay).items)).toContain(`one: ${withTimes}`);
  });

  it.each<[keyof typeof states, string, object]>([
    ['needed', 'Sign in to one…', { run: 'sign-in', server: 'one' }],
    ['rejected', 'Sign in again to one…', { run: 'sign-in', server: 'one' }],
    ['stepUp', 'Allow more access for one…', { run: 'sign-in', server: 'one' }],
    ['clientWanted', 'one wants a client id…', { run: 'open' }],
    ['stopped', 'one: Credential rejected…', { run: 'open' }],
    ['locked', 'Unlock the keychain…', { run: 'unlock' }],
  ])('has one click for a server that is %s: "%s" (38)', (state, label, command) => {
    expect(lookAt([row('one', states[state])]).items).toContainEqual({ label, command });
  });

  it.each<[keyof typeof states, string[]]>([
    ['ready', ['Sign in again', '---', 'Reconnect', 'Sign out', '---', 'Pause', 'Disable', '---', 'Copy endpoint']],
    ['needed', ['Sign in', '---', 'Reconnect', '---', 'Pause', 'Disable', '---', 'Copy endpoint']],
    ['clientWanted', ['Reconnect', '---', 'Pause', 'Disable', '---', 'Copy endpoint']],
    [
      'signingIn',
      [
        'Copy sign-in link',
        'Start over',
        'Cancel',
        '---',
        'Sign out',
        '---',
        'Pause',
        'Disable',
        '---',
        'Copy endpoint',
      ],
    ],
    ['offline', ['Reconnect', 'Sign out', '---', 'Pause', 'Disable', '---', 'Copy endpoint']],
    ['locked', ['Pause', 'Disable', '---', 'Copy endpoint']],
    ['disabled', ['Enable', '---', 'Copy endpoint']],
    ['paused', ['Sign out', '---', 'Resume', 'Disable', '---', 'Copy endpoint']],
  ])('offers for a server that is %s only what can be done: %j', (state, expected) => {
    const one = row('one', states[state], { login, authorizationUrl: 'https://login.example/authorize' });
    expect(labels(submenu(lookAt([one]).items, 'one:'))).toEqual(expected);
  });

  it('signs in to all where more than one needs it, and stops while that is under way (11)', () => {
    const two = [row('one', states.needed), row('two', states.needed)];
    expect(lookAt(two).items).toContainEqual({ label: 'Sign in to all…', command: { run: 'sign-in-to-all' } });
    expect(labels(lookAt(two.slice(1)).items)).not.toContain('Sign in to all…');
    const running = labels(lookAt(two, spans, {}, { loginToAll: { server: 'one', left: 1 } }).items);
    expect(running).toContain('Stop signing in to all');
    expect(running).not.toContain('Sign in to all…');
  });

  it('pauses and resumes all, whatever is there to pause or resume', () => {
    expect(labels(lookAt([row('one', states.paused), row('two', states.disabled)]).items)).toEqual(
      expect.arrayContaining(['Paused', 'Resume all']),
    );
    expect(labels(lookAt([row('one', states.paused)]).items)).not.toContain('Pause all');
    const both = labels(lookAt([row('one', states.paused), row('two', states.ready)]).items);
    expect(both).toEqual(expect.arrayContaining(['Pause all', 'Resume all']));
    expect(labels(lookAt([row('one', states.disabled)]).items)).not.toContain('Pause all');
  });

  it('stays usable with sixty servers: problems first, the rest one step away', () => {
    const servers = Array.from({ length: 60 }, (_, index) =>
      row(`server-${index}`, index >= 50 ? states.needed : states.ready),
    );
    const { items } = lookAt(servers);
    expect(items.length).toBeLessThan(35);
    expect(labels(items).filter((label) => label.startsWith('Sign in to server'))).toHaveLength(5);
    expect(labels(items)).toContain('server-59: Sign in needed');
    expect(labels(items)).toContain('Sign in to all…');
    const rest = submenu(items, '48 more servers');
    expect(rest).toHaveLength(48);
    expect(labels(submenu(rest, 'server-49:'))).toContain('Reconnect');
  });

  it('leaves out what cannot be had, and says when the engine does not answer', () => {
    expect(labels(lookAt([]).items)).toEqual([
      'Ready for your first server',
      '---',
      'Copy endpoint',
      'Open Gatehouse',
      '---',
      'Quit Gatehouse',
    ]);
    const gone = lookAt([], spans, { snapshot: undefined });
    expect(gone.face).toBe('trouble');
    expect(labels(gone.items)).toEqual(['Gatehouse does not answer', '---', 'Open Gatehouse', '---', 'Quit Gatehouse']);
  });

  it('leads to the window for a mistake in the configuration', () => {
    const configProblem = { code: 'config-invalid', file: 'config.json', detail: 'a comma is missing' } as const;
    expect(lookAt([row('one', states.ready)], spans, {}, { configProblem }).items).toContainEqual({
      label: 'The configuration has a mistake…',
      command: { run: 'open' },
    });
  });

  it.each([
    ['English', texts, windowTexts],
    ['German', german, windowGerman.texts],
  ])('says what the window says too with the same words, in %s', (_language, said, inWindow) => {
    const { menu, loginToAll, life, pauseAll, link, settings } = inWindow;
    expect(said).toMatchObject({
      startOver: menu.startOver,
      copySignInLink: menu.copySignInLink,
      signOut: menu.signOut,
      reconnect: menu.reconnect,
      disable: menu.disable,
      copyEndpoint: menu.copyEndpoint,
      pause: menu.pause,
      pauseAll,
      gone: link.goneTitle,
      startAtLogin: settings.startAtLogin,
      installCommandLineTool: settings.installCommandLineTool,
    });
    expect(said.signInToAll).toBe(`${loginToAll.start}…`);
    expect(said.renewsIn('4 min')).toBe(life.renewsIn('4 min'));
    expect(said.renewsSoon).toBe(life.renewsSoon);
    expect(said.triesIn('4 min')).toBe(life.triesIn('4 min'));
  });

  it('speaks the language that was chosen, or the first of the system that there is', () => {
    const speech = { ...spans, ...speechFor('system', ['fr-FR', 'de-AT'], () => NOON), formatTime: spans.formatTime };
    expect(labels(lookAt([row('notion', states.needed)], speech).items).slice(0, 3)).toEqual([
      'Anmeldung nötig: notion',
      '---',
      'Bei notion anmelden…',
    ]);
    expect(speechFor('en', ['de-AT'], () => NOON).texts).toBe(texts);
  });
});
