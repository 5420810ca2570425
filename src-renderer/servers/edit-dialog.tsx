import { Suspense } from 'react';
import type { ServerRow } from '../../src-preload/contract.ts';
import { Dialog } from '../ui/dialog.tsx';
import { later } from '../ui/later.ts';
import { texts } from '../ui/texts.ts';
import { formatTime } from '../ui/time.ts';
import { wordsFor } from '../ui/words.ts';

const EditSettings = later(async () => (await import('./edit-settings.tsx')).EditSettings);

interface EditDialogProps {
  readonly row: ServerRow;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function EditDialog({ row, isOpen, onClose }: EditDialogProps) {
  const { state, name } = row;
  return (
    <Dialog title={texts.edit.title(name)} isOpen={isOpen} onClose={onClose}>
      {state.kind === 'stopped' ? <p className="dialog-text">{wordsFor(state, formatTime).sentence}</p> : null}
      <Suspense>
        <EditSettings name={name} onClose={onClose} />
      </Suspense>
    </Dialog>
  );
}
