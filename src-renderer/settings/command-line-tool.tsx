import { type ReactNode, useState } from 'react';
import type { Settings } from '../../src-preload/contract.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { texts } from '../ui/texts.ts';
import { Setting } from './setting.tsx';

const { settings: words } = texts;
const { commandLineToolHints: hints } = words;

type State = Settings['commandLineTool'];

interface CommandLineToolProps {
  readonly state: State;
  readonly onChange: (to: 'installed' | 'absent') => Promise<unknown>;
}

/** The `gatehouse` command in the person's terminal. */
export function CommandLineTool({ state, onChange }: CommandLineToolProps) {
  // The person's shell is asked afterwards, which may take some seconds.
  const [isBusy, setBusy] = useState(false);
  const change = async (to: 'installed' | 'absent'): Promise<void> => {
    setBusy(true);
    await onChange(to);
    setBusy(false);
  };
  return (
    <Setting title={words.commandLineTool} hint={hintFor(state)}>
      {/* One button for both ways: it keeps the keyboard's focus. */}
      {state.kind === 'absent' || state.kind === 'installed' ? (
        <Button isPending={isBusy} onPress={() => void change(state.kind === 'absent' ? 'installed' : 'absent')}>
          {state.kind === 'installed'
            ? words.removeCommandLineTool
            : isBusy
              ? words.installsCommandLineTool
              : words.installCommandLineTool}
        </Button>
      ) : null}
    </Setting>
  );
}

function hintFor(state: State): ReactNode {
  switch (state.kind) {
    case 'not-here':
      return hints.notHere;
    case 'with-package':
      return hints.withPackage(state.at);
    case 'absent':
      return hints.absent(state.at);
    case 'taken':
      return hints.taken(state.at);
    case 'installed':
      return reachHint(state);
  }
}

function reachHint({ at, reach }: Extract<State, { kind: 'installed' }>): ReactNode {
  switch (reach.kind) {
    case 'found':
      return hints.found(at);
    case 'unknown':
      return hints.unknown(reach.folder);
    case 'shadowed':
      return hints.shadowed(reach.by);
    case 'off-path': {
      const { folder, advice } = reach;
      if (!advice) return hints.unknown(folder);
      const what = advice.file === undefined ? hints.runOnce : hints.addTo(advice.file);
      return (
        <>
          {hints.offPath(folder)} {what} <code className="mono">{advice.line}</code>{' '}
          <CopyButton kind="link" text={advice.line} name={words.copyPathLine} />
        </>
      );
    }
  }
}
