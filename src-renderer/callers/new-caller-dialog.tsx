import { useState } from 'react';
import type { CallOutput } from '../../src-preload/derive.ts';
import { useWindow } from '../store.ts';
import { Dialog } from '../ui/dialog.tsx';
import { DialogForm } from '../ui/dialog-form.tsx';
import { Field } from '../ui/field.tsx';
import { laterTexts } from '../ui/texts-later.ts';
import { sentenceFor } from '../ui/words.ts';
import { AccessFields } from './access-fields.tsx';
import { NewCallerKey } from './new-caller-key.tsx';
import { useAccessForm } from './use-access-form.ts';

const { callers: words } = laterTexts;

type NewCaller = CallOutput<'addCaller'>;

interface NewCallerDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onCreated: () => void;
}

/** Asks for a name and what it may use, then shows the key. The key lives in this dialog only and goes with it. */
export function NewCallerDialog({ isOpen, onClose, onCreated }: NewCallerDialogProps) {
  const [created, setCreated] = useState<NewCaller>();
  const close = () => {
    setCreated(undefined);
    onClose();
  };
  return (
    <Dialog
      title={created ? words.keyTitle(created.name) : words.addTitle}
      isOpen={isOpen}
      onClose={close}
      isDismissable={!created}
    >
      {created ? (
        <NewCallerKey caller={created} onDone={close} />
      ) : (
        <NewCallerForm
          onClose={close}
          onCreated={(caller) => {
            setCreated(caller);
            onCreated();
          }}
        />
      )}
    </Dialog>
  );
}

interface NewCallerFormProps {
  readonly onClose: () => void;
  readonly onCreated: (caller: NewCaller) => void;
}

function NewCallerForm({ onClose, onCreated }: NewCallerFormProps) {
  const [name, setName] = useState('');
  const [nameError, setNameError] = useState<string>();
  const { form, access, formError, submit } = useAccessForm(undefined, async (limit) => {
    const wanted = { name: name.trim() || words.namePlaceholder, ...(limit ? { limit } : {}) };
    const reply = await useWindow.getState().client?.addCaller(wanted);
    if (reply?.ok) onCreated(reply.value);
    else if (reply?.problem.code === 'name-taken') setNameError(sentenceFor(reply.problem));
    else return reply?.problem;
    return undefined;
  });
  return (
    <DialogForm form={form} onSubmit={submit} submit={words.create} onClose={onClose} error={formError}>
      <Field
        label={words.name}
        placeholder={words.namePlaceholder}
        value={name}
        onChange={(value) => {
          setName(value);
          setNameError(undefined);
        }}
        error={nameError}
        maxLength={64}
        autoFocus
      />
      <AccessFields {...access} />
    </DialogForm>
  );
}
