import { useState } from 'react';
import { Form } from 'react-aria-components/Form';
import type { CallOutput } from '../../src-preload/derive.ts';
import { useWindow } from '../store.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { texts } from '../ui/texts.ts';
import { sentenceFor } from '../ui/words.ts';
import { NewCallerKey } from './new-caller-key.tsx';

const { callers: words } = texts;

type NewCaller = CallOutput<'addCaller'>;

interface NewCallerDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onCreated: () => void;
}

/** Asks for a name, then shows the key. The key lives in this dialog only and goes with it. */
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
        <NameForm
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

interface NameFormProps {
  readonly onClose: () => void;
  readonly onCreated: (caller: NewCaller) => void;
}

function NameForm({ onClose, onCreated }: NameFormProps) {
  const [name, setName] = useState('');
  const [error, setError] = useState<string>();
  const submit = async () => {
    const reply = await useWindow.getState().client?.addCaller({ name: name.trim() || words.namePlaceholder });
    if (reply?.ok) onCreated(reply.value);
    else if (reply) setError(sentenceFor(reply.problem));
  };
  return (
    <Form
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
          setError(undefined);
        }}
        error={error}
        maxLength={64}
        autoFocus
      />
      <div className="dialog-end">
        <Button onPress={onClose}>{texts.cancel}</Button>
        <Button kind="filled" type="submit">
          {words.create}
        </Button>
      </div>
    </Form>
  );
}
