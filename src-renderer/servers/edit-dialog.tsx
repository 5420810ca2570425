import { wordsFor } from '../../src-main/engine/model/words.ts';
import type { ServerRow } from '../../src-preload/contract.ts';
import { useWindow } from '../store.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { texts } from '../ui/texts.ts';
import { formatTime } from '../ui/time.ts';
import { act } from './act.ts';

interface EditDialogProps {
  readonly row: ServerRow;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** The contract has no call that changes a server; the file is read again when it is saved, so the way there is shown. */
export function EditDialog({ row, isOpen, onClose }: EditDialogProps) {
  const dataDir = useWindow((state) => state.overview?.dataDir ?? '');
  const file = `${dataDir}${dataDir.includes('\\') ? '\\' : '/'}config.json`;
  const { name } = row;
  return (
    <Dialog title={texts.edit.title(name)} isOpen={isOpen} onClose={onClose}>
      <p className="dialog-text">{wordsFor(row.state, formatTime).sentence}</p>
      <p className="dialog-text">{texts.edit.how}</p>
      <dl className="details">
        <dt>{texts.edit.file}</dt>
        <dd className="mono">{file}</dd>
        <dt>{texts.edit.entry}</dt>
        <dd className="mono">mcpServers.{name}</dd>
        <dt>{texts.edit.keys}</dt>
        <dd className="mono">{texts.edit.keyNames}</dd>
      </dl>
      <div className="dialog-end">
        <CopyButton text={file} label={texts.edit.copyFile} />
        <Button
          kind="filled"
          onPress={() => {
            onClose();
            void act(name, (client) => client.reconnectServer({ name }));
          }}
        >
          {texts.edit.tryAgain}
        </Button>
      </div>
    </Dialog>
  );
}
