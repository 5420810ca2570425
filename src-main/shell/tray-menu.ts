import type { ServerRow, Snapshot } from '../../src-preload/contract.ts';
import { groupOf, groupRows, needsPerson } from '../engine/model/group.ts';
import { type Face, overallOf } from '../engine/model/overall.ts';
import type { ShellTexts } from './texts.ts';
import { separated, type TrayItem } from './tray-items.ts';
import { type MenuSpeech, rowItem, turnItem } from './tray-row.ts';
import type { UpdateState } from './update-policy.ts';

export interface TrayFacts {
  /** Undefined while the engine of another process, to which the app is attached, does not answer. */
  readonly snapshot: Snapshot | undefined;
  /** Undefined where the app cannot be started at login. */
  readonly startsAtLogin: boolean | undefined;
  /** The app brings the command, and it is not installed. */
  readonly offersCommandLineTool: boolean;
  /** Undefined where there are none to be had. */
  readonly updates: UpdateState | undefined;
}

export interface TrayLook {
  readonly face: Face;
  readonly toolTip: string;
  readonly items: readonly TrayItem[];
}

/** So many servers have their one click at the top, and so many their row in the menu itself; the rest one step away. */
const TURNS_SHOWN = 5;
const ROWS_SHOWN = 12;

/** Everything that the tray shows. All that the icon can do is in its menu: on Linux a click may do nothing else. */
export function trayLook(facts: TrayFacts, speech: MenuSpeech): TrayLook {
  const { snapshot } = facts;
  const { texts, wording, formatTime } = speech;
  if (!snapshot) {
    const groups: TrayItem[][] = [[{ label: texts.gone }], [openItem(texts)], [quitItem(texts)]];
    return { face: 'trouble', toolTip: texts.toolTip(texts.gone), items: separated(groups) };
  }
  const { servers, vault } = snapshot;
  const { face, sentence, told } = overallOf(servers, formatTime, vault.kind === 'locked', wording);
  const counts = countsOf(servers, told, texts);
  const groups: (readonly TrayItem[])[] = [
    [{ label: sentence }, ...(counts === '' ? [] : [{ label: counts }])],
    turnItems(snapshot, speech),
    rowItems(servers, speech),
    endpointItems(snapshot, texts),
    programItems(facts, texts),
    [quitItem(texts)],
  ];
  return { face, toolTip: texts.toolTip(sentence), items: separated(groups) };
}

const openItem = (texts: ShellTexts): TrayItem => ({ label: texts.open, command: { run: 'open' } });
const quitItem = (texts: ShellTexts): TrayItem => ({ label: texts.quit, command: { run: 'quit' } });

/** What only a person can do, each with one click. */
function turnItems({ servers, vault, configProblem }: Snapshot, speech: MenuSpeech): readonly TrayItem[] {
  const { texts } = speech;
  const isLocked = vault.kind === 'locked' || servers.some(({ state }) => state.kind === 'locked');
  const turns = servers.filter(({ state }) => needsPerson(state)).map((row) => turnItem(row, speech));
  return [
    ...(isLocked ? [{ label: texts.unlock, command: { run: 'unlock' as const } }] : []),
    ...(configProblem ? [{ label: texts.configMistake, command: { run: 'open' as const } }] : []),
    ...turns.slice(0, TURNS_SHOWN),
  ];
}

/** Problems first. */
function rowItems(servers: readonly ServerRow[], speech: MenuSpeech): readonly TrayItem[] {
  const { texts } = speech;
  const items = groupRows(servers).flatMap(({ rows }) => rows.map((row) => rowItem(row, speech)));
  // A submenu for one or two would be a step for nothing.
  if (items.length <= ROWS_SHOWN + 2) return items;
  const rest = items.slice(ROWS_SHOWN);
  return [...items.slice(0, ROWS_SHOWN), { label: texts.moreServers(rest.length), items: rest }];
}

function endpointItems({ servers, loginToAll }: Snapshot, texts: ShellTexts): readonly TrayItem[] {
  const needed = servers.filter(({ state }) => state.kind === 'login-needed').length;
  return [
    ...(loginToAll ? [{ label: texts.stopSigningIn, command: { run: 'stop-signing-in' as const } }] : []),
    ...(!loginToAll && needed > 1 ? [{ label: texts.signInToAll, command: { run: 'sign-in-to-all' as const } }] : []),
    { label: texts.copyEndpoint, command: { run: 'copy-endpoint' } },
    openItem(texts),
  ];
}

function programItems(facts: TrayFacts, texts: ShellTexts): readonly TrayItem[] {
  const { snapshot, startsAtLogin, offersCommandLineTool, updates } = facts;
  const has = (wanted: (row: ServerRow) => boolean): boolean => snapshot?.servers.some(wanted) ?? false;
  return [
    ...(has(({ state }) => groupOf(state) !== 'off')
      ? [{ label: texts.pauseAll, command: { run: 'pause-all' as const } }]
      : []),
    ...(has(({ state }) => state.kind === 'paused')
      ? [{ label: texts.resumeAll, command: { run: 'resume-all' as const } }]
      : []),
    ...(startsAtLogin === undefined
      ? []
      : [
          {
            label: texts.startAtLogin,
            checked: startsAtLogin,
            command: { run: startsAtLogin ? ('do-not-start-at-login' as const) : ('start-at-login' as const) },
          },
        ]),
    ...(offersCommandLineTool
      ? [{ label: texts.installCommandLineTool, command: { run: 'install-command-line-tool' as const } }]
      : []),
    ...(updates === undefined ? [] : [updateItem(updates, texts)]),
  ];
}

function updateItem(state: UpdateState, texts: ShellTexts): TrayItem {
  switch (state.kind) {
    case 'none':
      return { label: texts.checkForUpdates, command: { run: 'check-for-updates' } };
    case 'checking':
      return { label: texts.checkingForUpdates };
    case 'downloading':
      return { label: texts.downloadingUpdate(state.version) };
    case 'ready':
      return { label: texts.installUpdate(state.version), command: { run: 'install-update' } };
    case 'restarting-soon':
      return { label: texts.restartingSoon };
    case 'failed':
      return { label: texts.updateFailed, command: { run: 'check-for-updates' } };
  }
}

/** Those that the sentence does not name already. */
function countsOf(rows: readonly ServerRow[], told: readonly ServerRow[], texts: ShellTexts): string {
  const count = (wanted: (row: ServerRow) => boolean): number => rows.filter(wanted).length;
  const parts: readonly [number, (count: number) => string][] = [
    [count((row) => needsPerson(row.state) && !told.includes(row)), texts.counts.moreNeeded],
    [count((row) => groupOf(row.state) === 'connected'), texts.counts.connected],
    [count((row) => row.state.kind === 'logging-in'), texts.counts.signingIn],
    [count((row) => groupOf(row.state) === 'comes-back'), texts.counts.comesBack],
    [count((row) => row.state.kind === 'paused'), texts.counts.paused],
    [count((row) => row.state.kind === 'disabled'), texts.counts.disabled],
  ];
  return parts
    .filter(([number]) => number > 0)
    .map(([number, say]) => say(number))
    .join(', ');
}
