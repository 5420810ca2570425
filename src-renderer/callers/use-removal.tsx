import { useState } from 'react';
import type { Result } from '../../src-main/engine/model/result.ts';
import type { Client } from '../../src-preload/derive.ts';
import { useWindow } from '../store.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { texts } from '../ui/texts.ts';
import { sentenceFor } from '../ui/words.ts';

interface Removal {
  readonly words: { readonly removeTitle: (name: string) => string; readonly removeText: string };
  readonly remove: (client: Client, name: string) => Promise<Result<unknown>>;
  readonly onDone: () => Promise<void>;
}

/** Takes one of a list away after a question, which the list shows. */
export function useRemoval({ words, remove, onDone }: Removal) {
  const [name, ask] = useState<string>();
  const [error, setError] = useState<string>();
  const onConfirm = async (confirmed: string) => {
    const { client } = useWindow.getState();
    const reply = client && (await remove(client, confirmed));
    setError(reply && !reply.ok ? sentenceFor(reply.problem) : undefined);
    await onDone();
  };
  const question = (
    <ConfirmDialog
      title={words.removeTitle(name ?? '')}
      text={words.removeText}
      confirm={texts.remove}
      isOpen={name !== undefined}
      onClose={() => ask(undefined)}
      onConfirm={() => void onConfirm(name ?? '')}
    />
  );
  return { ask, error, question };
}
