import { useState } from 'react';
import type { GroupRow } from '../../src-preload/contract.ts';
import type { Client } from '../../src-preload/derive.ts';
import { useWindow } from '../store.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { FormError } from '../ui/form-error.tsx';
import { PlusIcon } from '../ui/icons.tsx';
import { texts } from '../ui/texts.ts';
import { laterTexts } from '../ui/texts-later.ts';
import { formatList } from '../ui/time.ts';
import { sentenceFor } from '../ui/words.ts';
import { GroupDialog } from './group-dialog.tsx';
import { useListed } from './use-listed.ts';

const { serverGroups: words } = laterTexts;

export const listGroups = (client: Client) => client.listGroups({});

/** Choices of servers, each at an address of its own, to be given to a tool in the place of the one endpoint. */
export function Groups() {
  const { items: groups, error, reload } = useListed(listGroups);
  const [editing, setEditing] = useState<GroupRow | 'new'>();
  const [removing, setRemoving] = useState<string>();
  const [removeError, setRemoveError] = useState<string>();
  const remove = async (name: string) => {
    const reply = await useWindow.getState().client?.removeGroup({ name });
    setRemoveError(reply && !reply.ok ? sentenceFor(reply.problem) : undefined);
    await reload();
  };
  return (
    <section className="groups" aria-labelledby="groups-title">
      <div className="callers-head">
        <div>
          <h2 id="groups-title">{words.heading}</h2>
          <p>{words.lead}</p>
        </div>
        <Button onPress={() => setEditing('new')}>
          <PlusIcon />
          {words.add}
        </Button>
      </div>
      <FormError sentence={error ?? removeError} />
      {groups?.length === 0 ? <p className="callers-none">{words.none}</p> : null}
      <ul className="callers-list">
        {groups?.map((group) => (
          <li key={group.name} className="caller">
            <b>{group.name}</b>
            <div className="caller-says">
              <span>{formatList(group.servers)}</span>
              <small>
                <span className="mono">{group.endpoint}</span>{' '}
                <CopyButton kind="link" text={group.endpoint} name={words.copyFor(group.name)} />
              </small>
            </div>
            <div className="caller-act">
              <Button aria-label={words.changeFor(group.name)} onPress={() => setEditing(group)}>
                {laterTexts.access.change}
              </Button>
              <Button aria-label={words.removeFor(group.name)} onPress={() => setRemoving(group.name)}>
                {texts.remove}
              </Button>
            </div>
          </li>
        ))}
      </ul>
      {editing ? (
        <GroupDialog
          group={editing === 'new' ? undefined : editing}
          groups={groups ?? []}
          onClose={() => setEditing(undefined)}
          onSaved={() => void reload()}
        />
      ) : null}
      <ConfirmDialog
        title={words.removeTitle(removing ?? '')}
        text={words.removeText}
        confirm={texts.remove}
        isOpen={removing !== undefined}
        onClose={() => setRemoving(undefined)}
        onConfirm={() => void remove(removing ?? '')}
      />
    </section>
  );
}
