import { Suspense } from 'react';
import { Dialog } from '../ui/dialog.tsx';
import { later } from '../ui/later.ts';
import { texts } from '../ui/texts.ts';

const AddServerForm = later(async () => (await import('./add-server.tsx')).AddServerForm);

interface AddServerDialogProps {
  readonly where: string;
  readonly taken: readonly string[];
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function AddServerDialog({ isOpen, onClose, ...rest }: AddServerDialogProps) {
  return (
    <Dialog title={texts.add.title} isOpen={isOpen} onClose={onClose}>
      <Suspense>
        <AddServerForm {...rest} onClose={onClose} />
      </Suspense>
    </Dialog>
  );
}
