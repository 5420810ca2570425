import type { ServerRow } from '../../src-preload/contract.ts';
import { isClientWanted } from '../engine/model/client-wanted.ts';
import type { EpochMs } from '../engine/model/ids.ts';
import { assertNever } from '../engine/model/result.ts';
import type { ServerState, TokenLife } from '../engine/model/server-state.ts';
import type { Wording } from '../engine/model/wording.ts';
import { wordsFor } from '../engine/model/words.ts';
import type { Speech } from './speech.ts';
import { coarseSpan } from './times.ts';
import { type ServerCommand, separated, type TrayCommand, type TrayItem } from './tray-items.ts';

export interface MenuSpeech extends Speech {
  readonly now: EpochMs;
  /** A menu that is written anew as time passes says spans; one that is not says times of day, which stay true. */
  readonly writes: 'spans' | 'times-of-day';
}

type Turn = Pick<ServerRow, 'name' | 'state'>;

/** What helps a server whose turn it is: a sign-in, or the window with its fields. */
export function turnCommand({ name, state }: Turn): TrayCommand {
  // No page can be opened before the person has named a client.
  const wantsWindow = state.kind === 'stopped' || (state.kind === 'login-needed' && isClientWanted(state.reason));
  return wantsWindow ? { run: 'open' } : { run: 'sign-in', server: name };
}

/** The one click for a server whose turn it is. */
export function turnItem(turn: Turn, speech: MenuSpeech): TrayItem {
  return { label: turnLabel(turn, speech), command: turnCommand(turn) };
}

function turnLabel({ name, state }: Turn, { texts, wording, formatTime }: MenuSpeech): string {
  if (state.kind === 'login-needed')
    return isClientWanted(state.reason) ? texts.nameClient(name) : texts.signInTo(name);
  if (state.kind === 'ready') return texts.allowFor(name);
  if (state.kind === 'waiting') return texts.signInAgainTo(name);
  return texts.edit(name, wordsFor(state, formatTime, wording).word);
}

/** A server with its word, the life of its token, and all that can be done with it. */
export function rowItem(row: ServerRow, speech: MenuSpeech): TrayItem {
  const what = whatItIs(row.state, speech);
  return { label: speech.texts.row(row.name, what), items: separated(commandGroups(row, speech)) };
}

function whatItIs(state: ServerState, speech: MenuSpeech): string {
  const { texts, wording, formatTime } = speech;
  const { word } = wordsFor(state, formatTime, wording);
  if (state.kind === 'logging-in') return texts.until(word, formatTime(state.deadline));
  const life = lifeOf(state, speech);
  return life === undefined ? word : `${word}, ${life}`;
}

function lifeOf(state: ServerState, { now, formatTime, writes, texts }: MenuSpeech): string | undefined {
  // It changes with each try: where a change closes the menu under somebody's hand, it is not told.
  if (state.kind === 'waiting' && state.problem.code !== 'token-rejected' && writes === 'spans') {
    return texts.triesIn(coarseSpan(state.retryAt - now));
  }
  if (state.kind !== 'ready' || state.stepUp) return undefined;
  const due = renewalDue(state.token);
  if (due === undefined) return undefined;
  if (writes === 'times-of-day') return texts.renewsAt(formatTime(due));
  return due > now ? texts.renewsIn(coarseSpan(due - now)) : texts.renewsSoon;
}

function renewalDue(token: TokenLife): EpochMs | undefined {
  switch (token.kind) {
    case 'fresh':
      return token.refreshDueAt;
    case 'refresh-waiting':
      return token.retryAt;
    // A renewal under way is no news: a moment later there is the next one to tell.
    case 'refreshing':
    case 'no-refresh':
    case 'not-needed':
    case 'unknown-life':
      return undefined;
    default:
      return assertNever(token);
  }
}

function commandGroups(row: ServerRow, speech: MenuSpeech): readonly (readonly TrayItem[])[] {
  const { name, state, login } = row;
  const { texts, wording } = speech;
  const item = (label: string, run: ServerCommand): TrayItem => ({ label, command: { run, server: name } });
  const only = (isThere: boolean, ...items: readonly TrayItem[]): readonly TrayItem[] => (isThere ? items : []);
  const isSigningIn = state.kind === 'logging-in';
  const isLocked = state.kind === 'locked';
  const isOff = state.kind === 'disabled' || state.kind === 'paused';
  return [
    [
      ...only(isSigningIn && row.authorizationUrl !== undefined, item(texts.copySignInLink, 'copy-sign-in-link')),
      ...only(isSigningIn, item(texts.startOver, 'start-over'), item(wording.actions.cancel, 'cancel')),
      ...signInItems(row, wording, item),
    ],
    [
      ...only(!isOff && !isSigningIn && !isLocked, item(texts.reconnect, 'reconnect')),
      ...only(
        login !== undefined && !isLocked && state.kind !== 'login-needed' && state.kind !== 'disabled',
        item(texts.signOut, 'sign-out'),
      ),
    ],
    [
      ...only(state.kind === 'paused', item(wording.actions.resume, 'resume')),
      ...only(!isOff, item(texts.pause, 'pause')),
      state.kind === 'disabled' ? item(wording.actions.enable, 'enable') : item(texts.disable, 'disable'),
    ],
    [item(texts.copyEndpoint, 'copy-server-endpoint')],
  ];
}

function signInItems(
  { state, login }: ServerRow,
  wording: Wording,
  item: (label: string, run: ServerCommand) => TrayItem,
): readonly TrayItem[] {
  if (state.kind === 'login-needed')
    return isClientWanted(state.reason) ? [] : [item(wording.actions['sign-in'], 'sign-in')];
  if (state.kind === 'ready' && state.stepUp) return [item(wording.actions.allow, 'sign-in')];
  const isRejected = state.kind === 'waiting' && state.problem.code === 'token-rejected';
  const canSignInAgain = login !== undefined && (state.kind === 'ready' || state.kind === 'stopped');
  return isRejected || canSignInAgain ? [item(wording.actions['sign-in-again'], 'sign-in')] : [];
}
