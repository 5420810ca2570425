import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure';
import type { PinTools } from '../../src-main/engine/model/pinned-tools.ts';
import { Button } from '../ui/button.tsx';
import { texts } from '../ui/texts.ts';
import { InFile } from './in-file.tsx';
import { PinToolsChoice } from './pin-tools-choice.tsx';

interface OtherSettingsProps {
  readonly name: string;
  readonly pinTools: PinTools | undefined;
  readonly onPinTools: (value: PinTools | undefined) => void;
}

/** What every kind of server has and few people change. */
export function OtherSettings({ name, pinTools, onPinTools }: OtherSettingsProps) {
  return (
    <Disclosure className="disclosure">
      <Button kind="link" slot="trigger">
        {texts.edit.others}
      </Button>
      <DisclosurePanel>
        <PinToolsChoice value={pinTools} onChange={onPinTools} />
        <InFile name={name} />
      </DisclosurePanel>
    </Disclosure>
  );
}
