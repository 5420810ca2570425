import { memo, useState } from 'react';
import { isClientWanted } from '../../src-main/engine/model/client-wanted.ts';
import { groupOf, needsPerson } from '../../src-main/engine/model/group.ts';
import type { ServerRow as Row } from '../../src-preload/contract.ts';
import { ClientForm } from '../login/client-form.tsx';
import { DeviceCode } from '../login/device-code.tsx';
import { PasteAddressDialog } from '../login/paste-address-dialog.tsx';
import { SignInLink } from '../login/sign-in-link.tsx';
import { useWindow } from '../store.ts';
import { ChangedToolsDialog } from '../tools/changed-tools-dialog.tsx';
import { ChangedToolsNote } from '../tools/changed-tools-note.tsx';
import { PlainButton } from '../ui/plain-button.tsx';
import { texts } from '../ui/texts.ts';
import { formatTime } from '../ui/time.ts';
import { wordsFor } from '../ui/words.ts';
import { EditDialog } from './edit-dialog.tsx';
import { hostOf } from './host.ts';
import { LifeMeter } from './life-meter.tsx';
import { RowAction } from './row-action.tsx';
import { type RowDialog, RowMenu } from './row-menu.tsx';
import { ServerDetails } from './server-details.tsx';
import { StateIcon } from './state-icon.tsx';

export const ServerRow = memo(function ServerRow({ row }: { readonly row: Row }) {
  const [isOpen, setOpen] = useState(false);
  const [dialog, setDialog] = useState<RowDialog>();
  const note = useWindow((state) => state.notes[row.name]);
  const { name, state } = row;
  const { word, sentence, action } = wordsFor(state, formatTime);
  const isPersonsTurn = needsPerson(state);
  const detailsId = `details-${name}`;
  const tone = isPersonsTurn && state.kind !== 'stopped' ? 'need' : state.kind === 'stopped' ? 'stop' : 'ink';
  // A locked keychain and the pause are told by their banner; the row only carries the word.
  const wantsClient = state.kind === 'login-needed' && isClientWanted(state.reason);
  const isToldAbove = state.kind === 'locked' || state.kind === 'paused';
  return (
    <article
      aria-label={name}
      className={`row row-${groupOf(state)} ${tone === 'ink' ? '' : `row-${tone}`}`}
      data-server={name}
    >
      <StateIcon state={state} />
      <div className="row-name">
        <PlainButton
          kind="link"
          aria-expanded={isOpen}
          aria-controls={detailsId}
          aria-label={texts.row.detailsOf(name)}
          data-control="name"
          onPress={() => setOpen(!isOpen)}
        >
          <b>{name}</b>
        </PlainButton>
        <small className="host">{row.command ?? hostOf(row.url)}</small>
        {row.login?.account ? <small className="host">{row.login.account}</small> : null}
      </div>
      <div className="row-state">
        <span className={`word c-${tone}`}>{word}</span>
        {isToldAbove ? null : (
          <small className={wantsClient ? 'why why-whole' : 'why'}>
            {sentence}
            {state.kind === 'ready' && row.calls > 0 ? ` ${texts.row.calls(row.calls)}.` : ''}
            {state.kind === 'logging-in' && row.authorizationUrl ? (
              <SignInLink
                url={row.authorizationUrl}
                name={name}
                isNeeded={note?.offersLink ?? false}
                onPaste={() => setDialog('paste')}
              />
            ) : null}
            {state.kind === 'logging-in' && row.device ? <DeviceCode name={name} device={row.device} /> : null}
          </small>
        )}
        {note ? (
          <small className="note" role="alert">
            {note.text}
          </small>
        ) : null}
        {row.toolChanges ? (
          <ChangedToolsNote name={name} changes={row.toolChanges} onLook={() => setDialog('tools')} />
        ) : null}
      </div>
      <LifeMeter row={row} />
      <div className="row-act">
        {action ? (
          <RowAction name={name} action={action} isPersonsTurn={isPersonsTurn} onEdit={() => setDialog('edit')} />
        ) : null}
        <RowMenu row={row} openDialog={setDialog} />
      </div>
      {wantsClient ? <ClientForm name={name} /> : null}
      {isOpen ? <ServerDetails row={row} id={detailsId} /> : null}
      {/* Not there while they are closed: sixty rows would carry two each. */}
      {dialog === 'paste' ? <PasteAddressDialog name={name} isOpen onClose={() => setDialog(undefined)} /> : null}
      {dialog === 'tools' ? <ChangedToolsDialog row={row} onClose={() => setDialog(undefined)} /> : null}
      {dialog === 'edit' ? <EditDialog row={row} isOpen onClose={() => setDialog(undefined)} /> : null}
    </article>
  );
});
