import type { Action } from '../../src-main/engine/model/words.ts';
import { useWindow } from '../store.ts';
import { Button } from '../ui/button.tsx';
import { texts } from '../ui/texts.ts';
import { actionLabel } from '../ui/words.ts';
import { actFor } from './act.ts';

interface RowActionProps {
  readonly name: string;
  readonly action: Action;
  readonly isPersonsTurn: boolean;
  readonly onEdit: () => void;
}

/** The one button that helps. A locked keychain and the pause have theirs in a banner: one cause, one message. */
export function RowAction({ name, action, isPersonsTurn, onEdit }: RowActionProps) {
  const isBusy = useWindow((state) => state.busy[name] ?? false);
  if (action === 'unlock' || action === 'resume') return null;
  const label = actionLabel(action);
  return (
    <Button
      kind={isPersonsTurn ? 'filled' : 'plain'}
      isPending={isBusy}
      aria-label={texts.row.actionFor(label, name)}
      data-control="action"
      onPress={() => (action === 'edit' ? onEdit() : void actFor(action, name))}
    >
      {label}
    </Button>
  );
}
