import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { texts } from '../ui/texts.ts';

interface SignInLinkProps {
  readonly url: string;
  readonly name: string;
  /** No browser was opened: the person opens the page, here or elsewhere. */
  readonly isNeeded: boolean;
  readonly onPaste: () => void;
}

export function SignInLink({ url, name, isNeeded, onPaste }: SignInLinkProps) {
  return (
    <span className="ways-in">
      {' '}
      {isNeeded && /^https?:/i.test(url) ? (
        <a className="link" href={url} target="_blank" rel="noopener noreferrer">
          {texts.row.openLink}
        </a>
      ) : null}
      <CopyButton kind="link" text={url} label={texts.row.copyLink} name={`${texts.row.copyLink}: ${name}`} />
      {isNeeded ? (
        <Button kind="link" onPress={onPaste}>
          {texts.row.pasteAddress}
        </Button>
      ) : null}
    </span>
  );
}
