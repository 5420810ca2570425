import type { ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { PlusIcon } from '../ui/icons.tsx';
import { texts } from '../ui/texts.ts';
import { laterTexts } from '../ui/texts-later.ts';

interface ListHeadProps {
  readonly title: string;
  readonly titleId?: string;
  readonly lead: string;
  readonly add: string;
  readonly onAdd: () => void;
}

export function ListHead({ title, titleId, lead, add, onAdd }: ListHeadProps) {
  return (
    <div className="callers-head">
      <div>
        <h2 id={titleId}>{title}</h2>
        <p>{lead}</p>
      </div>
      <Button onPress={onAdd}>
        <PlusIcon />
        {add}
      </Button>
    </div>
  );
}

interface ListEntryProps {
  readonly name: string;
  /** What it is, and below that what is rarely looked for. */
  readonly says: ReactNode;
  readonly small: ReactNode;
  readonly changeLabel: string;
  readonly onChange: () => void;
  readonly removeLabel: string;
  readonly onRemove: () => void;
}

export function ListEntry({ name, says, small, changeLabel, onChange, removeLabel, onRemove }: ListEntryProps) {
  return (
    <li className="caller">
      <b>{name}</b>
      <div className="caller-says">
        <span>{says}</span>
        <small>{small}</small>
      </div>
      <div className="caller-act">
        <Button aria-label={changeLabel} onPress={onChange}>
          {laterTexts.access.change}
        </Button>
        <Button aria-label={removeLabel} onPress={onRemove}>
          {texts.remove}
        </Button>
      </div>
    </li>
  );
}
