import { PIN_TOOLS, type PinTools } from '../../src-main/engine/model/pinned-tools.ts';
import type { CallInput } from '../../src-preload/derive.ts';
import { Choice } from '../ui/choice.tsx';
import { texts } from '../ui/texts.ts';
import { laterTexts } from '../ui/texts-later.ts';

interface PinToolsChoiceProps {
  /** Left out: as for all servers. */
  readonly value: PinTools | undefined;
  readonly onChange: (value: PinTools | undefined) => void;
}

/** What happens to tools of this server that change. */
export function PinToolsChoice({ value, onChange }: PinToolsChoiceProps) {
  const { pinTools: label, pinToolsChoices: choices } = texts.settings;
  return (
    <div className="field">
      <span>{label}</span>
      <Choice
        label={label}
        value={value ?? 'all'}
        options={[
          { id: 'all', label: laterTexts.changedTools.asInSettings },
          ...PIN_TOOLS.map((id) => ({ id, label: choices[id] })),
        ]}
        onChange={(id) => onChange(id === 'all' ? undefined : id)}
      />
    </div>
  );
}

/** Only where it was changed. */
export function pinToolsInput(
  before: PinTools | undefined,
  after: PinTools | undefined,
): Pick<CallInput<'editServer'>, 'pinTools'> {
  return before === after ? {} : { pinTools: after ?? null };
}
