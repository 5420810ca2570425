import './removal-bar.css';
import { useShallow } from 'zustand/react/shallow';
import type { ServerRow } from '../../src-preload/contract.ts';
import { useWindow } from '../store.ts';
import { Button } from '../ui/button.tsx';
import { useNow } from '../ui/now.ts';
import { texts } from '../ui/texts.ts';
import { formatSpan } from '../ui/time.ts';
import { act } from './act.ts';

const { removal: words } = texts;

/** What was removed and can be taken back, for as long as it can. */
export function RemovalBar() {
  const removed = useWindow(useShallow((state) => Object.values(state.rows).filter((row) => row.removedAt)));
  return (
    <div className="removals" role="status">
      {removed.map((row) => (
        <Removed key={row.name} row={row} />
      ))}
    </div>
  );
}

function Removed({ row: { name, login, removedAt = 0 } }: { readonly row: ServerRow }) {
  const now = useNow();
  return (
    <div className="removal">
      <span className="removal-text">
        <b>{words.removed(name)}</b> {login ? words.loginToo : ''}
      </span>
      {/* Each second aloud would be too much. */}
      <span className="removal-left" aria-hidden="true">
        {formatSpan(removedAt - now)}
      </span>
      <Button
        autoFocus
        aria-label={texts.row.actionFor(words.undo, name)}
        onPress={() => void act(name, (client) => client.undoRemoval({ name }))}
      >
        {words.undo}
      </Button>
    </div>
  );
}
