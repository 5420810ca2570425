import { Suspense } from 'react';
import type { ServerRow } from '../../src-preload/contract.ts';
import { Dialog } from '../ui/dialog.tsx';
import { later } from '../ui/later.ts';
import { texts } from '../ui/texts.ts';

const ChangedTools = later(async () => (await import('./changed-tools.tsx')).ChangedTools);

interface ChangedToolsDialogProps {
  readonly row: ServerRow;
  readonly onClose: () => void;
}

export function ChangedToolsDialog({ row, onClose }: ChangedToolsDialogProps) {
  return (
    <Dialog title={texts.changedTools.title(row.name)} isOpen isWide onClose={onClose}>
      <Suspense>
        <ChangedTools row={row} onClose={onClose} />
      </Suspense>
    </Dialog>
  );
}
