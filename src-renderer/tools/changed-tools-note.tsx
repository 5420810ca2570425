import type { ServerRow } from '../../src-preload/contract.ts';
import { Button } from '../ui/button.tsx';
import { texts } from '../ui/texts.ts';

interface ChangedToolsNoteProps {
  readonly name: string;
  readonly changes: NonNullable<ServerRow['toolChanges']>;
  readonly onLook: () => void;
}

/** Loud only where tools are held back: then callers miss them until the person has looked. */
export function ChangedToolsNote({ name, changes: { count, held }, onLook }: ChangedToolsNoteProps) {
  const { changedTools: words } = texts;
  return (
    <small className="changed-tools">
      <span className={held ? 'c-need' : undefined}>{held ? words.held(count) : words.changed(count)}</span>{' '}
      <Button kind="link" aria-label={texts.row.actionFor(words.look, name)} onPress={onLook}>
        {words.look}
      </Button>
    </small>
  );
}
