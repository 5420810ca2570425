import { useState } from 'react';
import type { GroupRow } from '../../src-preload/contract.ts';
import type { Client } from '../../src-preload/derive.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { FormError } from '../ui/form-error.tsx';
import { laterTexts } from '../ui/texts-later.ts';
import { formatList } from '../ui/time.ts';
import { GroupDialog } from './group-dialog.tsx';
import { ListEntry, ListHead } from './named-list.tsx';
import { useListed } from './use-listed.ts';
import { useRemoval } from './use-removal.tsx';

const { serverGroups: words } = laterTexts;

export const listGroups = (client: Client) => client.listGroups({});

/** Choices of servers, each at an address of its own, to be given to a tool in the place of the one endpoint. */
export function Groups() {
  const { items: groups, error, reload } = useListed(listGroups);
  const [editing, setEditing] = useState<GroupRow | 'new'>();
  const removal = useRemoval({ words, remove: (client, name) => client.removeGroup({ name }), onDone: reload });
  return (
    <section className="groups" aria-labelledby="groups-title">
      <ListHead
        title={words.heading}
        titleId="groups-title"
        lead={words.lead}
        add={words.add}
        onAdd={() => setEditing('new')}
      />
      <FormError sentence={error ?? removal.error} />
      {groups?.length === 0 ? <p className="callers-none">{words.none}</p> : null}
      <ul className="callers-list">
        {groups?.map((group) => (
          <ListEntry
            key={group.name}
            name={group.name}
            says={formatList(group.servers)}
            small={
              <>
                <span className="mono">{group.endpoint}</span>{' '}
                <CopyButton kind="link" text={group.endpoint} name={words.copyFor(group.name)} />
              </>
            }
            changeLabel={words.changeFor(group.name)}
            onChange={() => setEditing(group)}
            removeLabel={words.removeFor(group.name)}
            onRemove={() => removal.ask(group.name)}
          />
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
      {removal.question}
    </section>
  );
}
