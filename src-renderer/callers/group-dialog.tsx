import { useState } from 'react';
import type { GroupRow } from '../../src-preload/contract.ts';
import { useRows } from '../rows.ts';
import { useWindow } from '../store.ts';
import { Dialog } from '../ui/dialog.tsx';
import { DialogForm } from '../ui/dialog-form.tsx';
import { Field } from '../ui/field.tsx';
import { useFormErrors } from '../ui/form-errors.ts';
import { texts } from '../ui/texts.ts';
import { laterTexts } from '../ui/texts-later.ts';
import { formatList } from '../ui/time.ts';
import { sentenceFor } from '../ui/words.ts';
import { errorsIn, type GroupField } from './group-form.ts';
import { ServerChooser } from './server-chooser.tsx';

const { serverGroups: words } = laterTexts;

interface GroupDialogProps {
  /** Left out for a new one. */
  readonly group?: GroupRow | undefined;
  readonly groups: readonly GroupRow[];
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

/** Makes a group, or gives one other servers. Its name stays: it is its address. */
export function GroupDialog({ group, groups, onClose, onSaved }: GroupDialogProps) {
  const servers = useRows().map(({ name }) => name);
  const endpoint = useWindow((state) => state.overview?.endpoint);
  const [name, setName] = useState(group?.name ?? '');
  const [chosen, setChosen] = useState(() => (group?.servers ?? []).filter((server) => servers.includes(server)));
  const { form, errors, refuse, forgive } = useFormErrors<GroupField>();
  const missing = (group?.servers ?? []).filter((server) => !servers.includes(server));
  const submit = async () => {
    const others = group ? [] : groups.map((other) => other.name);
    const found = errorsIn(name.trim(), chosen, others);
    if (Object.keys(found).length > 0) return refuse(found);
    const reply = await useWindow.getState().client?.setGroup({ name: name.trim(), servers: [...chosen] });
    if (!reply) return;
    if (!reply.ok) return refuse({ form: sentenceFor(reply.problem) });
    onSaved();
    onClose();
  };
  return (
    <Dialog title={group ? words.title(group.name) : words.add} isOpen onClose={onClose}>
      <DialogForm
        form={form}
        onSubmit={submit}
        submit={group ? texts.edit.submit : words.create}
        onClose={onClose}
        error={errors.form}
      >
        {group ? null : (
          <Field
            label={words.name}
            hint={words.nameHint(`${endpoint}/g/${name.trim() || '…'}`)}
            value={name}
            error={errors.name}
            onChange={(value) => {
              setName(value);
              forgive('name');
            }}
            maxLength={64}
            autoFocus
          />
        )}
        <ServerChooser
          label={words.servers}
          servers={servers}
          chosen={chosen}
          error={errors.servers}
          onChange={(next) => {
            setChosen([...next]);
            forgive('servers');
          }}
        />
        {missing.length > 0 ? <p className="hint">{words.missing(formatList(missing))}</p> : null}
      </DialogForm>
    </Dialog>
  );
}
