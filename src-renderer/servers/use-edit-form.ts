import { useState } from 'react';
import type { CallInput } from '../../src-preload/derive.ts';
import { useWindow } from '../store.ts';
import { type FormErrors, useFormErrors } from '../ui/form-errors.ts';
import { type EditField, errorsFrom } from './edit-form.ts';

interface EditFormOptions<Key extends EditField> {
  readonly name: string;
  readonly initial: () => Readonly<Record<Key, string>>;
  readonly errorsIn: (fields: Readonly<Record<Key, string>>) => FormErrors<Key>;
  readonly inputFrom: (fields: Readonly<Record<Key, string>>) => CallInput<'editServer'>;
  /** The server is as it was asked to be. */
  readonly onSaved: () => unknown;
}

/** The fields of a server that is edited, judged here and by the engine, and sent once. */
export function useEditForm<Key extends EditField>(options: EditFormOptions<Key>) {
  const { name, errorsIn, inputFrom, onSaved } = options;
  const [fields, setFields] = useState(options.initial);
  const [isBusy, setBusy] = useState(false);
  const { form, errors, refuse, forgive } = useFormErrors<Key>();
  const field = (key: Key) => ({
    value: fields[key],
    error: errors[key],
    onChange: (value: string) => {
      setFields({ ...fields, [key]: value });
      forgive(key);
    },
  });
  const submit = async () => {
    const found = errorsIn(fields);
    if (Object.keys(found).length > 0) return refuse(found);
    const { client, rows, showReply } = useWindow.getState();
    if (isBusy || !client) return;
    setBusy(true);
    const reply = await client.editServer(inputFrom(fields));
    setBusy(false);
    if (!reply.ok) return refuse(errorsFrom(reply.problem));
    showReply(reply.value, rows[name]);
    await onSaved();
  };
  return { form, errors, field, isBusy, submit };
}
