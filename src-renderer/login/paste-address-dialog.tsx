import { useState } from 'react';
import { Form } from 'react-aria-components/Form';
import { useWindow } from '../store.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { texts } from '../ui/texts.ts';
import { sentenceFor } from '../ui/words.ts';

interface PasteAddressDialogProps {
  readonly name: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** For a browser on another machine: the address it ended on is brought here by hand, and is checked like a callback. */
export function PasteAddressDialog({ name, isOpen, onClose }: PasteAddressDialogProps) {
  return (
    <Dialog title={texts.paste.title(name)} isOpen={isOpen} onClose={onClose}>
      <PasteAddressForm name={name} onClose={onClose} />
    </Dialog>
  );
}

function PasteAddressForm({ name, onClose }: Omit<PasteAddressDialogProps, 'isOpen'>) {
  const [address, setAddress] = useState('');
  const [error, setError] = useState<string>();
  const submit = async () => {
    const reply = await useWindow.getState().client?.pasteCallback({ name, address: address.trim() });
    if (!reply || reply.ok) onClose();
    else setError(sentenceFor(reply.problem));
  };
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <p className="dialog-text">{texts.paste.text}</p>
      <Field label={texts.paste.label} value={address} onChange={setAddress} error={error} isMono autoFocus />
      <div className="dialog-end">
        <Button onPress={onClose}>{texts.cancel}</Button>
        <Button kind="filled" type="submit">
          {texts.paste.submit}
        </Button>
      </div>
    </Form>
  );
}
