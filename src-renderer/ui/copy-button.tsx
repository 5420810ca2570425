import { useEffect, useState } from 'react';
import { Button, type ButtonKind } from './button.tsx';
import { CopyIcon } from './icons.tsx';
import { texts } from './texts.ts';

const SHOWN_MS = 1500;

interface CopyButtonProps {
  readonly text: string;
  readonly label?: string;
  /** What a screen reader says, where the label alone does not tell what is copied. */
  readonly name?: string;
  readonly kind?: ButtonKind;
}

export function CopyButton({ text, label = texts.copy, name, kind = 'plain' }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<'copied' | 'failed'>();
  useEffect(() => {
    if (!outcome) return undefined;
    const timer = setTimeout(() => setOutcome(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const press = async () => setOutcome((await copyText(text)) ? 'copied' : 'failed');
  const shown = outcome ? (outcome === 'copied' ? texts.copied : texts.notCopied) : label;
  return (
    <>
      <Button kind={kind} onPress={() => void press()} {...(name && !outcome ? { 'aria-label': name } : {})}>
        {kind === 'link' ? null : <CopyIcon />}
        <span>{shown}</span>
      </Button>
      <span className="sr" aria-live="polite">
        {outcome ? shown : ''}
      </span>
    </>
  );
}

/** False where the browser refuses, as it may without focus. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
