import type { ServerRow, Snapshot } from '../../src-preload/contract.ts';
import { wordsFor } from '../engine/model/words.ts';
import { type Matter, signInBy } from './incidents.ts';
import type { Speech } from './speech.ts';
import type { TrayCommand } from './tray-items.ts';
import { turnCommand } from './tray-row.ts';

/** What a notification says, and what its one button does. A click on the rest of it shows the window. */
export interface Notice {
  readonly title: string;
  readonly body: string;
  readonly button: { readonly label: string; readonly command: TrayCommand };
}

/** More names than these do not fit into a notification. */
const NAMES_SHOWN = 5;

/** Undefined where the servers went meanwhile. */
export function noticeFor(matters: readonly Matter[], snapshot: Snapshot, speech: Speech): Notice | undefined {
  const { texts, wording } = speech;
  if (matters.some(({ kind }) => kind === 'vault')) {
    return {
      title: wording.states.locked,
      body: texts.notice.lockedBody,
      button: { label: wording.actions.unlock, command: { run: 'unlock' } },
    };
  }
  const names = new Set(matters.flatMap((matter) => (matter.kind === 'vault' ? [] : [matter.server])));
  const rows = snapshot.servers.filter(({ name }) => names.has(name));
  const [row, ...others] = rows;
  if (!row) return undefined;
  if (others.length > 0) return severalNotice(rows, speech);
  return matters.some(({ kind }) => kind === 'ahead') ? aheadNotice(row, speech) : turnNotice(row, speech);
}

function turnNotice({ name, state }: ServerRow, { texts, wording, formatTime }: Speech): Notice {
  const { word, sentence, action } = wordsFor(state, formatTime, wording);
  const command = turnCommand({ name, state });
  const isDoneHere = command.run !== 'open' && action !== undefined;
  return {
    title: wording.namely(word, name),
    body: sentence,
    button: { label: isDoneHere ? wording.actions[action] : texts.notice.openIt, command },
  };
}

function aheadNotice({ name, state }: ServerRow, { texts, wording, formatTime }: Speech): Notice {
  const by = signInBy(state);
  return {
    title: texts.notice.signInAgainBy(name, by === undefined ? '' : formatTime(by)),
    body: texts.notice.signInAgainBody,
    button: { label: wording.actions['sign-in'], command: { run: 'sign-in', server: name } },
  };
}

function severalNotice(rows: readonly ServerRow[], { texts }: Speech): Notice {
  const names = rows.map(({ name }) => name);
  const listed = names.slice(0, NAMES_SHOWN).join(', ');
  const left = names.length - NAMES_SHOWN;
  // One button for all there is only where a login is missing; the rest is done in the window.
  const isSignIn = rows.some(({ state }) => state.kind === 'login-needed');
  return {
    title: texts.notice.severalNeedYou(names.length),
    body: left > 0 ? texts.notice.andMore(listed, left) : listed,
    button: isSignIn
      ? { label: texts.notice.signInToAll, command: { run: 'sign-in-to-all' } }
      : { label: texts.notice.openIt, command: { run: 'open' } },
  };
}
