import './callers.css';
import { useState } from 'react';
import type { CallerRow } from '../../src-preload/contract.ts';
import type { Client } from '../../src-preload/derive.ts';
import { useRows } from '../rows.ts';
import { FormError } from '../ui/form-error.tsx';
import { laterTexts } from '../ui/texts-later.ts';
import { formatTime } from '../ui/time.ts';
import { AccessDialog } from './access-dialog.tsx';
import { accessWords } from './access-words.ts';
import { Groups } from './groups.tsx';
import { ListEntry, ListHead } from './named-list.tsx';
import { NewCallerDialog } from './new-caller-dialog.tsx';
import { useListed } from './use-listed.ts';
import { useRemoval } from './use-removal.tsx';

const { callers: words } = laterTexts;

const listCallers = (client: Client) => client.listCallers({});

export function CallersPage() {
  const { items: callers, error, reload } = useListed(listCallers);
  const [isAdding, setAdding] = useState(false);
  const servers = useRows().map(({ name }) => name);
  const [limiting, setLimiting] = useState<CallerRow>();
  const removal = useRemoval({ words, remove: (client, name) => client.removeCaller({ name }), onDone: reload });
  return (
    <div className="callers">
      <ListHead title={words.title} lead={words.lead} add={words.add} onAdd={() => setAdding(true)} />
      <FormError sentence={error ?? removal.error} />
      {callers?.length === 0 ? <p className="callers-none">{words.none}</p> : null}
      <ul className="callers-list">
        {callers?.map((caller) => (
          <ListEntry
            key={caller.name}
            name={caller.name}
            says={accessWords(caller.limit, servers)}
            small={
              <>
                {words.created(formatTime(caller.createdAt))},{' '}
                {caller.lastUsedAt === undefined ? words.neverUsed : words.lastUsed(formatTime(caller.lastUsedAt))}
              </>
            }
            changeLabel={laterTexts.access.changeFor(caller.name)}
            onChange={() => setLimiting(caller)}
            removeLabel={words.removeFor(caller.name)}
            onRemove={() => removal.ask(caller.name)}
          />
        ))}
      </ul>
      <Groups />
      <NewCallerDialog isOpen={isAdding} onClose={() => setAdding(false)} onCreated={() => void reload()} />
      {limiting ? (
        <AccessDialog caller={limiting} onClose={() => setLimiting(undefined)} onChanged={() => void reload()} />
      ) : null}
      {removal.question}
    </div>
  );
}
