import { useState } from 'react';
import { useWindow } from '../store.ts';
import { Dialog } from '../ui/dialog.tsx';
import { DialogForm } from '../ui/dialog-form.tsx';
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
    <DialogForm onSubmit={submit} submit={texts.paste.submit} onClose={onClose}>
      <p className="dialog-text">{texts.paste.text}</p>
      <Field label={texts.paste.label} value={address} onChange={setAddress} error={error} isMono autoFocus />
    </DialogForm>
  );
}
