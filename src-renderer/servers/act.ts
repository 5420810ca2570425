import type { Result } from '../../src-main/engine/model/result.ts';
import type { Action } from '../../src-main/engine/model/words.ts';
import type { ServerRow } from '../../src-preload/contract.ts';
import type { CallOutput, Client } from '../../src-preload/derive.ts';
import { useWindow } from '../store.ts';
import { texts } from '../ui/texts.ts';
import { sentenceFor } from '../ui/words.ts';

/** A click on a row: one at a time for each row; what it failed with stands in the row. */
export async function act(name: string, call: (client: Client) => Promise<Result<unknown>>): Promise<void> {
  const { client, busy, rows, setBusy, note, showReply } = useWindow.getState();
  if (!client || busy[name]) return;
  note(name, undefined);
  setBusy(name, true);
  const reply = await call(client);
  useWindow.getState().setBusy(name, false);
  if (!reply.ok) note(name, { text: sentenceFor(reply.problem), offersLink: false });
  else if (isRowOf(reply.value, name)) showReply(reply.value, rows[name]);
}

export function signIn(name: string, startOver = false): Promise<void> {
  return act(name, async (client) => {
    const reply = await client.startLogin({ name, openBrowser: true, ...(startOver ? { startOver: true } : {}) });
    if (reply.ok) showBrowserError(name, reply.value);
    return reply;
  });
}

function showBrowserError(name: string, started: CallOutput<'startLogin'>): void {
  if (started.browserError === undefined) return;
  useWindow.getState().note(name, { text: texts.row.browserNotOpened(started.browserError), offersLink: true });
}

/** The row's one button. `unlock`, `resume` and `edit` are no calls on a row; who shows them answers them. */
export function actFor(action: Exclude<Action, 'unlock' | 'resume' | 'edit'>, name: string): Promise<void> {
  switch (action) {
    case 'sign-in':
    case 'sign-in-again':
    case 'allow':
      return signIn(name);
    case 'cancel':
      return act(name, (client) => client.cancelLogin({ name }));
    case 'try-now':
      return act(name, (client) => client.reconnectServer({ name }));
    case 'enable':
      return act(name, (client) => client.enableServer({ name }));
  }
}

function isRowOf(value: unknown, name: string): value is ServerRow {
  return typeof value === 'object' && value !== null && 'state' in value && 'name' in value && value.name === name;
}
