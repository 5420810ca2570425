import { useState } from 'react';
import { Form } from 'react-aria-components/Form';
import type { CallOutput } from '../../src-preload/derive.ts';
import { useWindow } from '../store.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { FormError } from '../ui/form-error.tsx';
import { texts } from '../ui/texts.ts';
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
    <Form
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
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
      <FormError sentence={formError} />
      <div className="dialog-end">
        <Button onPress={onClose}>{texts.cancel}</Button>
        <Button kind="filled" type="submit">
          {words.create}
        </Button>
      </div>
    </Form>
  );
}
