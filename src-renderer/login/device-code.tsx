import type { ServerRow } from '../../src-preload/contract.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { texts } from '../ui/texts.ts';

interface DeviceCodeProps {
  readonly name: string;
  readonly device: NonNullable<ServerRow['device']>;
}

/** For a person with another device: the code, and the page where it is entered. */
export function DeviceCode({ name, device }: DeviceCodeProps) {
  const { userCode, verificationUri, verificationUriComplete } = device;
  return (
    <span className="device-code">
      {texts.row.enterCode} <code>{userCode}</code> {texts.row.enterCodeAt}{' '}
      {/^https?:/i.test(verificationUri) ? (
        <a className="link" href={verificationUriComplete ?? verificationUri} target="_blank" rel="noopener noreferrer">
          {verificationUri}
        </a>
      ) : null}{' '}
      <CopyButton kind="link" text={userCode} label={texts.row.copyCode} name={`${texts.row.copyCode}: ${name}`} />
    </span>
  );
}
