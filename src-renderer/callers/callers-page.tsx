import './callers.css';
import { useState } from 'react';
import type { CallerRow } from '../../src-preload/contract.ts';
import type { Client } from '../../src-preload/derive.ts';
import { useRows } from '../rows.ts';
import { useWindow } from '../store.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { FormError } from '../ui/form-error.tsx';
import { PlusIcon } from '../ui/icons.tsx';
import { texts } from '../ui/texts.ts';
import { laterTexts } from '../ui/texts-later.ts';
import { formatTime } from '../ui/time.ts';
import { sentenceFor } from '../ui/words.ts';
import { AccessDialog } from './access-dialog.tsx';
import { accessWords } from './access-words.ts';
import { Groups } from './groups.tsx';
import { NewCallerDialog } from './new-caller-dialog.tsx';
import { useListed } from './use-listed.ts';

const { callers: words } = laterTexts;

const listCallers = (client: Client) => client.listCallers({});

export function CallersPage() {
  const { items: callers, error, reload } = useListed(listCallers);
  const [isAdding, setAdding] = useState(false);
  const servers = useRows().map(({ name }) => name);
  const [limiting, setLimiting] = useState<CallerRow>();
  const [removing, setRemoving] = useState<string>();
  const [removeError, setRemoveError] = useState<string>();
  const remove = async (name: string) => {
    const reply = await useWindow.getState().client?.removeCaller({ name });
    setRemoveError(reply && !reply.ok ? sentenceFor(reply.problem) : undefined);
    await reload();
  };
  return (
    <div className="callers">
      <div className="callers-head">
        <div>
          <h2>{words.title}</h2>
          <p>{words.lead}</p>
        </div>
        <Button onPress={() => setAdding(true)}>
          <PlusIcon />
          {words.add}
        </Button>
      </div>
      <FormError sentence={error ?? removeError} />
      {callers?.length === 0 ? <p className="callers-none">{words.none}</p> : null}
      <ul className="callers-list">
        {callers?.map((caller) => (
          <li key={caller.name} className="caller">
            <b>{caller.name}</b>
            <div className="caller-says">
              <span>{accessWords(caller.limit, servers)}</span>
              <small>
                {words.created(formatTime(caller.createdAt))},{' '}
                {caller.lastUsedAt === undefined ? words.neverUsed : words.lastUsed(formatTime(caller.lastUsedAt))}
              </small>
            </div>
            <div className="caller-act">
              <Button aria-label={laterTexts.access.changeFor(caller.name)} onPress={() => setLimiting(caller)}>
                {laterTexts.access.change}
              </Button>
              <Button aria-label={words.removeFor(caller.name)} onPress={() => setRemoving(caller.name)}>
                {texts.remove}
              </Button>
            </div>
          </li>
        ))}
      </ul>
      <Groups />
      <NewCallerDialog isOpen={isAdding} onClose={() => setAdding(false)} onCreated={() => void reload()} />
      {limiting ? (
        <AccessDialog caller={limiting} onClose={() => setLimiting(undefined)} onChanged={() => void reload()} />
      ) : null}
      <ConfirmDialog
        title={words.removeTitle(removing ?? '')}
        text={words.removeText}
        confirm={texts.remove}
        isOpen={removing !== undefined}
        onClose={() => setRemoving(undefined)}
        onConfirm={() => void remove(removing ?? '')}
      />
    </div>
  );
}
